"""What a site remembers of a release, so that the next one tells nothing by its differences; confidential."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from industria.errors import ReleaseRefusedError
from industria.release._given import Given, Labels

__all__ = ["digested", "givens_of", "ledger", "refuse_another_salt"]

Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

FIELDS: Final = ("step", "column", "variable", "unit", "population", "period", "counts", "total", "by")
SCHEMA: Final = pa.schema(
    [
        ("release", pa.string()),
        ("kind", pa.string()),
        *((name, pa.string()) for name in FIELDS[:6]),
        ("counts", pa.bool_()),
        ("total", pa.string()),
        ("by", pa.list_(pa.string())),
        ("codes", pa.list_(pa.string())),
        ("withheld", pa.bool_()),
        ("who", pa.string()),
        ("owner", pa.string()),
        ("x", pa.float64()),
        ("weighted", pa.float64()),
        ("waived", pa.bool_()),
        ("requested", pa.bool_()),
        ("has_weights", pa.bool_()),
        ("has_holdings", pa.bool_()),
        ("salt", pa.string()),
    ],
    metadata={"confidential": "stays at the site"},
)


def digested(one: Given, salt: bytes) -> Given:
    """Put salted digests in the place of the names of units and holdings."""
    return replace(one, who=_digests(one.who, salt), owner=_digests(one.owner, salt))


def ledger(release: str, givens: Sequence[Given], withheld: Mapping[tuple[str, str], Truth], salt: bytes) -> pa.Table:
    """Write down a release and its cells, which were withheld, their trees, and who stands behind them.

    The release has a row of its own: it is known also where no cell of it is, and tells which salt was used.

    Parameters
    ----------
    release : str
        What the release is called later.
    givens : sequence of Given
        With digests for names.
    withheld : mapping of (step, column) to array of bool
        By row.
    salt : bytes
        Of the digests.
    """
    itself = {"release": release, "kind": "release", "salt": _fingerprint(salt)}
    parts = [pa.Table.from_pylist([itself], SCHEMA)]
    for one in givens:
        if not one.has_contributors:
            continue
        shown = np.flatnonzero(one.shown)
        codes = [[label.words[i] for i in label.ids[shown]] for label in one.labels]
        parts.append(
            _rows(release, one, "cell", codes, len(shown), withheld=withheld[one.step, one.column][shown].tolist())
        )
        told = {
            "who": one.who.text(),
            "owner": one.owner.text(),
            **{name: getattr(one, name).tolist() for name in ("x", "weighted", "waived", "requested")},
            "has_weights": [one.has_weights] * len(one.x),
            "has_holdings": [one.has_holdings] * len(one.x),
        }
        parts.append(_rows(release, one, "contribution", [label.text() for label in one.leaf], len(one.x), **told))
        pairs = [(name, tree, *pair) for name, of in one.trees.items() for tree, told_ in of.items() for pair in told_]
        parts.append(_rows(release, one, "tree", [list(of) for of in zip(*pairs, strict=True)], len(pairs)))
    return pa.concat_tables(parts)


def refuse_another_salt(rows: pa.Table, salt: bytes) -> None:
    """Refuse rows whose names were digested with another salt: no unit of them would be found again.

    Raises
    ------
    ReleaseRefusedError
        If they were, or do not tell with which.
    """
    for row in rows.filter(pc.equal(rows["kind"], "release")).to_pylist():
        if row["salt"] == _fingerprint(salt):
            return
    release = str(rows["release"][0])
    raise ReleaseRefusedError(
        f"earlier release {release[:12]}",
        "the ledger holds it with another key, or without one, so that nobody can tell who is in both; "
        "give the key of then",
    )


def givens_of(rows: pa.Table) -> list[tuple[Given, Truth]]:
    """Read what `ledger` wrote: each column of a step, and which of its rows were withheld."""
    groups: dict[tuple[str, str, str], dict[str, list[dict[str, Any]]]] = {}
    for row in rows.to_pylist():
        of = groups.setdefault((row["release"], row["step"], row["column"]), {})
        of.setdefault(row["kind"], []).append(row)
    return [_given(of) for of in groups.values() if "cell" in of]


def _rows(
    release: str, one: Given, kind: str, codes: Sequence[Sequence[str]], n: int, **told: Sequence[Any]
) -> pa.Table:
    same = {name: getattr(one, name) for name in FIELDS} | {"release": release, "kind": kind}
    columns = {
        "codes": [list(of) for of in zip(*codes, strict=True)] if codes else [[]] * n,
        **{name: [list(value) if isinstance(value, tuple) else value] * n for name, value in same.items()},
        **told,
    }
    return pa.table([pa.array(columns.get(field.name, [None] * n), field.type) for field in SCHEMA], schema=SCHEMA)


def _given(of: Mapping[str, Sequence[Mapping[str, Any]]]) -> tuple[Given, Truth]:
    cells, contributions = of["cell"], of.get("contribution", [])
    first = cells[0]
    by = tuple(first["by"])
    trees: dict[str, dict[str, list[tuple[str, str]]]] = {}
    for row in of.get("tree", []):
        name, tree, code, parent = row["codes"]
        trees.setdefault(name, {}).setdefault(tree, []).append((code, parent))
    given = Given(
        step=f"{first['step']} of {first['release']}",
        column=first["column"],
        variable=first["variable"],
        unit=first["unit"],
        population=first["population"],
        period=first["period"],
        counts=first["counts"],
        by=by,
        labels=tuple(_labels([row["codes"][d] for row in cells]) for d in range(len(by))),
        shown=np.ones(len(cells), bool),
        total=first["total"],
        trees={name: {tree: tuple(pairs) for tree, pairs in told.items()} for name, told in trees.items()},
        leaf=tuple(_labels([row["codes"][d] for row in contributions]) for d in range(len(by))),
        who=_labels([row["who"] for row in contributions]),
        owner=_labels([row["owner"] for row in contributions]),
        x=np.array([row["x"] for row in contributions], float),
        weighted=np.array([row["weighted"] for row in contributions], float),
        waived=np.array([row["waived"] for row in contributions], bool),
        requested=np.array([row["requested"] for row in contributions], bool),
        number=np.zeros(len(contributions), np.int64),
        has_weights=any(row["has_weights"] for row in contributions),
        has_holdings=any(row["has_holdings"] for row in contributions),
        has_contributors=True,
    )
    return given, np.array([row["withheld"] for row in cells], bool)


def _labels(texts: Sequence[str]) -> Labels:
    words, ids = np.unique(np.array(texts, object), return_inverse=True) if texts else (np.zeros(0, object), [])
    return Labels([str(word) for word in words], np.asarray(ids, np.int64))


def _digests(names: Labels, salt: bytes) -> Labels:
    words = [hmac.digest(salt, word.encode(), hashlib.sha256).hex()[:24] for word in names.words]
    return Labels(words, names.ids)


def _fingerprint(salt: bytes) -> str:
    return hmac.digest(salt, b"industria salt", hashlib.sha256).hex()[:24]

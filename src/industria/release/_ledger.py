"""What a site remembers of a release, so that the next one tells nothing by its differences; confidential."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from industria.errors import ReleaseRefusedError
from industria.release._fits import LETTERS, Fit, name_of_fit
from industria.release._given import Given, Labels
from industria.release._names import Named, in_one_list, named

__all__ = ["SCHEMA", "digested", "fits_of", "givens_of", "ledger", "refuse_another_salt", "unknown_of"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

FIELDS: Final = ("step", "column", "variable", "unit", "population", "period", "counts", "total", "by", "beside")
FIT: Final = "fit"
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
        ("beside", pa.bool_()),
        ("salt", pa.string()),
        ("rows", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
    ],
    metadata={"confidential": "stays at the site"},
)

PART: Final = 250_000
"""Contributions that are written at a time."""


def digested(givens: Sequence[Given], salt: bytes) -> list[Given]:
    """Put salted digests in the place of the names of units and holdings, each name digested once."""
    units, of_units = in_one_list([one.who.names for one in givens])
    owners, of_owners = in_one_list([one.owner.names for one in givens])
    units, owners = units.digests(salt), owners.digests(salt)
    return [
        replace(one, who=Named(units, one.who.placed(unit)), owner=Named(owners, one.owner.placed(owner)))
        for one, unit, owner in zip(givens, of_units, of_owners, strict=True)
    ]


def ledger(
    release: str,
    givens: Sequence[Given],
    withheld: Mapping[tuple[str, str], Truth],
    salt: bytes,
    fits: Sequence[Fit] = (),
    unknown: Sequence[str] = (),
    known: Mapping[tuple[str, str], Array] | None = None,
) -> Iterator[pa.Table]:
    """Write down a release and its cells, which were withheld, their trees, and who stands behind them.

    The release has a row of its own: it is known also where no cell of it is, and tells which salt was used. What a
    column is of is told with its cells; contributions come some at a time, below each other.

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
    fits : sequence of Fit
        Regressions that leave, with digests for names.
    unknown : sequence of str
        Steps of which nobody can tell later who stood behind them.
    known : mapping of (step, column) to array, shape (2, n_rows), optional
        Between which values everybody knows the numbers of a column to lie that leaves in another shape.
    """
    itself = {"release": release, "kind": "release", "salt": _fingerprint(salt), "by": list(unknown)}
    yield pa.Table.from_pylist([itself], SCHEMA)
    for one in givens:
        if not one.has_contributors:
            continue
        shown = np.flatnonzero(one.shown)
        codes = [label.column().take(pa.array(shown)) for label in one.labels]
        same = {name: getattr(one, name) for name in FIELDS}
        gone = withheld[one.step, one.column][shown]
        ends = (known or {}).get((one.step, one.column))
        told = {} if ends is None else {"low": pa.array(ends[0][shown]), "high": pa.array(ends[1][shown])}
        yield _rows(release, one, "cell", codes, len(shown), **same, withheld=pa.array(gone), **told)
        for start in range(0, len(one.x), PART):
            yield _contributions(release, one, slice(start, start + PART))
        pairs = [(name, tree, *pair) for name, of in one.trees.items() for tree, told in of.items() for pair in told]
        words = [pa.array(list(of), pa.string()) for of in zip(*pairs, strict=True)]
        yield _rows(release, one, "tree", words, len(pairs))
    yield from (_of_fit(release, one) for one in fits if one.who)


def _contributions(release: str, one: Given, part: slice) -> pa.Table:
    told = {name: pa.array(getattr(one, name)[part]) for name in ("x", "weighted", "waived", "requested")}
    who, owner = (Named(of.names, of.ids[part]).column() for of in (one.who, one.owner))
    codes = [Labels(label.words, label.ids[part]).column() for label in one.leaf]
    same = {"has_weights": one.has_weights, "has_holdings": one.has_holdings}
    told |= {} if one.rows is None else {"rows": pa.array(one.rows[part])}
    return _rows(release, one, "contribution", codes, len(who), who=who, owner=owner, **same, **told)


def _of_fit(release: str, one: Fit) -> pa.Table:
    """Write down a sample: who is in it, with how many rows, how much of the outcome, and which values when."""
    same = {"release": release, "kind": FIT, "step": one.name, "variable": one.outcome, "unit": one.unit}
    same |= {"population": one.family}
    n = len(one.who)
    columns: dict[str, list[Any]] = {name: [word] * n for name, word in same.items()}
    columns |= {"who": one.who, "x": one.rows.tolist(), "weighted": one.y.tolist()}
    columns |= {"owner": one.owner} if one.owner else {}
    if one.having:
        columns |= {"by": [list(one.having)] * n, "codes": [list(of) for of in zip(*one.having.values(), strict=True)]}
    return pa.table([pa.array(columns.get(field.name, [None] * n), field.type) for field in SCHEMA], schema=SCHEMA)


def fits_of(rows: pa.Table) -> list[Fit]:
    """Read which regressions of what samples left."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows.filter(pc.equal(rows["kind"], FIT)).to_pylist():
        groups.setdefault((row["release"], row["step"]), []).append(row)
    return [_fit(name_of_fit(f"{step} of {release}"), of) for (release, step), of in groups.items()]


def unknown_of(rows: pa.Table) -> list[str]:
    """Name the steps that left, and of which nobody can tell who stood behind them."""
    found = rows.filter(pc.equal(rows["kind"], "release")).to_pylist()
    return [f"{step} of release {row['release'][:LETTERS]}" for row in found for step in row["by"] or ()]


def _fit(name: str, of: Sequence[Mapping[str, Any]]) -> Fit:
    first = of[0]
    return Fit(
        name=name,
        family=first["population"],
        outcome=first["variable"],
        unit=first["unit"],
        n_units=len(of),
        n_obs=int(sum(row["x"] for row in of)),
        who=[row["who"] for row in of],
        owner=[row["owner"] for row in of if row["owner"]],
        rows=np.array([row["x"] for row in of], float),
        y=np.array([row["weighted"] for row in of], float),
        having={name: [row["codes"][i] for row in of] for i, name in enumerate(first["by"] or ())},
    )


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
    keys = ["release", "step", "column"]
    columns = rows.filter(pc.equal(rows["kind"], "cell")).group_by(keys, use_threads=False).aggregate([])
    return [_given(_only(rows, **of)) for of in columns.select(keys).to_pylist()]


def _only(rows: pa.Table, **told: str) -> pa.Table:
    """Take the rows with some words."""
    for name, word in told.items():
        rows = rows.filter(pc.equal(rows[name], word))
    return rows


def _rows(release: str, one: Given, kind: str, codes: Sequence[Any], n: int, **told: Any) -> pa.Table:
    """Write n rows; what is said of all of them is a word, and what nothing is said of is null."""
    same = {"release": release, "kind": kind, "step": one.step, "column": one.column}
    columns = {"codes": _lists(codes, n), **same, **told}
    return pa.table([_column(columns.get(field.name), field.type, n) for field in SCHEMA], schema=SCHEMA)


def _column(told: Any, kind: pa.DataType, n: int) -> Any:
    if isinstance(told, pa.Array):
        return told.cast(kind)
    if not n:  # of nothing there is no list
        return pa.array([], kind)
    return pa.repeat(pa.scalar(list(told) if isinstance(told, tuple) else told, kind), n)


def _lists(codes: Sequence[Any], n: int) -> pa.ListArray:
    """Write the codes of each row as one list."""
    ends = np.arange(n + 1, dtype=np.int32) * len(codes)
    if not codes:
        return pa.ListArray.from_arrays(ends, pa.array([], pa.string()))
    below = pa.concat_arrays([of.cast(pa.string()) for of in codes])
    across = np.arange(len(below)).reshape(len(codes), n).T.ravel()
    return pa.ListArray.from_arrays(ends, below.take(pa.array(across)))


def _given(rows: pa.Table) -> tuple[Given, Truth]:
    cells, contributions = _only(rows, kind="cell"), _only(rows, kind="contribution")
    first = cells.slice(0, 1).to_pylist()[0]
    by, n = tuple(first["by"]), contributions.num_rows
    trees: dict[str, dict[str, list[tuple[str, str]]]] = {}
    for name, tree, code, parent in _only(rows, kind="tree")["codes"].to_pylist():
        trees.setdefault(name, {}).setdefault(tree, []).append((code, parent))
    said = contributions.slice(0, 1).select(["has_weights", "has_holdings"]).to_pylist() or [{}]
    x, weighted = (contributions[name].to_numpy().astype(float) for name in ("x", "weighted"))
    waived, requested = (np.array(contributions[name].to_numpy(), bool) for name in ("waived", "requested"))
    given = Given(
        step=f"{first['step']} of {first['release']}",
        column=first["column"],
        variable=first["variable"],
        unit=first["unit"],
        population=first["population"],
        period=first["period"],
        counts=first["counts"],
        by=by,
        labels=tuple(_labels(cells, d) for d in range(len(by))),
        shown=np.ones(cells.num_rows, bool),
        total=first["total"],
        trees={name: {tree: tuple(pairs) for tree, pairs in told.items()} for name, told in trees.items()},
        leaf=tuple(_labels(contributions, d) for d in range(len(by))),
        who=named(contributions["who"]),
        owner=named(contributions["owner"]),
        x=x,
        weighted=weighted if (x != weighted).any() else x,
        waived=waived,
        requested=requested,
        number=np.zeros(n, np.int32),
        has_weights=bool(said[0].get("has_weights")),
        has_holdings=bool(said[0].get("has_holdings")),
        has_contributors=True,
        beside=bool(first.get("beside")),
        rows=_rows_behind(contributions),
        known=_known(cells),
    )
    return given, np.array(cells["withheld"].to_numpy(), bool)


def _rows_behind(contributions: pa.Table) -> Array | None:
    """Return the rows that each contribution is the sum of; None where the ledger does not tell, as it once did not."""
    told = contributions["rows"] if "rows" in contributions.column_names else None
    return None if told is None or told.null_count else told.to_numpy().astype(float)


def _known(cells: pa.Table) -> Array | None:
    """Return between which values the numbers of a column are known to lie; None where it left as it is."""
    there = "low" in cells.column_names and cells["low"].null_count < cells.num_rows
    return np.stack([cells[end].to_numpy().astype(float) for end in ("low", "high")]) if there else None


def _labels(rows: pa.Table, d: int) -> Labels:
    told = named(pc.list_element(rows["codes"], d))
    return Labels(list(told.names), told.ids)


def _fingerprint(salt: bytes) -> str:
    return hmac.digest(salt, b"industria salt", hashlib.sha256).hex()[:24]

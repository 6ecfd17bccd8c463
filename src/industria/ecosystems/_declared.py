"""Who declares which capabilities, and on what evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from industria.core.rows import Field, Rows, read
from industria.core.table import TableLike, as_table, collect

Ids = npt.NDArray[np.int64]
INFERRED: Final = "inferred"
CAPABILITIES: Final = (
    Field("actor"),
    Field("type"),
    Field("code"),
    Field("evidence", "text", None),
    Field("confidence", "share", None),
)


@dataclass(frozen=True, slots=True)
class Declared:
    """What actors are known to hold.

    Attributes
    ----------
    keys : list of (type, code)
        Capabilities that anybody declares, in order.
    H : sparse array, shape (actors, capabilities)
        1 where an actor declares a capability.
    evidence : mapping of (int, int) to str or None
        The best that there is for each such pair.
    """

    keys: list[tuple[str, str]]
    H: Any
    evidence: Mapping[tuple[int, int], str | None]

    @classmethod
    def of(cls, capabilities: TableLike, actors: Sequence[str]) -> Declared:
        """Read what is evident; inferred rows are left out. The errors are those of `read` and `Rows.places`."""
        told = _believed(read(capabilities, "capabilities", *CAPABILITIES))
        a = told.places("actor", actors, "actors")
        evident = np.array([evidence != INFERRED for evidence in told["evidence"]], bool)
        keys = sorted({(told["type"][i], told["code"][i]) for i in np.flatnonzero(evident)})
        place = {key: k for k, key in enumerate(keys)}
        c = np.array([place.get(key, -1) for key in zip(told["type"], told["code"], strict=True)], np.int64)
        H = sparse.coo_array((np.ones(evident.sum()), (a[evident], c[evident])), shape=(len(actors), len(keys))).tocsr()
        H.data[:] = 1.0
        return cls(keys, H, _evidence(told, a, c))

    def has(self, rows: Ids, columns: Ids) -> npt.NDArray[np.bool_]:
        """Tell of pairs of an actor and a capability whether they are declared."""
        return np.asarray(self.H[rows, columns]).ravel() > 0 if len(rows) else np.zeros(0, bool)


def _believed(told: Rows) -> Rows:
    """Take rows in which nobody has any confidence for no evidence."""
    said = [
        INFERRED if doubted else evidence
        for evidence, doubted in zip(told["evidence"], told["confidence"] == 0, strict=True)
    ]
    return replace(told, columns={**told.columns, "evidence": said})


def _evidence(told: Rows, a: Ids, c: Ids) -> Mapping[tuple[int, int], str | None]:
    """Tell the best evidence of each pair: inspected before declared before nothing said."""
    best = {"inspected": 0, "declared": 1, None: 2}
    found: dict[tuple[int, int], str | None] = {}
    for i, k, evidence in zip(a.tolist(), c.tolist(), told["evidence"], strict=True):
        if evidence != INFERRED:
            there = found.setdefault((i, k), evidence)
            found[i, k] = min(there, evidence, key=lambda word: (best.get(word, 2), word or ""))
    return found


def with_inferred(capabilities: TableLike, table: pa.Table) -> pa.Table:
    """Append the rows of a table that are not declared to those that came, with the probability as confidence."""
    rows = collect(as_table(capabilities, "capabilities"))
    if "evidence" in rows.column_names:
        rows = rows.filter(pa.array([word != INFERRED for word in rows["evidence"].to_pylist()], pa.bool_()))
    new = table.filter(pc.invert(table["declared"]))
    made = new.select(["actor", "type", "code", "evidence"]).append_column("confidence", new["probability"])
    if "path" in rows.column_names:
        types, codes, told = (rows[column].to_pylist() for column in ("type", "code", "path"))
        paths = {(kind, code): path for kind, code, path in zip(types, codes, told, strict=True)}
        keys = zip(made["type"].to_pylist(), made["code"].to_pylist(), strict=True)
        made = made.append_column("path", pa.array([paths.get(key) for key in keys], pa.string()))
    whole = [pa.field(name, kind) for name, kind in (("evidence", pa.string()), ("confidence", pa.float64()))]
    for field in whole:
        if field.name in rows.column_names:
            i = rows.column_names.index(field.name)
            rows = rows.set_column(i, field, rows[field.name].cast(field.type))
    joined = pa.concat_tables([rows, made], promote_options="permissive")
    return joined.sort_by(
        [(name, "ascending") for name in dict.fromkeys(["actor", "type", "code", *joined.column_names])]
    )

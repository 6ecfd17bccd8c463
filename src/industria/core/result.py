"""What measures return: a table, facts beside it, and what disclosure control needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

import narwhals.stable.v2 as nw

from industria.core.table import Table, collect

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

__all__ = ["ESTIMATES", "MARK", "SUPPORT", "SYNTHETIC", "Cells", "Estimates", "Result", "is_synthetic", "with_mark"]

SUPPORT: Final = "support_"
MARK: Final = "synthetic"
"""Key of the metadata that tell a synthetic table of Arrow, Parquet or pandas from a real one."""
SYNTHETIC: Final = "Synthetic data: these are not real firms"
ESTIMATES: Final = ("term", "estimate", "standard_error", "statistic", "p_value", "low", "high")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Result:
    """A table and the facts beside it.

    Subclasses add facts (numbers, words, truth values) and further tables as
    fields of their own; a result never plots and never writes.

    Attributes
    ----------
    table : Table
        One row an answer; nothing is computed until somebody looks.
    units : mapping of str to str
        Units of columns that `gives` cannot know before the call.
    meanings : mapping of str to str
        Meanings of columns in which a choice of this call stands, such as the base
        of an index; they take the place of those in `gives`.
    synthetic : bool
        Whether its rows are drawn, so that they are of no real firm. All that it prints
        says so, and its Arrow and pandas tables carry it; its lazy tables cannot, so a
        measure that reads one of them knows nothing of it outside a study.
    """

    table: Table
    units: Mapping[str, str] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)
    synthetic: bool = False

    def tidy(self) -> Table:
        """Return the table without what is there for disclosure control alone."""
        return self.table.select(nw.exclude(*self._support_columns())) if self._support_columns() else self.table

    @property
    def support(self) -> Table | None:
        """What disclosure control reads of each row, beside its labels and sums; None where nothing is told."""
        return self.table if self._support_columns() else None

    def to_arrow(self) -> pa.Table:
        """Compute the tidy table as Arrow; where it is synthetic, its metadata say so."""
        rows = collect(self.tidy())
        return rows.replace_schema_metadata({MARK: "true"}) if self.synthetic else rows

    def to_pandas(self) -> pd.DataFrame:
        """Compute the tidy table as a pandas frame; where it is synthetic, its `attrs` say so."""
        frame: pd.DataFrame = self.tidy().collect("pandas").to_native()
        frame.attrs |= {MARK: True} if self.synthetic else {}
        return frame

    def to_polars(self) -> pl.DataFrame:
        """Compute the tidy table as a polars frame."""
        frame: pl.DataFrame = self.tidy().collect("polars").to_native()
        return frame

    def facts(self) -> dict[str, bool | int | float | str | None]:
        """List the scalars beside the table."""
        values = {f.name: getattr(self, f.name) for f in fields(self) if f.name != MARK}
        return {name: value for name, value in values.items() if isinstance(value, bool | int | float | str | None)}

    def tables(self) -> dict[str, Table]:
        """List the further tables of the result by name."""
        values = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "table"}
        return {name: value for name, value in values.items() if isinstance(value, nw.LazyFrame)}

    def summary(self) -> str:
        """Write the facts and the first rows as plain text; what is synthetic says so first."""
        return f"{SYNTHETIC}\n{self._summary()}" if self.synthetic else self._summary()

    def _summary(self) -> str:
        rows = self.to_arrow()
        facts = [f"{name} {_short(value)}" for name, value in self.facts().items() if value is not None]
        return "\n".join([type(self).__name__, *([", ".join(facts)] if facts else []), text_table(rows)])

    def __repr__(self) -> str:
        columns = [name for name in self.table.collect_schema().names() if not name.startswith(SUPPORT)]
        facts = [f"{name}={_short(value)}" for name, value in self.facts().items() if value is not None]
        return f"{type(self).__name__}({', '.join(columns + facts + ([MARK] if self.synthetic else []))})"

    def _repr_html_(self) -> str:
        from html import escape

        rows = self.to_arrow().slice(0, 50)
        head = "".join(f"<th>{escape(name)}</th>" for name in rows.column_names)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(_short(cell))}</td>" for cell in row.values()) + "</tr>"
            for row in rows.to_pylist()
        )
        caption = f"<caption>{SYNTHETIC}</caption>" if self.synthetic else ""
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _support_columns(self) -> list[str]:
        return [name for name in self.table.collect_schema().names() if name.startswith(SUPPORT)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Estimates(Result):
    """Estimates by term, with their inference.

    Any package that prints regression tables by the maketables attributes
    prints these.

    Attributes
    ----------
    table : Table
        `term`, `estimate`, `standard_error`, `statistic`, `p_value`, `low`, `high`.
    outcome : str
        The column explained.
    n_obs, n_units : int
        Rows and units used.
    df : float
        Degrees of freedom of the t distribution behind `p_value`, `low` and `high`.
    confidence : float
        Of the intervals.
    """

    outcome: str
    n_obs: int
    n_units: int
    df: float
    confidence: float

    @property
    def __maketables_coef_table__(self) -> pd.DataFrame:
        frame = self.to_pandas().set_index("term")
        frame.index.name = "Coefficient"
        return frame.rename(columns={"estimate": "b", "standard_error": "se", "statistic": "t", "p_value": "p"})[
            ["b", "se", "t", "p"]
        ]

    @property
    def __maketables_depvar__(self) -> str:
        return self.outcome

    @property
    def __maketables_default_stat_keys__(self) -> list[str]:
        return ["N", "n_units", *([MARK] if self.synthetic else [])]

    @property
    def __maketables_stat_labels__(self) -> dict[str, str]:
        return {"n_units": "Units", "df": "Degrees of freedom", MARK: SYNTHETIC}

    def __maketables_stat__(self, key: str) -> Any:
        if key == MARK:
            return "yes" if self.synthetic else "no"
        return self.n_obs if key == "N" else getattr(self, key, None)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Cells(Result):
    """Cells of a table that add up, with everybody who stands behind them.

    What disclosure control needs of one cell is on its row; of a sum or a difference of cells, the
    contributors tell it. They are confidential: they lie in the folder of a run, and never leave it.

    Attributes
    ----------
    table : Table
        One row a cell, its codes as text; margins too. Beside each additive column c: `support_units`,
        `support_<c>_largest`, `support_<c>_second`, `support_<c>_squares`, `support_<c>_negative` and, where units
        belong to holdings, `support_holdings`, `support_<c>_holding_largest`, `support_<c>_holding_second`.
    contributors : Table
        One row a unit of a cell that is no margin: its codes, `unit`, `holding` (null where it has none),
        `contribution_<c>` before weights, `weight`, `waived` and `requested` (null where there are none).
    hierarchies : Table
        `dimension, hierarchy, code, parent` of all margins, those of flat dimensions too; no rows without margins.
    variable : str or None
        The column that is added up; None where units are counted.
    unit : str or None
        The column that names the unit; None where each row is one.
    population : str
        Digest of the rows behind the cells, whatever their order: equal where two tables are of the same rows.
    period : str or None
        The one period of all rows, where they tell it.
    total : str or None
        The code of margins; None without margins.
    """

    contributors: Table
    hierarchies: Table
    variable: str | None
    unit: str | None
    population: str
    period: str | None
    total: str | None


def is_synthetic(data: object) -> bool:
    """Tell whether a result, or what it became in Arrow or pandas, is marked as synthetic."""
    if isinstance(data, Result):
        return data.synthetic
    if type(data).__module__.startswith("pyarrow"):
        told = getattr(getattr(data, "schema", None), "metadata", None) or {}
        return MARK.encode() in told
    attributes = getattr(data, "attrs", None)
    return isinstance(attributes, Mapping) and bool(attributes.get(MARK))


def with_mark(rows: pa.Table) -> pa.Table:
    """Add the column `synthetic` to a synthetic table, for files that hold nothing but rows."""
    if not is_synthetic(rows):
        return rows
    name = MARK
    while name in rows.column_names:
        name += "_"
    return rows.append_column(name, [[True] * rows.num_rows])


def _short(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def text_table(rows: pa.Table, most: int = 20) -> str:
    """Align the first rows of a table as plain text, numbers to the right.

    Parameters
    ----------
    rows : pyarrow.Table
        Computed already.
    most : int
        Rows shown; a last line tells how many there are besides.

    Returns
    -------
    str
        One line a row under a line of names.
    """
    shown = rows.slice(0, most).to_pylist()
    cells = [rows.column_names] + [[_short(value) for value in row.values()] for row in shown]
    widths = [max(len(line[i]) for line in cells) for i in range(rows.num_columns)]
    numeric = [str(kind) in ("double", "int64") for kind in rows.schema.types]
    lines = [
        "  ".join(
            c.rjust(w) if right else c.ljust(w) for c, w, right in zip(line, widths, numeric, strict=True)
        ).rstrip()
        for line in cells
    ]
    return "\n".join(lines + ([f"… {rows.num_rows - most} more rows"] if rows.num_rows > most else []))

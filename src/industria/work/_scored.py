"""Scores of occupations as arrays, and details of O*NET gathered to the occupations they belong to."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.codes import check_form, check_kinds
from industria.core.encoding import Array, Ids, encode
from industria.core.rows import Field, columns_there, held
from industria.core.table import TableLike
from industria.errors import (
    AllMissingError,
    ChoiceError,
    DuplicateRowError,
    InfiniteValueError,
    MissingColumnError,
    MissingValueError,
    hint,
)

Details: TypeAlias = Literal["mean", "main"]
Truth: TypeAlias = npt.NDArray[np.bool_]

DETAIL: Final = re.compile(r"\d\d-\d{4}\.\d\d")
"""O*NET-SOC divides occupations of SOC: 29-1141.01 is of 29-1141, and 29-1141.00 is its main row."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores by code and measure.

    Attributes
    ----------
    codes : list of str
        Occupations, sorted.
    measures : tuple of str or None
        Names of the measures, sorted; None where the table has one measure without a name.
    S, low, high : array, shape (n, q)
        Score, and the least and largest behind it; NaN where there is none.
    several : array of bool, shape (n, q)
        Whether several details stand behind the score.
    read : array of bool, shape (n,)
        Whether the table has the code; gathered ones it has not.
    """

    codes: list[str]
    measures: tuple[str, ...] | None
    S: Array
    low: Array
    high: Array
    several: Truth
    read: Truth

    def places(self) -> Mapping[str, int]:
        """Map a code to its row."""
        return {code: i for i, code in enumerate(self.codes)}


def read_scores(scores: TableLike) -> Scored:
    """Read `occupation, score` and, if there, `measure`.

    Raises
    ------
    MissingColumnError, ColumnTypeError, CodeError, MissingValueError
        If a column lacks or is of another type, codes are none, or labels have gaps.
    DuplicateRowError
        If a measure scores an occupation twice.
    InfiniteValueError, AllMissingError
        If a score is infinite, or all are missing.
    """
    fields = Field("occupation"), Field("score", "number"), Field("measure", default=None)
    rows, kinds = held(scores, "scores", fields)
    named = "measure" in rows.column_names
    check_kinds(kinds, "scores", ["occupation"], ["score"])
    for column in ("occupation", *(["measure"] if named else [])):
        refuse_gaps(rows, "scores", column)
    value = numbers(rows["score"])
    if rows.num_rows and np.isnan(value).all():
        raise AllMissingError("scores", "score", rows.num_rows)
    if (endless := np.isinf(value)).any():
        where = f"occupation = {rows['occupation'][int(np.flatnonzero(endless)[0])].as_py()!r}"
        raise InfiniteValueError("scores", "score", int(endless.sum()), where)
    codes, (i,) = encode(rows["occupation"])
    check_form(codes.to_pylist(), "scores", "occupation")
    measures, (q,) = encode(rows["measure"].cast(pa.string())) if named else (None, (np.zeros(rows.num_rows, int),))
    width = 1 if measures is None else len(measures)
    keys = ("occupation", *(["measure"] if named else []))
    if not named and len(codes) < rows.num_rows and hint("measure", there := columns_there(scores, "scores")[1]):
        raise MissingColumnError("scores", "measure", there)
    refuse_twice(rows, "scores", keys, i * max(width, 1) + q)
    S = np.full((len(codes), width), np.nan)
    S[i, q] = value
    return Scored(
        codes=codes.to_pylist(),
        measures=None if measures is None else tuple(measures.to_pylist()),
        S=S,
        low=S,
        high=S,
        several=np.zeros(S.shape, bool),
        read=np.ones(len(codes), bool),
    )


def gathered(scored: Scored, details: Details, kept: Collection[str] = ()) -> Scored:
    """Give occupations of SOC the scores of their O*NET details.

    Parameters
    ----------
    scored : Scored
        As they were read.
    details : {"mean", "main"}
        Simple mean over the details that have a score, or the main row (`.00`) where it has one.
    kept : collection of str
        Codes that links name as they are: nothing is gathered for the occupations of these.

    Returns
    -------
    Scored
        The same codes, and behind them the occupations, unless these have scores themselves.

    Raises
    ------
    ChoiceError
        If `details` is another word.
    """
    if details not in get_args(Details):
        raise ChoiceError("details", details, get_args(Details))
    taken = {*scored.codes, *(code[:7] for code in kept if DETAIL.fullmatch(code))}
    parts: dict[str, list[int]] = {}
    for i, code in enumerate(scored.codes):
        if DETAIL.fullmatch(code) and code[:7] not in taken:
            parts.setdefault(code[:7], []).append(i)
    if not parts:
        return scored
    made = [_gather(scored, np.array(rows), details) for rows in parts.values()]
    S, low, high = (np.concatenate([of, [row[k] for row in made]]) for k, of in enumerate(_values(scored)))
    several = np.concatenate([scored.several, np.array([row[3] > 1 for row in made])])
    order = np.argsort([*scored.codes, *parts])
    codes = np.array([*scored.codes, *parts])[order].tolist()
    read = np.concatenate([scored.read, np.zeros(len(parts), bool)])
    return Scored(codes, scored.measures, S[order], low[order], high[order], several[order], read[order])


def _values(scored: Scored) -> tuple[Array, Array, Array]:
    return scored.S, scored.low, scored.high


def _gather(scored: Scored, rows: Ids, details: Details) -> tuple[Array, Array, Array, Ids]:
    """Return mean, least and largest score of some rows by measure, and how many rows have one."""
    S = scored.S[rows]
    if details == "main" and (main := [k for k, i in enumerate(rows) if scored.codes[i].endswith(".00")]):
        S = np.where(np.isnan(S[main]), S, np.where(np.arange(len(S))[:, None] == main[0], S, np.nan))
    told = ~np.isnan(S)
    n = told.sum(axis=0)
    mean = np.divide(np.where(told, S, 0).sum(axis=0), n, out=np.full(S.shape[1], np.nan), where=n > 0)
    low = np.where(n > 0, np.where(told, S, np.inf).min(axis=0), np.nan)
    high = np.where(n > 0, np.where(told, S, -np.inf).max(axis=0), np.nan)
    # A mean of equal scores may miss them by a last bit.
    return np.clip(mean, low, high), low, high, n


def numbers(column: Any) -> Array:
    """Hand a column of numbers over; NaN where there is none."""
    return np.asarray(column.cast(pa.float64()).to_numpy(), np.float64)


def refuse_gaps(rows: pa.Table, table: str, column: str) -> None:
    """Refuse missing labels."""
    if rows[column].null_count:
        gap = rows[column].is_null().index(True).as_py()
        raise MissingValueError(table, column, rows[column].null_count, rows.num_rows, f"row {gap + 1}")


def refuse_twice(rows: pa.Table, table: str, columns: Sequence[str], key: Ids) -> None:
    """Refuse rows with the key of another one."""
    _, first, times = np.unique(key, return_index=True, return_counts=True)
    if len(twice := np.flatnonzero(times > 1)):
        i = int(first[twice[0]])
        said = ", ".join(f"{column} = {rows[column][i].as_py()!r}" for column in columns)
        raise DuplicateRowError(table, columns, said, int(times[twice[0]]), int(times[twice].sum()))


def columns_of_measures(measures: Sequence[str] | None, q: Ids) -> dict[str, Any]:
    """Write the names of measures as a column, if they have names."""
    return {} if measures is None else {"measure": words(measures, q)}


def words(listed: Sequence[str], places: Ids) -> pa.Array:
    """Write a column of few words by their places, in a fifth of the time that taking each would need."""
    return coded(listed, places).cast(pa.string())


def coded(listed: Sequence[str], places: npt.NDArray[np.integer[Any]], each: int = 1) -> pa.DictionaryArray:
    """Write the same as a dictionary, whose words are written out when somebody looks; `each` place that many times."""
    short = np.int16 if len(listed) <= np.iinfo(np.int16).max else np.int32
    indices = np.repeat(places.astype(short, copy=False), each) if each > 1 else places.astype(short, copy=False)
    return pa.DictionaryArray.from_arrays(pa.array(indices), pa.array(listed, pa.string()))

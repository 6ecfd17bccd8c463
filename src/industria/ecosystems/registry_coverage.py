"""How much of the official universe of establishments a registry covers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Field, Rows, read
from industria.core.table import TableLike, as_table
from industria.ecosystems._naics import FINEST, coded, industry
from industria.ecosystems._universe import NATION, state_code, universe_of
from industria.errors import ParameterRangeError

__all__ = ["RegistryCoverage", "registry_coverage"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class RegistryCoverage(Result):
    """A registry beside the official universe.

    Attributes
    ----------
    table : Table
        `area, industry, registered, establishments, share, share_low, share_high, employment_low,
        employment_high, registered_employment`.
    n_registered : int
        Actors that are counted in some row.
    n_unplaced : int
        Actors that are in no row for certain, as their industry or place is missing or too coarse.
    n_elsewhere : int
        Actors whose industry or place the table of establishments does not have.
    """

    n_registered: int
    n_unplaced: int
    n_elsewhere: int


@measure(
    gives={
        "registered": "actors of the registry in the area and industry [count]",
        "share": "registered actors over establishments; null where there are none [fraction]",
        "share_low": "the same [fraction]",
        "share_high": "as if all actors that could be of this area and industry were [fraction]",
        "employment_low": "lowest employment that the official figures leave possible [jobs]",
        "employment_high": "highest employment that they leave possible; null where they set no limit [jobs]",
        "registered_employment": "employment that registered actors tell; null where none does [persons]",
    },
    cites="US Census Bureau (2011), County Business Patterns: Definitions, employment size flags",
    design="descriptive",
)
def registry_coverage(actors: TableLike, establishments: TableLike, *, digits: int = 3) -> RegistryCoverage:
    """Count registered actors over official establishments, by area and industry.

    A withheld employment is the interval of its flag, never 0: a letter of County Business
    Patterns, or the range that stands beside it. A number with a flag of noise is that number.

    Parameters
    ----------
    actors : Table
        `actor, naics`; if there, `state` (letters, name or number), `county` (its code), `employment`.
    establishments : Table
        `area` (a state, county or `us`), `industry` (NAICS), `establishments`, as `census.cbp` and
        `census.susb` give them; if there, `size` (the rows of all sizes are read), `employment`,
        `employment_flag`, `employment_range`. One year.
    digits : int
        Of NAICS, 2 to 6. Where the table has no rows of this level, its next finer level is added up.

    Returns
    -------
    RegistryCoverage
        One row an area and industry of `establishments`, those without actors too.

    Raises
    ------
    MissingColumnError, MissingValueError, ColumnTypeError
        If a column or a cell lacks, or is of another kind.
    EmptyTableError
        If there are no establishments.
    NegativeValueError, InfiniteValueError
        If a number cannot be what it is called.
    DuplicateRowError
        If an actor, or an area and industry, stands twice.
    UnknownLabelError
        If a flag is none of the publisher's.
    UnknownGroupError
        If the table has classes of size, and none for all together.
    ParameterRangeError
        If `digits` is not from 2 to 6.

    Examples
    --------
    The employment of nonwoven mills is withheld: its flag, E, stands for 250 to 499 jobs.

    >>> import pandas as pd
    >>> actors = pd.DataFrame({
    ...     "actor": ["A", "B", "C"],
    ...     "naics": ["315250", "313230", "31"],
    ...     "state": ["MA", "MA", "MA"],
    ... })
    >>> establishments = pd.DataFrame({
    ...     "area": ["25", "25"],
    ...     "industry": ["315", "31323"],
    ...     "establishments": [92, 7],
    ...     "employment": [2050, 0],
    ...     "employment_flag": [None, "E"],
    ... })
    >>> found = registry_coverage(actors, establishments, digits=3)
    >>> shown = ["industry", "registered", "establishments", "share_low", "share_high", "employment_low"]
    >>> print(found.to_pandas()[shown].round(3).to_string(index=False))
    industry  registered  establishments  share_low  share_high  employment_low
         313           1               7      0.143       0.286           250.0
         315           1              92      0.011       0.022          2050.0
    >>> found.n_unplaced
    1
    """
    if not 2 <= digits <= FINEST:
        raise ParameterRangeError("digits", digits, f"a whole number from 2 to {FINEST}")
    cells = universe_of(establishments, digits)
    who = read(
        coded(actors, "actors"),
        "actors",
        Field("actor"),
        Field("naics", "text", None),
        Field("state", "text", None),
        Field("county", "text", None),
        Field("employment", "amount", None),
        key=("actor",),
    )

    of_cell = {(cell.place, cell.industry): k for k, cell in enumerate(cells)}
    finer = sorted({cell.industry for cell in cells})
    sure, maybe = Counter[int](), Counter[int]()
    staff = np.full(len(cells), np.nan)
    counted = unplaced = 0
    for i in range(who.n):
        code = industry(who["naics"][i] or "", digits)
        inside = [code] if code else [one for one in finer if _above(who["naics"][i], one)]
        places = list(_places(who, i))
        rows = [of_cell[place, one] for place in places for one in inside if (place, one) in of_cell]
        # Without a state, an actor may be in any of them; of the nation it is for certain.
        open_places = [] if state_code(who["state"][i]) else [c.place for c in cells if c.place not in places]
        open_rows = {of_cell[place, one] for place in open_places for one in inside if (place, one) in of_cell}
        (sure if code else maybe).update(set(rows))
        maybe.update(open_rows)
        counted += bool(code and rows)
        unplaced += not (code and rows) and bool(rows or open_rows)
        if code and not np.isnan(who["employment"][i]):
            staff[rows] = np.nan_to_num(staff[rows]) + who["employment"][i]

    n = np.array([cell.establishments for cell in cells])
    registered = np.array([sure[k] for k in range(len(cells))], float)
    possible = registered + [maybe[k] for k in range(len(cells))]
    some = np.where(n > 0, n, np.nan)
    columns = {
        "area": pa.array([cell.area for cell in cells], pa.string()),
        "industry": pa.array([cell.industry for cell in cells], pa.string()),
        "registered": pa.array(registered.astype(np.int64)),
        "establishments": pa.array(n.astype(np.int64)),
        "share": _numbers(registered / some),
        "share_low": _numbers(registered / some),
        "share_high": _numbers(possible / some),
        "employment_low": _numbers(np.array([cell.low for cell in cells])),
        "employment_high": _numbers(np.array([cell.high for cell in cells])),
        "registered_employment": _numbers(staff),
    }
    return RegistryCoverage(
        table=as_table(pa.table(columns), "coverage"),
        n_registered=counted,
        n_unplaced=unplaced,
        n_elsewhere=who.n - counted - unplaced,
    )


def _places(who: Rows, i: int) -> Iterator[str]:
    """Tell the areas that an actor is in: the nation, its state, its county."""
    yield NATION
    state, county = state_code(who["state"][i]), who["county"][i]
    if state:
        yield state
    if county and county.isdigit():
        yield county if len(county) == 5 or not state else state + county.zfill(3)


def _above(naics: str | None, code: str) -> bool:
    """Tell whether a code that is missing or coarser may stand for a finer one."""
    return not naics or code.startswith(naics.rstrip("-/")) or industry(code, 2) == naics


def _numbers(values: np.ndarray) -> pa.Array:
    return pa.array(np.where(np.isfinite(values), values, np.nan), from_pandas=True)

"""Whether the work of an occupation can be done from home."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Array, Field, Rows, read
from industria.core.table import TableLike, as_table
from industria.errors import ChoiceError, OutsideRangeError, ParameterRangeError

__all__ = ["Teleworkability", "teleworkability"]


class Veto(NamedTuple):
    """What rules work from home out: items, the scale they are on, and from which value."""

    scale: str
    items: tuple[str, ...]
    bound: float
    below: bool = False


VETOES: Final[Mapping[str, Veto]] = {
    "little_email": Veto("CX", ("4.C.1.a.2.h",), 2.0, below=True),
    "outdoors": Veto("CX", ("4.C.2.a.1.c", "4.C.2.a.1.d"), 4.5),
    "violent_people": Veto("CX", ("4.C.1.d.3",), 4.0),
    "protective_equipment": Veto("CX", ("4.C.2.e.1.d", "4.C.2.e.1.e"), 3.5),
    "burns_and_cuts": Veto("CX", ("4.C.2.c.1.f",), 4.0),
    "infection": Veto("CX", ("4.C.2.c.1.b",), 4.0),
    "walking": Veto("CX", ("4.C.2.d.1.d",), 3.5),
    "physical_activity": Veto("IM", ("4.A.3.a.1",), 4.0),
    "handling_objects": Veto("IM", ("4.A.3.a.2",), 4.0),
    "machines": Veto("IM", ("4.A.3.a.3",), 4.0),
    "vehicles": Veto("IM", ("4.A.3.a.4",), 4.0),
    "working_with_the_public": Veto("IM", ("4.A.4.a.8",), 4.0),
    "repairing_mechanical": Veto("IM", ("4.A.3.b.4",), 4.0),
    "repairing_electronic": Veto("IM", ("4.A.3.b.5",), 4.0),
    "inspecting": Veto("IM", ("4.A.1.b.2",), 4.0),
}


def _pairs(veto: Veto) -> list[tuple[str, str]]:
    return [(veto.scale, item) for item in veto.items]


ITEMS: Final = [pair for veto in VETOES.values() for pair in _pairs(veto)]
ENDS: Final = (1.0, 5.0)
"""Both scales run from 1 to 5."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Teleworkability(Result):
    """Occupations that can be done from home.

    Attributes
    ----------
    table : Table
        One row an occupation: `occupation, teleworkable, n_vetoes, n_unknown` and a column a veto.
    n_teleworkable, n_undecided : int
        Occupations that can be done from home, and those of which that is unknown.
    """

    n_teleworkable: int
    n_undecided: int


@measure(
    gives={
        "teleworkable": "whether no veto holds; null where none does and one is unknown [1]",
        "n_vetoes": "vetoes that hold [count]",
        "n_unknown": "vetoes of which an item is missing and none holds [count]",
        **{
            name: f"whether {' or '.join(veto.items)} ({veto.scale}) is at {'most' if veto.below else 'least'} "
            f"{veto.bound:g} [1]"
            for name, veto in VETOES.items()
        },
    },
    cites="Dingel & Neiman (2020), How many jobs can be done at home?, Journal of Public Economics 189, 104235",
    design="descriptive",
)
def teleworkability(items: TableLike, *, thresholds: Mapping[str, float] | None = None) -> Teleworkability:
    """Tell whether anything in the contexts and activities of an occupation rules out work from home.

    An occupation can be done from home unless one of fifteen vetoes holds: seven contexts of
    work (CX), such as e-mail less than monthly or work outdoors every day, and eight
    activities (IM) of which the importance is at least 4, such as handling objects.

    Parameters
    ----------
    items : Table
        `occupation, element_id, scale, value`: the mean ratings of O*NET, contexts on the scale CX and
        activities on IM; other rows are left alone. Values lie from 1 to 5.
    thresholds : mapping of str to float, optional
        Another bound of vetoes, by their name (a column of the result).

    Returns
    -------
    Teleworkability
        One row an occupation. A veto is null where its items are missing; one that holds decides, whatever is missing.

    Raises
    ------
    MissingColumnError, ColumnTypeError, MissingValueError
        If a column lacks, is of another type, or has gaps; a missing value is read as no rating.
    InfiniteValueError, OutsideRangeError
        If a value is infinite, or a rating that counts not from 1 to 5.
    DuplicateRowError
        If an occupation has an element twice on a scale.
    ChoiceError
        If a threshold is of no veto; the message has the nearest.
    ParameterRangeError
        If a threshold is not from 1 to 5.

    Examples
    --------
    >>> import pandas as pd
    >>> from industria.work.teleworkability import VETOES
    >>> items = pd.DataFrame(
    ...     [(who, item, veto.scale, 5.0 if veto.below else 1.0)
    ...      for who in ("clerk", "cook") for veto in VETOES.values() for item in veto.items],
    ...     columns=["occupation", "element_id", "scale", "value"],
    ... )
    >>> items.loc[(items["occupation"] == "cook") & (items["element_id"] == "4.C.2.c.1.f"), "value"] = 4.2
    >>> found = teleworkability(items).to_pandas()
    >>> print(found[["occupation", "teleworkable", "n_vetoes", "burns_and_cuts"]].to_string(index=False))
    occupation  teleworkable  n_vetoes  burns_and_cuts
         clerk          True         0           False
          cook         False         1            True
    """
    bounds = _bounds(thresholds or {})
    rows = read(
        items,
        "items",
        Field("occupation"),
        Field("element_id"),
        Field("scale"),
        Field("value", "number", None),
        key=("occupation", "element_id", "scale"),
    )
    occupations = sorted({*rows["occupation"]})
    rating = _ratings(rows, occupations)
    held = {
        name: _held(rating[list(map(ITEMS.index, _pairs(veto)))], veto, bounds[name]) for name, veto in VETOES.items()
    }
    holds, unknown = (np.sum([f(one) for one in held.values()], axis=0) for f in (_one, np.isnan))
    teleworkable = np.where(holds > 0, 0.0, np.where(unknown > 0, np.nan, 1.0))
    columns = {
        "occupation": pa.array(occupations, pa.string()),
        "teleworkable": _truth(teleworkable),
        "n_vetoes": pa.array(holds, pa.int64()),
        "n_unknown": pa.array(unknown, pa.int64()),
        **{name: _truth(one) for name, one in held.items()},
    }
    return Teleworkability(
        table=as_table(pa.table(columns), "teleworkability"),
        n_teleworkable=int(_one(teleworkable).sum()),
        n_undecided=int(np.isnan(teleworkable).sum()),
    )


def _bounds(thresholds: Mapping[str, float]) -> dict[str, float]:
    low, high = ENDS
    for name, bound in thresholds.items():
        if name not in VETOES:
            raise ChoiceError("thresholds", name, list(VETOES))
        if not low <= bound <= high:
            raise ParameterRangeError(f"thresholds[{name!r}]", bound, f"a rating from {low:g} to {high:g}")
    return {name: thresholds.get(name, veto.bound) for name, veto in VETOES.items()}


def _ratings(rows: Rows, occupations: list[str]) -> Array:
    """Lay the ratings that count out as items by occupations."""
    item_of = {pair: i for i, pair in enumerate(ITEMS)}
    place = {occupation: i for i, occupation in enumerate(occupations)}
    rating = np.full((len(ITEMS), len(occupations)), np.nan)
    low, high = ENDS
    for occupation, element, scale, value in zip(*(rows[name] for name in rows.columns), strict=True):
        if (scale, element) in item_of:
            if value < low or value > high:
                where = f"occupation = {occupation!r}, element_id = {element!r}, scale = {scale!r}"
                raise OutsideRangeError("items", "value", value, where, f"is a rating from {low:g} to {high:g}")
            rating[item_of[scale, element], place[occupation]] = value
    return rating


def _held(rating: Array, veto: Veto, bound: float) -> Array:
    """Tell of every occupation whether one item is beyond the bound: 1, 0, or NaN where that is unknown."""
    beyond = rating <= bound if veto.below else rating >= bound
    some_missing = np.isnan(rating).any(axis=0)
    return np.where(beyond.any(axis=0), 1.0, np.where(some_missing, np.nan, 0.0))


def _one(values: Array) -> Array:
    return np.asarray(values == 1.0, float)


def _truth(values: Array) -> pa.Array:
    return pa.array(values == 1.0, pa.bool_(), mask=np.isnan(values))

"""How routine the work of occupations is, from the ratings of O*NET."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import numpy as np

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Array, columns_there
from industria.core.table import Column, TableLike, columns_of, from_arrays
from industria.errors import ChoiceError
from industria.work._task_items import CONTENTS, ELEMENTS, Items, contents, groups_of, items_of

__all__ = ["RoutineTaskIntensity", "routine_task_intensity"]

Variant = Literal["acemoglu_autor", "autor_dorn", "lewandowski"]
MADE: Final = (*CONTENTS, "rti")
ABOVE_ZERO: Final = 0.1
"""What is added to the distance from the lowest content, so that it has a logarithm."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class RoutineTaskIntensity(Result):
    """Task content of occupations.

    Attributes
    ----------
    table : Table
        One row a group and occupation: the columns of `within`, `occupation, nrca, nrci, rc, rm,
        nrm_physical, nrm_personal, offshorability, rti`.
    variant : str
        How `rti` is made.
    n_missing_items : int
        Ratings that occupations lack.
    unmatched_share : float
        Employment of occupations without ratings, over all employment.
    """

    variant: str
    n_missing_items: int
    unmatched_share: float


@measure(
    gives={
        "nrca": "non-routine cognitive analytical content, standard deviations from the mean job [1]",
        "nrci": "non-routine cognitive interpersonal content [1]",
        "rc": "routine cognitive content [1]",
        "rm": "routine manual content [1]",
        "nrm_physical": "non-routine manual physical content [1]",
        "nrm_personal": "non-routine manual personal content [1]",
        "offshorability": "how little the work is tied to a place or to people there [1]",
        "rti": "routine task intensity in the variant asked for [1]",
    },
    cites=(
        "Acemoglu & Autor (2011), Skills, Tasks and Technologies, Handbook of Labor Economics 4B, 1043-1171; "
        "Autor & Dorn (2013), AER 103(5), 1553-1597; Lewandowski, Park, Hardy, Du & Wu (2022), WBER 36(3), 687-708"
    ),
    design="descriptive",
)
def routine_task_intensity(
    items: TableLike,
    employment: TableLike | None = None,
    *,
    variant: Variant = "acemoglu_autor",
    within: Sequence[Column] = (),
) -> RoutineTaskIntensity:
    """Add standardized ratings up to task contents, and these to routine task intensity.

    Each item is standardized under employment (variance over the sum of weights), the items of
    a content are added up, and the sum is standardized again. The variants: Acemoglu and
    Autor take rc + rm - nrca - nrci; Autor and Dorn take ln(routine) - ln(abstract) - ln(manual) of
    mean ratings as they are; Lewandowski and others take ln(rc) - ln((nrca + nrci)/2) of contents
    less their lowest value, plus 0.1. They do not share a scale.

    Parameters
    ----------
    items : Table
        `occupation` and a column an element of O*NET, named by its identifier, as 4.A.2.a.4; or long:
        `occupation, element_id, value`, and `scale` (IM for activities, skills and abilities, CX for contexts
        count) if there. Ratings as O*NET has them: what is to be reversed is reversed here. On Spark, long: there
        a dot in the name of a column is a field of it.
    employment : Table, optional
        `occupation, employment`, the columns of `within`, and `period` if there: then every period
        counts the same. Without it, every occupation counts the same.
    variant : {"acemoglu_autor", "autor_dorn", "lewandowski"}
        How `rti` is made of the contents.
    within : sequence of columns
        Groups, such as countries, each standardized alone.

    Returns
    -------
    RoutineTaskIntensity
        One row a group and occupation with employment there; a content is null where the occupation lacks one of
        its items, or where nothing varies; an item that does not vary adds nothing.

    Raises
    ------
    MissingColumnError, ColumnTypeError, MissingValueError
        If a column lacks, is of another type, or has gaps; a missing rating makes its content null.
    OutsideRangeError, NegativeValueError, InfiniteValueError
        If a rating is not on the scale from 1 to 5, or employment below zero or infinite.
    DuplicateRowError
        If an occupation has an element, or a group an occupation, twice.
    ReservedNameError
        If a group is called as a column of the result, or one column stands twice.
    ChoiceError, ParameterRangeError
        If the variant is another word, or `within` no list of columns.

    See Also
    --------
    industria.work.task_content : Means of the contents over employment, by group and period.

    Examples
    --------
    >>> import pandas as pd
    >>> from industria.work._task_items import CONTENTS, ELEMENTS
    >>> items = pd.DataFrame(2.0, index=["clerk", "nurse", "smith"], columns=list(ELEMENTS))
    >>> items.loc["clerk", list(CONTENTS["rc"][:2])] = 5.0
    >>> items.loc["nurse", list(CONTENTS["nrci"])] = 4.0
    >>> items.loc["smith", list(CONTENTS["rm"])] = 4.5
    >>> found = routine_task_intensity(items.rename_axis("occupation").reset_index()).to_pandas()
    >>> print(found[["occupation", "nrci", "rc", "rm"]].round(3).to_string(index=False))
    occupation   nrci     rc     rm
         clerk -0.707  1.414 -0.707
         nurse  1.414 -0.707 -0.707
         smith -0.707 -0.707  1.414
    """
    if variant not in get_args(Variant):
        raise ChoiceError("variant", variant, get_args(Variant))
    rated = items_of(items)
    names = columns_of(within, "within")
    period = "period" if employment is not None and "period" in columns_there(employment, "employment")[1] else None
    groups = groups_of(employment, rated.codes, names, period)
    columns: dict[str, list[Any]] = {name: [] for name in (*names, "occupation", *MADE)}
    for key, E, found in zip(groups.keys, groups.E, contents(rated, groups), strict=True):
        there = E.sum(axis=0) > 0
        intensity = _intensity(variant, found, rated, there)
        for name, label in zip(names, key, strict=True):
            columns[name] += [label] * int(there.sum())
        columns["occupation"] += [code for code, one in zip(rated.codes, there, strict=True) if one]
        for name, values in (*found.items(), ("rti", intensity)):
            columns[name] += values[there].tolist()
    return RoutineTaskIntensity(
        table=from_arrays({name: np.array(of, float) if name in MADE else of for name, of in columns.items()}),
        variant=variant,
        n_missing_items=rated.n_missing,
        unmatched_share=groups.unmatched_share,
    )


def _intensity(variant: Variant, found: dict[str, Array], rated: Items, there: Array) -> Array:
    match variant:
        case "acemoglu_autor":
            return found["rc"] + found["rm"] - found["nrca"] - found["nrci"]
        case "autor_dorn":
            routine, abstract, manual = (
                rated.X[:, [ELEMENTS.index(one) for name in part for one in CONTENTS[name]]].mean(axis=1)
                for part in (("rc", "rm"), ("nrca", "nrci"), ("nrm_physical",))
            )
            return _log(routine) - _log(abstract) - _log(manual)
        case "lewandowski":
            rc, nrca, nrci = (_lifted(found[name], there) for name in ("rc", "nrca", "nrci"))
            return _log(rc) - _log((nrca + nrci) / 2)


def _lifted(content: Array, there: Array) -> Array:
    told = content[there & ~np.isnan(content)]
    return content - (told.min() if len(told) else np.nan) + ABOVE_ZERO


def _log(values: Array) -> Array:
    return np.asarray(np.log(values, out=np.full(len(values), np.nan), where=values > 0))

"""Task content of employment over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, columns_of, from_arrays
from industria.work._task_items import CONTENTS, contents, groups_of, items_of
from industria.work._unknowns import UNKNOWNS, apart, borrowed, read_setting, table_of, task_years, uncovered

__all__ = ["TaskContent", "task_content"]

MADE: Final = (*CONTENTS, "rti", "employment", "coverage")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class TaskContent(Result):
    """Mean task contents of employment.

    Attributes
    ----------
    table : Table
        One row a group and period: the columns of `within`, the period, `nrca, nrci, rc, rm,
        nrm_physical, nrm_personal, offshorability, rti, employment, coverage`.
    unknowns : Table
        What the means do not know: `unknown`, `unknown_share, years_apart, meaning`.
    n_missing_items : int
        Ratings that occupations lack.
    unmatched_share : float
        Employment of occupations without ratings, over all employment.
    """

    unknowns: Table
    n_missing_items: int
    unmatched_share: float


@measure(
    gives={
        "nrca": "mean non-routine cognitive analytical content, deviations from the group's mean job [1]",
        "nrci": "mean non-routine cognitive interpersonal content [1]",
        "rc": "mean routine cognitive content [1]",
        "rm": "mean routine manual content [1]",
        "nrm_physical": "mean non-routine manual physical content [1]",
        "nrm_personal": "mean non-routine manual personal content [1]",
        "offshorability": "mean offshorability [1]",
        "rti": "mean routine task intensity, rc + rm - nrca - nrci (Acemoglu & Autor) [1]",
        "employment": "employment of the group in the period [unit of employment]",
        "coverage": "employment in occupations with every rating, over that of the group and period [fraction]",
        **UNKNOWNS,
    },
    cites=(
        "Hardy, Keister & Lewandowski (2018), Educational upgrading, structural change and the task composition of "
        "jobs in Europe, Economics of Transition 26(2), 201-231"
    ),
    design="descriptive",
)
def task_content(
    items: TableLike,
    employment: TableLike,
    *,
    within: Sequence[Column] = ("country",),
    period: Column = "period",
    task_country: str | None = None,
    task_year: int | None = None,
) -> TaskContent:
    """Follow the mean task contents of employment over periods.

    Contents are standardized within a group over all its periods, each of which counts the
    same: a mean of 0.1 lies a tenth of a standard deviation of jobs above the mean of the
    group over all periods. Levels of two groups cannot be compared, changes can.
    Ratings are of one country and one time: what changes is employment by occupation alone.

    Parameters
    ----------
    items : Table
        `occupation` and a column an element of O*NET, or long, as `routine_task_intensity` takes them.
    employment : Table
        `occupation, employment`, the columns of `within` and the period.
    within : sequence of columns
        Groups, such as countries, each standardized alone.
    period : column
        When; any kind of label.
    task_country : str, optional
        Whose tasks the items describe, as the column `country` of employment writes it; for `unknowns` alone.
    task_year : int, optional
        Of which year tasks are, where no column `year` of items tells it; for `unknowns` alone.

    Returns
    -------
    TaskContent
        One row a group and period with employment; a content is null where no occupation has it.

    Raises
    ------
    MissingColumnError, ColumnTypeError, MissingValueError
        If a column lacks, is of another type, or has gaps; a missing rating leaves the occupation out.
    OutsideRangeError, NegativeValueError, InfiniteValueError
        If a rating is not on the scale from 1 to 5, or employment below zero or infinite.
    DuplicateRowError
        If an occupation has an element, or a group and period an occupation, twice.
    ReservedNameError
        If a group or the period is called as a column of the result, or one column stands twice.
    ParameterRangeError
        If `within` is no list of columns.

    Examples
    --------
    >>> import pandas as pd
    >>> from industria.work._task_items import CONTENTS, ELEMENTS
    >>> items = pd.DataFrame(2.0, index=["clerk", "nurse"], columns=list(ELEMENTS))
    >>> items.loc["clerk", list(CONTENTS["rc"][:2])] = 5.0
    >>> employment = pd.DataFrame({
    ...     "country": "BR",
    ...     "period": [2012, 2012, 2022, 2022],
    ...     "occupation": ["clerk", "nurse"] * 2,
    ...     "employment": [60.0, 40.0, 40.0, 60.0],
    ... })
    >>> found = task_content(items.rename_axis("occupation").reset_index(), employment).to_pandas()
    >>> print(found[["country", "period", "rc", "coverage"]].to_string(index=False))
    country  period   rc  coverage
         BR    2012  0.2       1.0
         BR    2022 -0.2       1.0
    """
    rated = items_of(items)
    names = columns_of(within, "within")
    groups = groups_of(employment, rated.codes, names, period)
    whole = ~np.isnan(rated.X).any(axis=1)
    columns: dict[str, list[Any]] = {name: [] for name in (*names, period, *MADE)}
    for g, (key, found) in enumerate(zip(groups.keys, contents(rated, groups), strict=True)):
        for t, when in enumerate(groups.periods):
            jobs, all_jobs = groups.E[g, t], groups.E[g, t].sum() + groups.lost[g, t]
            if not all_jobs > 0:
                continue
            for name, label in zip((*names, period), (*key, when), strict=True):
                columns[name].append(label)
            routine = found["rc"] + found["rm"] - found["nrca"] - found["nrci"]
            for name, values in (*found.items(), ("rti", routine)):
                counts = ~np.isnan(values) & (jobs > 0)
                total = jobs[counts].sum()
                columns[name].append(jobs[counts] @ values[counts] / total if total > 0 else np.nan)
            columns["employment"].append(all_jobs)
            columns["coverage"].append(jobs[whole].sum() / all_jobs)
    covered = float(np.dot(columns["coverage"], columns["employment"]))
    setting = read_setting(employment, task_country, period=period)
    unknowns = [
        *uncovered(None, [covered], float(sum(columns["employment"]))),
        borrowed(setting, task_country),
        apart(task_years(items, "items", task_year), setting.years, f"the column {period}, if it holds years,"),
    ]
    return TaskContent(
        table=from_arrays({name: np.array(of, float) if name in MADE else of for name, of in columns.items()}),
        unknowns=table_of(unknowns, measured=False),
        n_missing_items=rated.n_missing,
        unmatched_share=groups.unmatched_share,
    )

"""How far groups lie from the frontier of all, apart from how far units lie from that of their group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, columns_of
from industria.errors import ParameterRangeError
from industria.productivity._accounts import dropped_table, refuse_names
from industria.productivity._frontier_tables import DOUBTFUL, doubtful_table
from industria.productivity._metafrontier_cells import Asked, gaps, refuse_no_logs
from industria.productivity._metafrontier_fit import Deviations, Distribution, Form
from industria.productivity._metafrontier_tables import tables
from industria.productivity._technology import (
    NAME,
    Orientation,
    Returns,
    read_units,
    refuse_no_outputs,
    refuse_thin,
    slices,
)

__all__ = ["Metafrontier", "metafrontier"]

Method = Literal["dea", "stochastic", "envelope"]
MADE: Final = (
    *("group_efficiency", "meta_efficiency", "gap_ratio", "n_units", "mean_group_efficiency"),
    *("mean_meta_efficiency", "mean_gap_ratio", "lowest_gap_ratio", "highest_gap_ratio", "n_touching"),
    *("frontier", "term", "estimate", "n_obs", "log_likelihood", "sigma_u", "sigma_v", "converged", "boundary"),
    *DOUBTFUL,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Metafrontier(Result):
    """Units behind the frontier of their group, and the frontiers of groups behind that of all.

    Attributes
    ----------
    table : Table
        One row a unit: `group_efficiency, meta_efficiency, gap_ratio, n_units`.
    groups : Table
        One row a group: `n_units`, `mean_group_efficiency`, `mean_meta_efficiency`, `mean_gap_ratio`,
        `lowest_gap_ratio`, `highest_gap_ratio`, `n_touching`.
    frontiers : Table
        One row a frontier and term: `frontier` ("group" or "metafrontier"), the group, `term`, `estimate`; without
        rows with `method="dea"`.
    fits : Table
        One row a likelihood, likewise: `n_obs, log_likelihood, sigma_u, sigma_v, converged, boundary`.
    doubtful : Table
        The unit, `good, observed, times_median`: amounts 300 times the median or more, or as much below it, which
        may be in another unit of measurement.
    dropped : Table
        `column, reason, rows` of what was left out.
    method, returns, orientation, distribution, form, deviations : str or None
        As asked for; None where the method has no place for it.
    n_units, n_groups, n_at_boundary, n_doubtful : int
        Rows measured, groups over all cells, fits that run to a boundary, and rows of `doubtful`.
    mean_group_efficiency, mean_meta_efficiency, mean_gap_ratio : float
        Over all rows.
    """

    groups: Table
    frontiers: Table
    fits: Table
    doubtful: Table
    dropped: Table
    method: str
    returns: str | None
    orientation: str | None
    distribution: str | None
    form: str | None
    deviations: str | None
    n_units: int
    n_groups: int
    n_at_boundary: int
    n_doubtful: int
    mean_group_efficiency: float
    mean_meta_efficiency: float
    mean_gap_ratio: float


@measure(
    gives={
        "group_efficiency": "by the frontier of the group [fraction]",
        "meta_efficiency": "by the frontier of all groups: the product of the other two [fraction]",
        "gap_ratio": "technology gap ratio: what the group's frontier reaches of that of all, at the unit [fraction]",
        "n_units": "rows that draw the frontier of the group [units]",
        "mean_group_efficiency": "mean over the rows of the group [fraction]",
        "mean_meta_efficiency": "mean over the rows of the group [fraction]",
        "mean_gap_ratio": "mean over the rows of the group [fraction]",
        "lowest_gap_ratio": "least of the rows of the group [fraction]",
        "highest_gap_ratio": "largest of the rows of the group [fraction]",
        "n_touching": "rows at which the two frontiers are one [units]",
        "frontier": "group, or metafrontier [name]",
        "term": "intercept, an input, or a product of inputs, in logs [name]",
        "estimate": "elasticity; of an envelope without error of its own [1]",
        "n_obs": "rows used [count]",
        "log_likelihood": "at the maximum [1]",
        "sigma_u": "of inefficiency, and of the gap, before it is cut off [1]",
        "sigma_v": "of noise [1]",
        "converged": "whether the gradient is nought [1]",
        "boundary": "what the likelihood runs to [name]",
        "good": "column of input or output [name]",
        "observed": "amount of the unit [unit of good]",
        "times_median": "amount over the median of the cell [1]",
        "column": "which column [name]",
        "reason": "why rows were left out [name]",
        "rows": "how many [count]",
    },
    cites="O'Donnell, Rao & Battese (2008), Empirical Economics 34(2), 231-255; "
    "Huang, Huang & Liu (2014), Journal of Productivity Analysis 42(3), 241-254; "
    "Battese, Rao & O'Donnell (2004), Journal of Productivity Analysis 21(1), 91-103",
    design="associational",
)
def metafrontier(
    units: TableLike,
    *,
    unit: Column,
    inputs: Sequence[Column],
    outputs: Sequence[Column],
    group: Column,
    method: Method = "dea",
    time: Column | None = None,
    returns: Returns | None = None,
    orientation: Orientation | None = None,
    distribution: Distribution | None = None,
    form: Form | None = None,
    deviations: Deviations | None = None,
    logs: bool = False,
    by: Sequence[Column] = (),
    allow_thin: bool = False,
) -> Metafrontier:
    """Part the distance to the best of all into the distance to the group's best, and the group's own.

    meta efficiency = group efficiency · technology gap ratio, with gap ratio 1 where the group's frontier is the best.

    dea: scores by the units of the group and by all. envelope: a stochastic frontier f_k for each group, and the
    lowest f* of the same form with ln f*(x) ≥ ln f_k(x) at all rows, by the least sum of ln f* - ln f_k or of its
    squares; the gap ratio is f_k / f*. stochastic: ln f_k = ln f* - u + v fitted as a frontier once more, so that an
    error in f_k does not lift f*; the gap ratio is E[exp(-u)].

    A gap is between the rows that were seen: a group of few units has a low frontier for that alone, and nothing says
    that its units could move to the other technology. Where `fits` tells of a boundary, a likelihood saw no
    inefficiency or no noise: of the metafrontier all gap ratios are 1 then, or those of an envelope.

    Parameters
    ----------
    units : Table
        One row a unit, or a unit and time. Rows with a gap are left out and counted.
    unit : column
        Who.
    inputs, outputs : sequence of columns
        0 or more; above zero unless they are logged, and one output, where frontiers are stochastic.
    group : column
        Whose technology: a region, a size class, a kind of ownership.
    method : {"dea", "stochastic", "envelope"}
        See above.
    time : column, optional
        When. One frontier holds for all periods, unless they are cells.
    returns : {"variable", "constant", "nonincreasing", "nondecreasing", "free_disposal"}, optional
        Of dea, as there; None is variable. All but free disposal combine units of different groups, too.
    orientation : {"output", "input"}, optional
        Of dea; None is output, the side of the other methods.
    distribution : {"half_normal", "exponential", "truncated_normal"}, optional
        Of inefficiency and of the gap in the other methods; None is half-normal.
    form : {"cobb_douglas", "translog"}, optional
        Of their frontiers; None is Cobb-Douglas.
    deviations : {"absolute", "squared"}, optional
        Of an envelope; None is absolute.
    logs : bool
        Whether inputs and output are natural logs already; not in dea.
    by : sequence of columns
        Cells with frontiers of their own.
    allow_thin : bool
        Whether a group may have fewer than three rows for each input and output.

    Returns
    -------
    Metafrontier
        One row a row of the table.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, NoRowsLeftError
        If a column is not there, holds no numbers, or no row is complete.
    NegativeValueError, InfiniteValueError, OutsideRangeError
        If an amount is below zero, infinite, or has no log, or all inputs or outputs of a row are zero.
    DuplicateRowError, RepeatedColumnError, ReservedNameError
        If a unit stands twice in a group and time, a column plays two roles, or a key is called as a column made.
    ChoiceError, ParameterRangeError, ExcludedParameterError
        If a word is none of those above, or has no place in the method, or there is more than one output.
    ThinFrontierError, NoDegreesOfFreedomError, CollinearTermError, ConstantColumnError
        If a group has too few rows, or an input does not vary there or repeats others.
    MissingPackageError, ConvergenceError
        If numba is not installed, or a program has no end.

    See Also
    --------
    industria.productivity.dea : one frontier, or one for each cell.
    industria.productivity.stochastic_frontier : the frontiers of groups, with their errors.
    industria.productivity.frontier_leverage : who draws a frontier.

    Examples
    --------
    States of the US in 1986 (Munnell 1990), east and west of the Mississippi.

    >>> from industria import sources
    >>> states = sources.find("packages.linearmodels_munnell")().read().collect("pandas").to_native()
    >>> west = "AR AZ CA CO IA ID KS LA MN MO MT ND NE NM NV OK OR SD TX UT WA WY".split()
    >>> states["side"] = states["ST_ABB"].isin(west).map({True: "west", False: "east"})
    >>> roles = {"unit": "ST_ABB", "inputs": ["P_CAP", "PC", "EMP"], "outputs": ["GSP"], "group": "side"}
    >>> found = metafrontier(states[states["YR"] == 1986], **roles)
    >>> groups = found.groups.collect("pandas").to_native()
    >>> columns = ["side", "n_units", "mean_group_efficiency", "mean_meta_efficiency", "mean_gap_ratio"]
    >>> print(groups[columns].round(3).to_string(index=False))
    side  n_units  mean_group_efficiency  mean_meta_efficiency  mean_gap_ratio
    east       26                  0.931                 0.895           0.961
    west       22                  0.951                 0.914           0.962
    """
    cell = columns_of(by, "by")
    xs, ys = columns_of(inputs, "inputs"), columns_of(outputs, "outputs")
    refuse_names(NAME, [*cell, group, unit, *([time] if time else [])], MADE)
    asked = Asked.of(
        method,
        returns=returns,
        orientation=orientation,
        logs=logs,
        distribution=distribution,
        form=form,
        deviations=deviations,
    )
    if method != "dea" and len(ys) > 1:
        raise ParameterRangeError("outputs", list(ys), f"one column with method={method!r}")
    groups = [*cell, group]
    read = read_units(units, unit=unit, time=time, inputs=xs, outputs=ys, by=groups, signed=logs, allow_thin=allow_thin)
    for rows in slices(read.panel):
        refuse_thin(read, rows.stop - rows.start, rows.start, groups, allow_thin)
    if method == "dea":
        refuse_no_outputs(read, asked.returns, asked.orientation)
    elif not logs:
        refuse_no_logs(read)
    found = gaps(read, asked, cell, group)
    made, means = tables(read, found, asked, cell, group)
    doubtful, n_doubtful = doubtful_table(read.panel, read.goods, read.amounts, logs=logs)
    return Metafrontier(
        table=made["table"],
        groups=made["groups"],
        frontiers=made["frontiers"],
        fits=made["fits"],
        doubtful=doubtful,
        dropped=dropped_table(read.panel),
        **asked.facts(),
        n_units=len(read),
        n_groups=read.panel.cells.num_rows,
        n_at_boundary=sum(one.boundary is not None for each in found for one in each.gaps.fits if one),
        n_doubtful=n_doubtful,
        mean_group_efficiency=means[0],
        mean_meta_efficiency=means[1],
        mean_gap_ratio=means[2],
    )

"""Growth of an aggregate by what made it: units that changed, that gained weight, that came and went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, columns_of
from industria.errors import ChoiceError, ParameterRangeError
from industria.kernels.decompositions import METHODS
from industria.productivity._accounts import dropped_table, refuse_names
from industria.productivity._growth_holes import holes
from industria.productivity._growth_inputs import PETRIN_LEVINSOHN, input_roles
from industria.productivity._growth_parts import Pair, intervals, matched, standing
from industria.productivity._growth_periods import spans_of
from industria.productivity._growth_table import told
from industria.productivity._intervals import check_intervals
from industria.productivity._logs import in_logs
from industria.productivity._nests import nests
from industria.productivity._panel import read

__all__ = ["GrowthDecomposition", "growth_decomposition"]

Method = Literal[
    "foster_haltiwanger_krizan",
    "melitz_polanec",
    "griliches_regev",
    "olley_pakes",
    "baily_hulten_campbell",
    "baldwin_gu",
    "diewert_fox",
    "petrin_levinsohn",
]
MADE: Final = (
    "method",
    "time_from",
    "time_to",
    "level",
    "component",
    "contribution",
    "share",
    "low",
    "high",
    "n_units",
    "n_missing",
)
APPEARANCE: Final = "appearance in these rows, which need not be a birth or a death"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class GrowthDecomposition(Result):
    """Components of growth, by method.

    Attributes
    ----------
    table : Table
        One row a cell, method, pair of periods and component, `total` and `residual` last.
    dropped : Table
        `column, reason, rows` of what was left out.
    value, weight, unit : str
        As asked for.
    entry : str
        What entry and exit mean here.
    confidence : float
        Of the intervals.
    replications : int
        Draws of units behind them.
    n_rows, n_units : int
        Used.
    """

    dropped: Table
    value: str
    weight: str
    unit: str
    entry: str
    confidence: float
    replications: int
    n_rows: int
    n_units: int


@measure(
    gives={
        "method": "the decomposition [name]",
        "time_from": "earlier period [date]",
        "time_to": "later period [date]",
        "level": "column of the items that the component is of: units, or groups that hold them [name]",
        "component": "within, between, cross, covariance, reallocation, entry or exit; total and residual [name]",
        "contribution": "to the total: the change of the weighted mean, or petrin_levinsohn's own [log points]",
        "share": "of the total; null where that is 0 [fraction]",
        "low": "lower end of the interval, null without replications [log points]",
        "high": "upper end of the interval [log points]",
        "n_units": "items behind the component: those that stay, come or leave; of the total, all [units]",
        "n_missing": "left out of both periods of the pair, as a number or a group of theirs is missing in one [units]",
        "column": "column for which rows were left out [name]",
        "reason": "why they were [name]",
        "rows": "how many were [count]",
    },
    cites="Foster, Haltiwanger & Krizan (2001), NBER Studies in Income and Wealth 63; Griliches & Regev (1995), "
    "Journal of Econometrics 65(1); Melitz & Polanec (2015), RAND Journal of Economics 46(2); Olley & Pakes (1996), "
    "Econometrica 64(6); Baily, Hulten & Campbell (1992), Brookings Papers: Microeconomics; Baldwin & Gu (2006), "
    "Industrial and Corporate Change 15(3); Diewert & Fox (2010), UBC Discussion Paper 05-02; "
    "Petrin & Levinsohn (2012), RAND Journal of Economics 43(4)",
    design="descriptive",
    pools="none",
    support="cells",
)
def growth_decomposition(
    panel: TableLike,
    *,
    value: Column,
    weight: Column,
    unit: Column,
    time: Column,
    methods: Sequence[Method] = ("foster_haltiwanger_krizan", "melitz_polanec"),
    periods: Sequence[Sequence[int | str]] | None = None,
    within: Sequence[Column] = (),
    inputs: Mapping[Column, Column | float] | None = None,
    elasticities: Mapping[Column, Column | float] | None = None,
    value_added: Column | None = None,
    by: Sequence[Column] = (),
    weights: Column | None = None,
    entry: str | None = None,
    logs: bool = True,
    confidence: float = 0.95,
    replications: int = 0,
    rng: int = 0,
) -> GrowthDecomposition:
    """Split the growth of an aggregate by what made it, by two methods or more.

    The aggregate is P_t = Σ s_it p_it, with shares s of the weight that add up to 1 in a period. C are the
    units of both periods, N those that come, X those that leave; Δ is a change, a bar a mean of both periods.
    foster_haltiwanger_krizan: within Σ_C s0 Δp, between Σ_C Δs (p0 - P0), cross Σ_C Δs Δp, entry Σ_N s1 (p1 - P0),
    exit -Σ_X s0 (p0 - P0). griliches_regev: Σ_C s̄ Δp, Σ_C Δs (p̄ - P̄), entry and exit against P̄.
    melitz_polanec: within is the change of the mean of C without shares, covariance that of the rest of C, entry
    s_N (P_N1 - P_C1), exit s_X (P_C0 - P_X0). olley_pakes: the same two parts of whole cross-sections.
    baily_hulten_campbell: Σ_C s0 Δp, Σ_C Δs p1, Σ_N s1 p1, -Σ_X s0 p0. baldwin_gu: as griliches_regev, against
    the mean of those who left. diewert_fox: with shares among C, Σ σ̄ Δp and Σ p̄ Δσ, entry and exit as
    melitz_polanec. petrin_levinsohn, with D̄ the mean over both periods of weight over the sum of value added: within
    Σ_C D̄ Δp and reallocation Σ_C D̄ Σ_k (ε̄_k - s̄_k) Δln X_k, of inputs X with elasticities ε and shares of cost s. It
    splits growth of value added beyond that of what inputs cost, which is no change of P, and leaves out who comes
    or leaves. Methods differ by what gain of weight and entrants are set against, so that no one of them is
    told alone. Who lacks a number or a group in one of two periods is in neither. With groups in `within`, the
    part within groups is split again among the items of each.

    Parameters
    ----------
    panel : Table
        One row a unit and period, with a level of productivity (revenue productivity where output is
        deflated by an industry's price) and a weight.
    value : column
        Productivity, in logs or, with `logs=False`, as a level above 0.
    weight : column
        What shares are of: employment, hours, output; not negative.
    unit, time : column
        Who and when.
    methods : sequence of str
        Two or more.
    periods : sequence of pairs, optional
        From and to; None takes each period with the next that is there.
    within : sequence of columns
        Groups that hold units, the largest first: regions, industries. A unit that changes its group
        leaves one and comes to the other. Groups without weight in a period are not there.
    inputs : mapping of column to column or number, optional
        For petrin_levinsohn: each input by the column of its quantity, and its cost as a share of `weight`.
    elasticities : mapping of column to column or number, optional
        For petrin_levinsohn: of output with respect to the same inputs.
    value_added : column, optional
        For petrin_levinsohn with a gross output as `weight`: what the sum of Domar weights is over; a `weight`
        that is value added needs none.
    by : sequence of columns
        Cells, each with an aggregate of its own.
    weights : column, optional
        How many units a row stands for; zero or more. It multiplies `weight`. A unit with a weight of 0, of
        either kind, is there: it neither comes nor leaves.
    entry : str, optional
        What it means here that a unit is there in the later period alone, such as "birth in the register".
    logs : bool
        Whether `value` is in logs already.
    confidence : float
        Of the intervals.
    replications : int
        Draws of units, each with all its periods, for percentile intervals; 0 for none.
    rng : int
        Seed of the draws.

    Returns
    -------
    GrowthDecomposition
        Where nobody stays, methods that compare with those who do take the mean of the earlier period. All
        of a pair is null in a cell without weight in one of its periods.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, NoRowsLeftError
        If a column is not there, of another type, or without a value, or no row has all.
    OutsideRangeError, InfiniteValueError, NegativeValueError, ZeroWeightError
        If a number is infinite, a level not above 0, a weight negative, or `weights` zero throughout.
    LogsError
        If `value` spreads as no logs do.
    DuplicateRowError, RepeatedColumnError, ReservedNameError
        If a unit stands twice in a group and period, or a column plays two roles or is called as one of the result.
    ChoiceError, ParameterRangeError, NeededParameterError, ExcludedParameterError, UsageError
        If a parameter is not among its choices or outside its range, a method needs one that lacks or has no place
        for one, or fewer than two methods are asked for.

    See Also
    --------
    productivity.allocation : the covariance of shares and productivity in one period.

    Examples
    --------
    Six firms a year, the example of Zeng (2019): two leave, two come.

    >>> import pandas as pd
    >>> firms = pd.DataFrame({
    ...     "firm": [1, 2, 3, 4, 5, 6] + [1, 2, 3, 4, 7, 8],
    ...     "year": [2010] * 6 + [2020] * 6,
    ...     "productivity": [1.95, 1.73, 1.64, 1.85, 1.39, 1.57] + [1.68, 1.76, 1.04, 1.47, 1.17, 1.23],
    ...     "hours": [33, 25, 10, 12, 9, 11] + [30, 21, 17, 1, 25, 6],
    ... })
    >>> found = growth_decomposition(firms, value="productivity", weight="hours", unit="firm", time="year")
    >>> rows = found.to_pandas().query("component != 'residual'")
    >>> print(rows[["method", "component", "contribution"]].round(4).to_string(index=False))
                       method  component  contribution
    foster_haltiwanger_krizan     within       -0.1872
    foster_haltiwanger_krizan    between       -0.0228
    foster_haltiwanger_krizan      cross        0.0067
    foster_haltiwanger_krizan      entry       -0.1792
    foster_haltiwanger_krizan       exit        0.0542
    foster_haltiwanger_krizan      total       -0.3284
               melitz_polanec     within       -0.3050
               melitz_polanec covariance        0.0211
               melitz_polanec      entry       -0.1122
               melitz_polanec       exit        0.0677
               melitz_polanec      total       -0.3284
    """
    chosen = _methods(methods)
    check_intervals(confidence, replications)
    within, by = columns_of(within, "within"), columns_of(by, "by")
    amounts = [weight, *([weights] if weights else [])]
    roles = input_roles(chosen, within, inputs, elasticities, value_added)
    wanted = [value, *amounts, *(roles.columns if roles else [])]
    read_as = read(
        panel,
        "panel",
        unit=unit,
        time=time,
        numbers=wanted,
        by=[*by, *within],
        positive=tuple(roles.shares) if roles else (),
        nonnegative=[*amounts, *(roles.costs if roles else [])],
    )
    refuse_names("panel", (*by, unit), MADE)
    read_as = in_logs(standing(read_as, weights), value, logs)
    held = nests(read_as, len(by))
    lost = holes(panel, read_as, held, unit, time, [*wanted, *within])
    spans = spans_of(read_as, time, periods)
    # One pair at a time, unless they are drawn from again and again.
    pairs: Iterable[Pair] = (matched(read_as, value, weight, roles, t0, t1, lost) for (t0, _), (t1, _) in spans)
    draws = None
    if replications:
        pairs = list(pairs)
        draws = intervals(pairs, held, chosen, read_as.n_units, replications, confidence, rng)
    return GrowthDecomposition(
        table=told(read_as, spans, pairs, held, chosen, [*within, unit], draws),
        dropped=dropped_table(read_as),
        value=value,
        weight=weight,
        unit=unit,
        entry=entry or APPEARANCE,
        confidence=confidence,
        replications=replications,
        n_rows=len(read_as),
        n_units=read_as.n_units,
    )


def _methods(methods: Sequence[str]) -> tuple[str, ...]:
    chosen = columns_of(methods, "methods")
    for method in chosen:
        if method not in (*METHODS, PETRIN_LEVINSOHN):
            raise ChoiceError("methods", method, [*METHODS, PETRIN_LEVINSOHN])
    if len({*chosen}) < max(2, len(chosen)):
        raise ParameterRangeError("methods", methods, "two different methods or more: one alone looks like a fact")
    return chosen

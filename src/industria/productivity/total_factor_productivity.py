"""What is left of output when inputs have had their share: of each unit and time, with its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypeAlias, get_args

import numpy as np

from industria.core.measure import measure
from industria.core.table import Column, TableLike, columns_of
from industria.errors import ChoiceError, ExcludedParameterError, ParameterRangeError, RoleError
from industria.productivity._function_roles import Prices, check_degree
from industria.productivity._function_tables import dropped_table
from industria.productivity._function_terms import labels_of, read_functions
from industria.productivity._intervals import check_intervals, percentile_interval
from industria.productivity._multilateral import cost_shares, multilateral
from industria.productivity._panel import Array, Panel, read
from industria.productivity._row_tables import by_term, with_keys
from industria.productivity._smoothing import NetOutput, net_output
from industria.productivity._tfp_result import KINDS, TotalFactorProductivity

__all__ = ["TotalFactorProductivity", "total_factor_productivity"]

Method = Literal["elasticities", "multilateral_index"]
Answers: TypeAlias = tuple[Array, Array, Array, Array, int, int]
"""Productivity, its interval, what inputs were given, and draws with and without an answer."""
BLOCK: Final = 20_000
"""Rows whose draws are held at once."""


@measure(
    gives={
        "tfp": "log of revenue productivity, or with prices='quantity' of productivity [log points]",
        "low": "lower end of its interval, by draws of the elasticities [log points]",
        "high": "upper end of its interval [log points]",
        "kind": "revenue_tfp or quantity_tfp [name]",
        "term": "an input [name]",
        "elasticity": "what the input was given in that row: its elasticity, or half its share and the mean's [1]",
    },
    cites="Ackerberg, Benkard, Berry & Pakes (2007), Handbook of Econometrics 6A, ch. 63; "
    "Good, Nadiri & Sickles (1997), Handbook of Applied Econometrics 2, ch. 2; "
    "Foster, Haltiwanger & Syverson (2008), American Economic Review 98(1)",
    design="associational",
)
def total_factor_productivity(
    panel: TableLike,
    elasticities: TableLike | None = None,
    *,
    unit: Column,
    time: Column,
    output: Column,
    inputs: Column | Sequence[Column],
    method: Method = "elasticities",
    shares: Mapping[str, Column] | None = None,
    prices: Prices = "deflated_revenue",
    controls: Column | Sequence[Column] = (),
    smoothed: bool = False,
    proxy: Column | None = None,
    control_degree: int | None = None,
    logs: bool = False,
    weights: Column | None = None,
    by: Column | Sequence[Column] = (),
    confidence: float = 0.95,
) -> TotalFactorProductivity:
    """Log output less what elasticities or cost shares give to the inputs, of each unit and time.

    With elasticities, tfp = y - f(x) - z'd, f the function of the row's cell and d what its controls z add to output;
    its interval comes from both computed again with each draw. With method="multilateral_index" no function is
    estimated: a row is compared with the mean of its period, and means are chained, each by cost shares,
    ½(s_i + s̄_t) and ½(s̄_t + s̄_{t-1}) (Good, Nadiri & Sickles 1997). Made with an index of the industry's prices
    this is revenue productivity, which moves with the prices and markups of each unit; only prices="quantity" makes
    it productivity.

    Parameters
    ----------
    panel : Table
        One row a unit and time, with the columns named below.
    elasticities : Table, optional
        `term, estimate`, the columns of `by` where cells have functions of their own, and `draw` where there are
        draws: `draws` or `coefficients` of `production_function`, or constants of a Cobb-Douglas function of your own.
        The table of that result itself is refused: it holds mean elasticities, which a translog does not have
        everywhere, and no controls.
    unit, time : column
        Who and when; whole numbers or dates.
    output : column
        Value added, gross output or a quantity.
    inputs : column or sequence of columns
        Those of the function.
    method : {"elasticities", "multilateral_index"}
        How inputs get their share.
    shares : mapping of str to column, optional
        For the index: the column of each input's share of cost; they add up to 1.
    prices : {"deflated_revenue", "quantity"}
        Whether output is revenue deflated by an index of its industry.
    controls : column or sequence of columns
        Those of the function, which the terms `control:` tell, as they are: output is taken net of them.
    smoothed : bool
        Whether noise is taken out of output: y net of controls becomes its fit by a polynomial of inputs and proxy,
        as in stage one of the function.
    proxy : column, optional
        For `smoothed`: the proxy of the function, which shows productivity as inputs do.
    control_degree : int, optional
        For `smoothed`: of that polynomial, as the function had; None means 2.
    logs : bool
        Whether output, inputs and proxy are natural logs already.
    weights : column, optional
        Of rows, as survey weights: for `smoothed`, and for the means of the index.
    by : column or sequence of columns
        What makes a cell.
    confidence : float
        Of the intervals.

    Returns
    -------
    TotalFactorProductivity
        One row a unit and time; null where its cell has no function, and `low` and `high` null without draws.

    Raises
    ------
    RoleError
        If elasticities and shares do not go with the method, an input has no term, controls are not those of the
        function, or elasticities are means.
    ChoiceError, ParameterRangeError, ExcludedParameterError
        If a word or number is not among those taken, or plays no part.
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, DuplicateRowError, RepeatedColumnError
        If a table lacks what is read, or has it twice.
    UnknownLabelError
        If a term is made of what is no input.
    InfiniteValueError, OutsideRangeError, NegativeValueError, ZeroWeightError, NoRowsLeftError
        If a number is infinite, not above zero where its logarithm is taken, or shares do not add up to 1.

    Examples
    --------
    >>> from industria import sources
    >>> from industria.productivity import production_function
    >>> states = sources.find("packages.linearmodels_munnell")().read()
    >>> roles = dict(unit="ST_ABB", time="YR", output="GSP")
    >>> within = production_function(states, estimator="fixed_effects", free="EMP", state=["P_CAP", "PC"], **roles)
    >>> found = total_factor_productivity(states, within.draws, inputs=["EMP", "P_CAP", "PC"], **roles)
    >>> found.productivity
    'revenue productivity'
    """
    names, net_of = columns_of(inputs, "inputs"), columns_of(controls, "controls")
    _check(method, prices, elasticities, shares, names)
    _check_fit(method, net_of, smoothed=smoothed, proxy=proxy, control_degree=control_degree, weights=weights)
    check_intervals(confidence, 0)
    cells, costs = columns_of(by, "by"), dict(shares or {})
    seen = [*names, *([proxy] if proxy else [])]
    numbers, logged = [output, *seen, *costs.values(), *net_of], () if logs else (output, *seen)
    rows = read(panel, "panel", unit=unit, time=time, by=cells, weights=weights, numbers=numbers, logged=logged)
    net = net_output(rows, output, net_of, seen)
    net = net.without_noise(rows, seen, control_degree) if smoothed else net
    if elasticities is None:
        made = _by_index(rows, net.y, names, costs)
    else:
        made = _by_functions(rows, net, net_of, elasticities, cells, names, confidence)
    tfp, low, high, given, n_draws, n_draws_without = made
    word = "revenue productivity" if prices == "deflated_revenue" else "productivity"
    return TotalFactorProductivity(
        table=with_keys(rows, {"tfp": tfp, "low": low, "high": high, "kind": [KINDS[prices]] * len(rows)}),
        meanings={"tfp": f"log of {word}"},
        elasticities=by_term(rows, names, given, "elasticity"),
        dropped=dropped_table(rows.dropped),
        productivity=word,
        n_obs=len(rows),
        n_units=rows.n_units,
        n_without=int(np.isnan(tfp).sum()),
        rows=rows.rows,
        n_draws=n_draws,
        n_draws_without=n_draws_without,
        method=method,
        prices=prices,
        controls=", ".join(net_of) or None,
        smoothed=smoothed,
        confidence=confidence,
    )


def _check(
    method: str,
    prices: str,
    elasticities: TableLike | None,
    shares: Mapping[str, Column] | None,
    inputs: Sequence[str],
) -> None:
    for parameter, value, kind in (("method", method, Method), ("prices", prices, Prices)):
        if value not in get_args(kind):
            raise ChoiceError(parameter, value, get_args(kind))
    if not inputs:
        raise ParameterRangeError("inputs", (), "one column or more")
    if (elasticities is None) == (method == "elasticities"):
        raise RoleError(
            "method='elasticities' reads a table of elasticities, such as draws of production_function"
            if elasticities is None
            else "method='multilateral_index' reads shares and no elasticities: leave the table out"
        )
    if bool(shares) != (method == "multilateral_index"):
        raise RoleError(f"shares of cost belong to method='multilateral_index', and it needs them; this is {method!r}")
    if shares and {*shares} != {*inputs}:
        raise RoleError(
            f"shares are of {', '.join(shares)}, and inputs are {', '.join(inputs)}: name one share for each"
        )


def _check_fit(
    method: str,
    controls: Sequence[str],
    *,
    smoothed: bool,
    proxy: Column | None,
    control_degree: int | None,
    weights: Column | None,
) -> None:
    check_degree("control_degree", control_degree)
    index = method == "multilateral_index"
    if controls and index:
        raise RoleError(f"controls ({', '.join(controls)}) belong to a function, and {method!r} has none")
    if smoothed:
        return
    if proxy is not None:
        raise ExcludedParameterError(
            "proxy", "smoothed=False", "output is taken as it is: say smoothed, or leave it out"
        )
    if control_degree is not None:
        raise ExcludedParameterError("control_degree", "smoothed=False", "it is of the polynomial that takes noise out")
    if weights is not None and not index:
        raise ExcludedParameterError("weights", "smoothed=False", "each row has its own answer: leave weights out")


def _by_index(rows: Panel, y: Array, inputs: Sequence[str], costs: Mapping[str, str]) -> Answers:
    tfp, given = multilateral(rows, y, inputs, cost_shares(rows, inputs, costs))
    none = np.full(len(rows), np.nan)
    return tfp, none, none, given, 0, 0


def _by_functions(
    rows: Panel,
    net: NetOutput,
    controls: Sequence[str],
    elasticities: TableLike,
    by: Sequence[str],
    inputs: Sequence[str],
    confidence: float,
) -> Answers:
    functions = read_functions(elasticities, by, inputs, inputs)
    functions.check_controls(controls)
    order = [functions.controls.index(name) for name in controls]
    X = rows.matrix(inputs)
    tfp, low, high = (np.full(len(rows), np.nan) for _ in range(3))
    given, labels = np.full(X.shape, np.nan), labels_of(rows.cells)
    for number, label in enumerate(labels):
        c, d = functions.of(label), functions.of_controls(label)[:, order]
        here = np.flatnonzero(rows.cell == number)
        for some in np.array_split(here, len(here) // BLOCK + 1):
            left = net.of(d, some) - functions.values(X[some], c)
            tfp[some] = left[0]
            if len(c) > 1:
                low[some], high[some] = percentile_interval(left[1:], confidence)
            given[some] = np.column_stack([functions.elasticities(X[some], c[:1], j)[0] for j in range(len(inputs))])
    return tfp, low, high, given, *functions.draws(labels)

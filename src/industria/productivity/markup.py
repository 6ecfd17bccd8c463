"""Price over marginal cost, as an elasticity over a share; over time and between groups, not as a level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from industria.core.measure import measure
from industria.core.table import Column, TableLike, as_table, columns_of
from industria.errors import RoleError
from industria.productivity._function_tables import dropped_table
from industria.productivity._function_terms import labels_of, read_functions
from industria.productivity._intervals import check_intervals
from industria.productivity._markup_ratios import cell_table, no_cells, ratios
from industria.productivity._markup_regressions import no_regressions, regressions
from industria.productivity._markup_result import SAYS, Markup
from industria.productivity._markup_roles import Method, Roles
from industria.productivity._panel import Panel
from industria.productivity._row_tables import with_keys
from industria.productivity._smoothing import NetOutput, net_output

__all__ = ["Markup", "markup"]


@measure(
    gives={
        "markup": "output elasticity of the input over its share of revenue; its level is not identified [1]",
        "low": "lower end of its interval, by draws of the elasticities [1]",
        "high": "upper end of its interval [1]",
        "output_elasticity": "of the flexible input, in that row [1]",
        "expenditure_share": "expenditure on the input over revenue, without noise where corrected [fraction]",
        "n_units": "units of the cell and time [units]",
        "mean": "mean markup of the cell and time [1]",
        "p10": "10th percentile of markups [1]",
        "p50": "median markup [1]",
        "p90": "90th percentile of markups [1]",
        "change": "log of the mean markup over that of the cell's first period [log points]",
        "change_low": "lower end of its interval, by draws of the elasticities [log points]",
        "change_high": "upper end of its interval [log points]",
        "coefficient": "by Hall the markup, by Roeger the margin of price over cost [1]",
        "standard_error": "of it, clustered by unit, or by row of a single unit [1]",
        "constant": "of the regression; by Hall mean growth of (revenue) productivity [log points]",
        "first_stage_f": "F of Hall's instruments [1]",
        "clusters": "units, or rows of a single unit [count]",
        "why": "what errors rest on, or why there is no answer [name]",
        "n_obs": "rows of the regression [count]",
    },
    cites="De Loecker & Warzynski (2012), American Economic Review 102(6), 2437-2471; "
    "Hall (1988), Journal of Political Economy 96(5); Hall (2018), NBER Working Paper 24574; "
    "Roeger (1995), Journal of Political Economy 103(2); "
    "Bond, Hashemi, Kaplan & Zoch (2021), Journal of Monetary Economics 121",
    design="associational",
)
def markup(
    panel: TableLike,
    elasticities: TableLike | None = None,
    *,
    unit: Column,
    time: Column,
    revenue: Column,
    method: Method = "production",
    output: Column | None = None,
    flexible: Column | None = None,
    expenditure: Column | None = None,
    costs: Mapping[str, Column] | None = None,
    capital: str | None = None,
    instruments: Column | Sequence[Column] = (),
    corrected: bool | None = None,
    controls: Column | Sequence[Column] = (),
    proxy: Column | None = None,
    control_degree: int | None = None,
    logs: bool = False,
    weights: Column | None = None,
    by: Column | Sequence[Column] = (),
    confidence: float = 0.95,
) -> Markup:
    """Elasticity of a flexible input over its share of revenue, or a markup by regressions on growth.

    `production`: mu = e / a, a = P V / (P Y / exp(n)): a firm that minimizes costs of an input it can choose freely
    sets its share of revenue to its elasticity over the markup. n is noise that firms did not foresee: output net of
    controls less its fit by a polynomial in the inputs of the function and the proxy, stage one of a production
    function. Where output is deflated revenue the level says nothing of prices (Bond et al. 2021), so that `cells`
    shows how the mean moved before levels are read.

    `hall`: the slope of dy = a + mu sum_j s_j dx_j + u, s_j the cost of an input over revenue, mean of two periods, by
    two-stage least squares. It is one markup for all periods; instruments that move productivity, costs that lack
    those of capital, or output that is deflated revenue make it wrong, and weak instruments (`first_stage_f` below
    10) leave it open. `roeger`: 1 / (1 - B), B the slope of dr - sum_j s_j dc_j - (1 - sum_j s_j) dk on dr - dk, all
    of nominal revenue r, costs c and cost of capital k: productivity falls out, so that no instrument and no deflator
    is needed. It cannot tell a markup from fixed costs, idle capital, returns to scale other than constant, or a cost
    of capital that is wrong. Where accounts call capital's what is left of revenue, costs hold all profit: `roeger`
    is then about 1 whatever prices are, and `hall` hangs on which inputs move. `regressions` says so.

    Parameters
    ----------
    panel : Table
        One row a unit and time, with the columns named below and, for `production`, all inputs of the function.
    elasticities : Table, optional
        For `production`: `term, estimate`, the columns of `by` where cells have functions of their own, and `draw`
        where there are draws: `draws` or `coefficients` of `production_function`, or constants of a Cobb-Douglas
        function of your own. Mean elasticities, the table of that result itself, are refused.
    unit, time : column
        Who and when; whole numbers or dates.
    revenue : column
        Of gross output, nominal.
    method : {"production", "hall", "roeger"}
        How price is set over cost.
    output : column, optional
        For `production` that of the function; for `hall` real output.
    flexible : column, optional
        For `production`: the input, one of the function's.
    expenditure : column, optional
        For `production`: nominal cost of the input, in the currency of revenue.
    costs : mapping of str to column, optional
        For `hall`: the column of the nominal cost of each input, capital included, by the column of its quantity.
        For `roeger`: likewise by its name.
    capital : str, optional
        For `roeger`: the name of the one among them that is capital.
    instruments : column or sequence of columns
        For `hall`: what moves inputs and not productivity, as it is, in the row of the later period.
    corrected : bool, optional
        For `production`: whether noise is taken out of revenue; None means yes.
    controls : column or sequence of columns
        For `corrected`: those of the function, which the terms `control:` tell, as they are.
    proxy : column, optional
        For `corrected`: the proxy of the function.
    control_degree : int, optional
        For `corrected`: degree of the polynomial, as the function had; None means 2.
    logs : bool
        Whether output, inputs, proxy, costs and revenue are natural logs already.
    weights : column, optional
        Of rows, as survey weights: in the polynomial, the regressions, and means and percentiles of cells.
    by : column or sequence of columns
        What makes a cell.
    confidence : float
        Of the intervals.

    Returns
    -------
    Markup
        One row a unit and time; null where its cell has no function, and intervals null without draws. By a
        regression one row a cell; null where it has too few rows, or a margin of 1 or more.

    Raises
    ------
    RoleError
        If a method lacks a part, the flexible input has no term, elasticities are means, or controls are not those
        of the function.
    ChoiceError, ParameterRangeError, ExcludedParameterError, RepeatedColumnError
        If a word or number is not among those taken, a parameter has no place in the method, or one column plays two
        parts.
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, DuplicateRowError
        If a table lacks what is read, as an input that a term names, or has it twice.
    InfiniteValueError, OutsideRangeError, NegativeValueError, ZeroWeightError, NoRowsLeftError
        If a number is infinite, or not above zero where its logarithm is taken.

    Examples
    --------
    >>> import pandas as pd
    >>> plants = pd.DataFrame({"plant": [1, 1, 2, 2], "year": [1, 2, 1, 2], "output": [9.0, 10.0, 20.0, 21.0],
    ...     "materials": [4.0, 4.0, 9.0, 9.0], "cost": [4.0, 4.4, 9.0, 9.0], "sales": [9.0, 11.0, 20.0, 21.0]})
    >>> function = pd.DataFrame({"term": ["materials"], "estimate": [0.6]})
    >>> found = markup(plants, function, unit="plant", time="year", output="output", flexible="materials",
    ...     expenditure="cost", revenue="sales", corrected=False)
    >>> found.to_pandas()["markup"].round(2).tolist()
    [1.35, 1.5, 1.33, 1.4]
    """
    roles = Roles(
        method=method,
        unit=unit,
        time=time,
        by=columns_of(by, "by"),
        weights=weights,
        logs=logs,
        confidence=confidence,
        revenue=revenue,
        elasticities=None if elasticities is None else True,
        output=output,
        flexible=flexible,
        expenditure=expenditure,
        costs=dict(costs or {}),
        capital=capital,
        instruments=columns_of(instruments, "instruments"),
        corrected=corrected,
        controls=columns_of(controls, "controls"),
        proxy=proxy,
        control_degree=control_degree,
    )
    roles.check()
    check_intervals(confidence, 0)
    return _by_growth(panel, roles) if elasticities is None else _by_function(panel, elasticities, roles)


def _by_function(panel: TableLike, elasticities: TableLike, roles: Roles) -> Markup:
    output, flexible, spent = str(roles.output), str(roles.flexible), str(roles.expenditure)
    named = as_table(panel, "panel", roles.unit, roles.time, output, flexible, spent, roles.revenue, *roles.by)
    functions = read_functions(elasticities, roles.by, None, named.collect_schema().names())
    if roles.noiseless:
        functions.check_controls(roles.controls)
    if flexible not in functions.inputs:
        raise RoleError(f"flexible ({flexible}) has no term in elasticities: it has {', '.join(functions.inputs)}")
    seen = [*functions.inputs, *([roles.proxy] if roles.proxy else [])]
    rows = roles.read(named, [output, *seen, spent, roles.revenue], roles.controls)
    noise = NetOutput(np.zeros(len(rows)), np.empty((len(rows), 0)))
    if roles.noiseless:
        net = net_output(rows, output, roles.controls, seen)
        noise = net - net.without_noise(rows, seen, roles.control_degree)
    order = [functions.controls.index(name) for name in roles.controls]
    found = ratios(rows, functions, order, flexible, rows[spent] - rows[roles.revenue], noise, roles.confidence)
    answered, without = functions.draws(labels_of(rows.cells))
    ends = {"low": found.low, "high": found.high}
    parts = {"output_elasticity": found.elasticity, "expenditure_share": found.share}
    return Markup(
        table=with_keys(rows, {"markup": found.markup, **ends, **parts}),
        cells=cell_table(rows, found, roles.confidence),
        regressions=no_regressions(rows),
        n_without=int(np.isnan(found.markup).sum()),
        n_draws=answered,
        n_draws_without=without,
        flexible=flexible,
        **_facts(rows, roles),
    )


def _by_growth(panel: TableLike, roles: Roles) -> Markup:
    quantities = [str(roles.output), *roles.costs] if roles.method == "hall" else []
    rows = roles.read(panel, [*quantities, *roles.costs.values(), roles.revenue], roles.instruments)
    table, fits, n_grown = regressions(rows, roles, roles.confidence)
    return Markup(
        table=table,
        cells=no_cells(rows),
        regressions=fits,
        n_without=len(rows) - n_grown,
        n_draws=0,
        n_draws_without=0,
        flexible=None,
        **_facts(rows, roles),
    )


def _facts(rows: Panel, roles: Roles) -> dict[str, Any]:
    return {
        "dropped": dropped_table(rows.dropped),
        "says": SAYS[roles.method],
        "n_obs": len(rows),
        "n_units": rows.n_units,
        "rows": rows.rows,
        "method": roles.method,
        "controls": ", ".join(roles.controls) or None,
        "corrected": roles.noiseless,
        "confidence": roles.confidence,
    }

"""Output elasticities of inputs, by every estimator in use, with all roots of their moments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from industria.core.measure import measure
from industria.core.replicate import replicate, seeds
from industria.core.table import Column, TableLike, columns_of
from industria.core.threads import one_thread
from industria.errors import NoRowsLeftError
from industria.productivity._function_fit import Fitted, fit
from industria.productivity._function_result import ProductionFunction, result_of
from industria.productivity._function_roles import Concept, Estimator, Form, Prices, Roles
from industria.productivity._function_sample import Sample, read_panel, samples
from industria.productivity._function_windows import rolled
from industria.productivity._intervals import check_intervals, drawn
from industria.productivity._panel import Array, Panel

__all__ = ["production_function"]


@measure(
    gives={
        "term": "an input or returns_to_scale; in coefficients and draws a monomial of logs [name]",
        "estimate": "mean elasticity of output with respect to the input [1]",
        "standard_error": "of draws their interquartile range over 1.349, else clustered by unit [1]",
        "low": "lower end of the interval [1]",
        "high": "upper end of the interval [1]",
        "n_obs": "rows used [count]",
        "n_units": "units used [units]",
        "root": "number of the root or minimum, roots first [count]",
        "criterion": "variance of innovations that instruments explain, 0 at a root; a minimum's sum of squares [1]",
        "persistence": "correlation of (revenue) productivity with that of the period before [1]",
        "sd_productivity": "standard deviation of log (revenue) productivity [log points]",
        "kind": "root, minimum or local minimum [name]",
        "admissible": "whether elasticities are above 0 and returns to scale between 0.5 and 2 [1]",
        "chosen": "whether it is the estimate [1]",
        "draw": "number of the draw of units; 0 is the estimate [count]",
        "identified": "whether the chosen root can be told from others [1]",
        "why": "what the verdict rests on, or why there is no estimate [name]",
        "n_roots": "roots found [count]",
        "n_lagged": "rows with a row a period before [count]",
        "window_from": "first period of the window, where one was asked for [unit of time]",
        "window_to": "last period of the window [unit of time]",
        "n_gaps": "rows after a gap in the calendar of their unit [count]",
    },
    cites="Olley & Pakes (1996), Econometrica 64(6); Levinsohn & Petrin (2003), Review of Economic Studies 70(2); "
    "Ackerberg, Caves & Frazer (2015), Econometrica 83(6); Wooldridge (2009), Economics Letters 104(3); "
    "Gandhi, Navarro & Rivers (2020), Journal of Political Economy 128(8)",
    design="associational",
    pools="estimates",
    support="estimates",
)
def production_function(
    panel: TableLike,
    *,
    unit: Column,
    time: Column,
    output: Column,
    state: Column | Sequence[Column],
    free: Column | Sequence[Column] = (),
    proxy: Column | None = None,
    flexible: Column | None = None,
    revenue_share: Column | None = None,
    estimator: Estimator = "ackerberg_caves_frazer",
    output_concept: Concept = "value_added",
    prices: Prices = "deflated_revenue",
    form: Form = "cobb_douglas",
    logs: bool = False,
    control_degree: int | None = None,
    markov_degree: int | None = None,
    controls: Column | Sequence[Column] = (),
    shifters: Column | Sequence[Column] = (),
    costs: Mapping[str, Column] | None = None,
    exit: Literal["last_seen"] | Column | None = None,
    overidentified: bool = False,
    window: int | None = None,
    weights: Column | None = None,
    by: Column | Sequence[Column] = (),
    confidence: float = 0.95,
    replications: int = 0,
    rng: int = 0,
) -> ProductionFunction:
    """Elasticities of output with respect to inputs that were chosen knowing productivity.

    y_t = f(x_t; b) + w_t + e_t, where firms know w_t = g(w_{t-1}) + xi_t. In the default, stage one gives
    phi = E[y | inputs, proxy] and stage two solves E[xi_t (free_{t-1}, state_t)] = 0, xi(b) = the residual of
    phi_t - f(x_t; b) on a polynomial of phi_{t-1} - f(x_{t-1}; b). All roots are searched for from a grid. Of
    those with elasticities above 0 and returns to scale between 0.5 and 2, that with the most persistent
    productivity is the estimate; it is not `identified` where persistence is below 0.25, or another such root
    lies within 0.15 of it. A local minimum with a positive criterion is listed and is never an estimate.

    `olley_pakes` and `levinsohn_petrin` take free inputs from stage one, and minimize the sum of (xi + e)² over the
    state. `robinson_wooldridge` instruments free inputs by their lags net of a polynomial of lagged state and proxy;
    `wooldridge` fits both stages by joint moments, weighted in a second round by their covariance over units.
    `gandhi_navarro_rivers` reads the flexible elasticity off its share of revenue, and integrates it.
    Lags are calendar lags: a gap is no lag.

    Parameters
    ----------
    panel : Table
        One row a unit and time, with the columns named below.
    unit, time : column
        Who and when; whole numbers or dates.
    output : column
        Value added or gross output, deflated or a quantity; nominal output is refused where `prices` says so.
    state : column or sequence of columns
        Inputs chosen before the period, as capital.
    free : column or sequence of columns
        Inputs chosen in the period, as labor.
    proxy : column, optional
        Investment for `olley_pakes`, whose rows without any are left out; an intermediate input for others. Only
        estimators with a first stage take one.
    flexible : column, optional
        The intermediate input of gross output.
    revenue_share : column, optional
        Its cost over revenue, of gross output; in logs where `logs`.
    estimator : str
        Which one; several side by side are several calls.
    output_concept : {"value_added", "gross_output"}
        What output is.
    prices : {"deflated_revenue", "quantity"}
        Whether output is revenue deflated by an index of its industry, which makes it revenue productivity.
    form : {"cobb_douglas", "translog"}
        Of f, in logs.
    logs : bool
        Whether output, inputs, proxy and revenue share are natural logs already.
    control_degree : int, optional
        Of the polynomial of stage one, and of the share regression of `gandhi_navarro_rivers`; None means 2.
    markov_degree : int, optional
        Of g. None means 3, and 1 for `wooldridge`.
    controls : column or sequence of columns
        Further regressors of output, as they are. Productivity of the process is net of them, and so is what
        total_factor_productivity and markup make of the draws, where they are named again.
    shifters : column or sequence of columns
        What moves productivity from one period to the next beside itself, as R&D or exporting: the value of the
        period before enters g. Terms `shifter:` of `coefficients` tell what one more adds to log productivity.
    costs : mapping of str to column, optional
        For `cost_share`: the column of the cost of each input.
    exit : "last_seen" or column, optional
        For `olley_pakes` and `levinsohn_petrin`: correct for exit, told by a unit's last row or by a column
        that marks it; g then takes the probability of survival, too.
    overidentified : bool
        For `ackerberg_caves_frazer`: add moments of last period's states and of variable inputs two periods before,
        weighted by their covariance over units from the chosen root on, and test whether they agree. In samples
        they hardly ever reject the spurious root.
    window : int, optional
        Estimate every window of so many periods in a row alone, each under `window_from` and `window_to`.
    weights : column, optional
        Of rows, as survey weights.
    by : column or sequence of columns
        What makes a cell; each is estimated alone, and a thin one tells so in `cells`.
    confidence : float
        Of the intervals.
    replications : int
        Draws of units, all their years together, for errors and intervals. Without any, one-step estimators have
        errors clustered by unit, and the others none.
    rng : int
        Seed of the draws.

    Returns
    -------
    ProductionFunction
        One row a cell and input, and one for returns to scale; null where a cell has no admissible root.

    Raises
    ------
    RoleError
        If an estimator lacks a part, a column plays one that it cannot, nobody exits where `exit` is said, or most
        shares of revenue are above 1.
    ChoiceError, ParameterRangeError, ExcludedParameterError, RepeatedColumnError
        If a word or number is not among those taken, a degree is of a polynomial that the estimator lacks, or one
        column plays two parts.
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, DuplicateRowError
        If the panel lacks what is read.
    InfiniteValueError, OutsideRangeError, NegativeValueError, ZeroWeightError
        If a number is infinite, or not above zero where its logarithm is taken; weights may be zero.
    NoRowsLeftError
        If no row is complete, or no unit is there in two periods in a row where lags are needed.

    Examples
    --------
    Public capital and the output of 48 states, 1970 to 1986 (Munnell 1990): large between states, nothing within.

    >>> from industria import sources
    >>> states = sources.find("packages.linearmodels_munnell")().read()
    >>> roles = dict(unit="ST_ABB", time="YR", output="GSP", free="EMP", state=["P_CAP", "PC"], controls="UNEMP")
    >>> for estimator in ("ols", "fixed_effects"):
    ...     found = production_function(states, estimator=estimator, **roles)
    ...     print(found.to_pandas()[["term", "estimate", "standard_error"]].round(3).to_string(index=False))
                term  estimate  standard_error
                 EMP     0.594           0.070
               P_CAP     0.155           0.061
                  PC     0.309           0.047
    returns_to_scale     1.058           0.011
                term  estimate  standard_error
                 EMP     0.768           0.083
               P_CAP    -0.026           0.061
                  PC     0.292           0.063
    returns_to_scale     1.034           0.030
    """
    roles = Roles(
        unit=unit,
        time=time,
        output=output,
        state=columns_of(state, "state"),
        free=columns_of(free, "free"),
        proxy=proxy,
        flexible=flexible,
        revenue_share=revenue_share,
        controls=columns_of(controls, "controls"),
        shifters=columns_of(shifters, "shifters"),
        costs=dict(costs or {}),
        exit=exit,
        weights=weights,
        by=columns_of(by, "by"),
        estimator=estimator,
        output_concept=output_concept,
        prices=prices,
        form=form,
        logs=logs,
        control_degree=control_degree,
        overidentified=overidentified,
        window=window,
        markov_degree=markov_degree,
    )
    roles.check()
    check_intervals(confidence, replications)
    whole = read_panel(panel, roles)
    rows, cells = _cells(whole, roles)
    return result_of(whole, rows, roles, cells, _fits(cells, roles, replications, rng), confidence, replications)


def _cells(whole: Panel, roles: Roles) -> tuple[Panel, list[Sample]]:
    """Take each window's rows for a cell of its own, and line the rows of each cell up."""
    rows = whole if roles.window is None else rolled(whole, roles.time, roles.window)
    cells = list(samples(rows, roles))
    if roles.estimator not in ("ols", "fixed_effects", "cost_share") and not any(len(cell.now) for cell in cells):
        raise NoRowsLeftError(rows.name, rows.rows, [f"no {roles.unit} is there in two {roles.time} in a row"])
    return rows, cells


def _fits(cells: Sequence[Sample], roles: Roles, replications: int, rng: int) -> list[Fitted]:
    with one_thread():
        return [
            fit(cell, roles, _draws(cell, replications, child))
            for cell, child in zip(cells, seeds(rng, len(cells)), strict=True)
        ]


def _draws(cell: Sample, replications: int, child: np.random.SeedSequence) -> Array:
    """Draw units, all their years together: weights in place of copied rows."""
    if not replications:
        return np.zeros((0, cell.n_units))
    return np.array(replicate(_weights, replications, arrays=(np.zeros(cell.n_units),), rng=child))


def _weights(rng: np.random.Generator, units: Array) -> Array:
    return drawn(rng, len(units))

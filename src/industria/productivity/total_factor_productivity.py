"""What is left of output when inputs have had their share: of each unit and time, with its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, columns_of
from industria.errors import ChoiceError, OutsideRangeError, ParameterRangeError, RoleError
from industria.productivity._function_roles import Prices
from industria.productivity._function_tables import dropped_table
from industria.productivity._function_terms import labels_of, read_functions
from industria.productivity._intervals import check_intervals, percentile_interval
from industria.productivity._multilateral import multilateral
from industria.productivity._panel import Array, Panel, read
from industria.productivity._row_tables import by_term, with_keys
from industria.productivity._smoothing import by_cell

__all__ = ["TotalFactorProductivity", "total_factor_productivity"]

Method = Literal["elasticities", "multilateral_index"]
KINDS: Final = {"deflated_revenue": "revenue_tfp", "quantity": "quantity_tfp"}
BLOCK: Final = 20_000
"""Rows whose draws are held at once."""
CLOSE: Final = 1e-3
"""Shares are published with three or four digits."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class TotalFactorProductivity(Result):
    """Productivity of each row, in logs.

    Attributes
    ----------
    table : Table
        The keys of the panel, `tfp, low, high, kind`.
    elasticities : Table
        The keys, `term` (an input), `elasticity`: what the input was given in that row.
    dropped : Table
        `column, reason, rows`.
    productivity : str
        What it may be called: "revenue productivity" unless output is a quantity.
    n_obs, n_units, n_without : int
        Rows, units, and rows whose cell has no elasticities.
    rows : int
        Of the panel.
    n_draws, n_draws_without : int
        Draws of the elasticities with an answer in every cell that has draws, and those without one in some.
    method, prices : str
        As asked for.
    smoothed : bool
        Whether noise was taken out of output.
    confidence : float
        Of the intervals.
    """

    elasticities: Table
    dropped: Table
    productivity: str
    n_obs: int
    n_units: int
    n_without: int
    rows: int
    n_draws: int
    n_draws_without: int
    method: str
    prices: str
    smoothed: bool
    confidence: float

    def _summary(self) -> str:
        """Say first what it may be called."""
        # The base is named: dataclasses with slots know no super() without arguments.
        return f"log {self.productivity}\n{Result._summary(self)}"


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
    smoothed: bool = False,
    proxy: Column | None = None,
    logs: bool = False,
    by: Column | Sequence[Column] = (),
    confidence: float = 0.95,
) -> TotalFactorProductivity:
    """Log output less what elasticities or cost shares give to the inputs, of each unit and time.

    With elasticities, tfp = y - f(x), f the function of the row's cell; its interval comes from the function
    computed again with each draw. With method="multilateral_index" no function is estimated: a row is compared with
    the mean of its period, and means are chained, each by cost shares, ½(s_i + s̄_t) and ½(s̄_t + s̄_{t-1})
    (Good, Nadiri & Sickles 1997). Made with an index of the industry's prices this is revenue productivity, which
    moves with the prices and markups of each unit; only prices="quantity" makes it productivity.

    Parameters
    ----------
    panel : Table
        One row a unit and time, with the columns named below.
    elasticities : Table, optional
        `term, estimate`, the columns of `by` where cells have functions of their own, and `draw` where there are
        draws: `draws`, `coefficients` or the table itself of `production_function`. Only `coefficients` tell controls,
        whose terms are refused: output must be net of them before.
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
    smoothed : bool
        Whether noise is taken out of output: y becomes its fit by a polynomial of degree 2 in inputs and proxy.
    proxy : column, optional
        For `smoothed`: the proxy of the function, which shows productivity as inputs do.
    logs : bool
        Whether output, inputs and proxy are natural logs already.
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
        If elasticities and shares do not go with the method, an input has no term, a term is of a control, or a
        proxy is named in vain.
    ChoiceError, ParameterRangeError
        If a word or number is not among those taken.
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, DuplicateRowError, RepeatedColumnError
        If a table lacks what is read, or has it twice.
    UnknownLabelError
        If a term is made of what is no input.
    InfiniteValueError, OutsideRangeError, NegativeValueError, NoRowsLeftError
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
    names = columns_of(inputs, "inputs")
    _check(method, prices, elasticities, shares, names, smoothed, proxy)
    check_intervals(confidence, 0)
    cells = columns_of(by, "by")
    costs = dict(shares or {})
    logged = [output, *names, *([proxy] if proxy else [])]
    rows = read(
        panel,
        "panel",
        unit=unit,
        time=time,
        by=cells,
        numbers=[*logged, *costs.values()],
        logged=() if logs else logged,
    )
    y = by_cell(rows, output, [*names, *([proxy] if proxy else [])]) if smoothed else rows[output]
    if method == "elasticities":
        assert elasticities is not None
        tfp, low, high, given, *draws = _by_functions(rows, y, elasticities, cells, names, confidence)
    else:
        tfp, given = multilateral(rows, y, names, _shares(rows, names, costs))
        low = high = np.full(len(rows), np.nan)
        draws = [0, 0]
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
        n_draws=draws[0],
        n_draws_without=draws[1],
        method=method,
        prices=prices,
        smoothed=smoothed,
        confidence=confidence,
    )


def _check(
    method: str,
    prices: str,
    elasticities: TableLike | None,
    shares: Mapping[str, Column] | None,
    inputs: Sequence[str],
    smoothed: bool,
    proxy: Column | None,
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
    if proxy is not None and not smoothed:
        raise RoleError(f"proxy ({proxy}) is read where smoothed is true alone")


def _by_functions(
    rows: Panel, y: Array, elasticities: TableLike, by: Sequence[str], inputs: Sequence[str], confidence: float
) -> tuple[Array, Array, Array, Array, int, int]:
    functions = read_functions(elasticities, by, inputs, inputs)
    functions.refuse_controls()
    X = rows.matrix(inputs)
    tfp, low, high = (np.full(len(rows), np.nan) for _ in range(3))
    given, labels = np.full(X.shape, np.nan), labels_of(rows.cells)
    for number, label in enumerate(labels):
        c = functions.of(label)
        here = np.flatnonzero(rows.cell == number)
        for some in np.array_split(here, len(here) // BLOCK + 1):
            left = y[some] - functions.values(X[some], c)
            tfp[some] = left[0]
            if len(c) > 1:
                low[some], high[some] = percentile_interval(left[1:], confidence)
            given[some] = np.column_stack([functions.elasticities(X[some], c[:1], j)[0] for j in range(len(inputs))])
    return tfp, low, high, given, *functions.draws(labels)


def _shares(rows: Panel, inputs: Sequence[str], costs: Mapping[str, str]) -> Array:
    S = rows.matrix([costs[name] for name in inputs])
    for column, values in zip([costs[name] for name in inputs], S.T, strict=True):
        odd = np.flatnonzero((values < 0) | (values > 1))
        if len(odd):
            first = int(odd[0])
            raise OutsideRangeError(
                rows.name, column, float(values[first]), rows.where(first), "is a share from 0 to 1"
            )
    odd = np.flatnonzero(np.abs(S.sum(axis=1) - 1) > CLOSE)
    if len(odd):
        first = int(odd[0])
        columns = " + ".join(costs[name] for name in inputs)
        raise OutsideRangeError(rows.name, columns, float(S[first].sum()), rows.where(first), "must add up to 1")
    return S

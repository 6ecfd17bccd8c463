"""Unemployment by occupation while the demand for occupations changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.sparse import csr_array

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Array, Field, Rows, read
from industria.core.table import Table, TableLike, as_table, from_arrays
from industria.errors import EmptyTableError, MissingValueError, OutsideRangeError, ParameterRangeError
from industria.kernels import labor_flows
from industria.kernels.labor_flows import Market, State

__all__ = ["DemandShock", "demand_shock"]

SUM: Final = 1e-6
"""How far probabilities of an origin may be from one: those that people publish carry a few digits."""
FAR: Final = 700.0
"""Exponent beyond which the logistic curve is at zero, and its exponential no number."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class DemandShock(Result):
    """A labor market before and after its demand changes.

    Attributes
    ----------
    table : Table
        One row a step and occupation: `step, occupation, employment, unemployment, vacancies, long_term`.
    rates : Table
        One row an occupation: `occupation, rate_before, rate_peak, peak_step, rate_end, long_term_before,
        long_term_end, employment_change`.
    totals : Table
        One row a step: `step, unemployment_rate, long_term_rate, vacancy_rate`.
    n_occupations, n_steps, n_agents : int
        Occupations, steps, and workers who were drawn; 0 in expectation.
    rate_before, rate_peak, rate_end : float
        Unemployment over the labor force, of all occupations: at `shock_step`, at most after it, at the end.
    peak_step : int
        Step of the peak.
    """

    rates: Table
    totals: Table
    n_occupations: int
    n_steps: int
    n_agents: int
    rate_before: float
    rate_peak: float
    rate_end: float
    peak_step: int


@measure(
    gives={
        "step": "step, from 1 on [count]",
        "employment": "workers employed in the occupation after the step [persons]",
        "unemployment": "workers who were last employed in it and look for work [persons]",
        "vacancies": "open jobs of the occupation [jobs]",
        "long_term": "unemployed for `long_term_after` steps and more [persons]",
        "rate_before": "unemployment over the labor force of the occupation at the shock; null without one [fraction]",
        "rate_peak": "the highest rate after the shock [fraction]",
        "peak_step": "step at which it is reached first [count]",
        "rate_end": "the rate after the last step [fraction]",
        "long_term_before": "long unemployment over the labor force at the shock [fraction]",
        "long_term_end": "the same after the last step [fraction]",
        "employment_change": "employment at the end over employment at the shock, less 1 [fraction]",
        "unemployment_rate": "unemployment over the labor force, all occupations together [fraction]",
        "long_term_rate": "long unemployment over the labor force [fraction]",
        "vacancy_rate": "vacancies over vacancies and employment [fraction]",
    },
    cites=(
        "del Rio-Chanona, Mealy, Beguerisse-Díaz, Lafond & Farmer (2021), Occupational mobility and automation: "
        "a data-driven network model, Journal of the Royal Society Interface 18, 20200898"
    ),
    design="descriptive",
)
def demand_shock(
    network: TableLike,
    occupations: TableLike,
    target: TableLike,
    *,
    steps: int = 600,
    shock_step: int = 300,
    delta_u: float = 0.016,
    delta_v: float = 0.012,
    gamma: float = 0.16,
    rate: float = 0.0425,
    midpoint: float = 115.5,
    long_term_after: int = 4,
    agents: bool = False,
    population: int = 100_000,
    rng: int = 0,
) -> DemandShock:
    """Follow workers who look for jobs on a network of occupations while demand moves to a target.

    Demand stays at the labor force of the start (or at `demand` of `occupations`) until
    `shock_step`, and then follows a logistic curve to the target. In a step, workers
    separate and vacancies open, partly by chance and partly to close the gap between
    jobs, vacancies and demand; each unemployed worker applies for one vacancy, and each
    vacancy takes one applicant. The parameters are those of the authors, whose step is
    about 6.75 weeks. It tells what friction alone does to a stated demand: no forecast.

    Parameters
    ----------
    network : Table
        `origin, destination, probability`, as `mobility_network` gives it; rows of an origin sum to one.
    occupations : Table
        `occupation, employment, unemployment, vacancies` at the start, and `demand` if there.
    target : Table
        `occupation, demand`: jobs in the end; what is not listed keeps its demand.
    steps, shock_step : int
        How many steps, and after which of them demand begins to move.
    delta_u, delta_v : float
        Share of workers who separate in a step, and of jobs for which a vacancy opens, whatever demand is.
    gamma : float
        Share of the gap that closes in a step.
    rate, midpoint : float
        Speed of the logistic curve a step, and steps from the shock to its middle.
    long_term_after : int
        Steps after which unemployment is long.
    agents : bool
        Draw workers one by one, in place of their expected flows.
    population : int
        Workers who are drawn; the results are scaled back to the labor force.
    rng : int
        Seed of what is drawn.

    Returns
    -------
    DemandShock
        One row a step and occupation; the labor force of all together is the same in every step.

    Raises
    ------
    MissingColumnError, ColumnTypeError, MissingValueError
        If a column lacks, is of another type, or has gaps, or an occupation of the network has no row.
    UnknownLabelError
        If an occupation is not in the network.
    NegativeValueError, InfiniteValueError
        If a number is below zero or infinite.
    OutsideRangeError
        If a probability is not in [0, 1], those of an origin do not sum to one, or nobody is in the labor force.
    DuplicateRowError
        If a pair, or an occupation, stands twice.
    EmptyTableError
        If the network has no rows.
    ParameterRangeError
        If a parameter lies outside its range.

    See Also
    --------
    industria.work.mobility_network : Makes the network of counts of moves.

    Examples
    --------
    Demand for clerks falls by a half, and that for nurses takes its place:

    >>> import pandas as pd
    >>> network = pd.DataFrame({
    ...     "origin": ["clerk", "clerk", "nurse", "nurse"],
    ...     "destination": ["clerk", "nurse", "clerk", "nurse"],
    ...     "probability": [0.8, 0.2, 0.1, 0.9],
    ... })
    >>> occupations = pd.DataFrame({
    ...     "occupation": ["clerk", "nurse"],
    ...     "employment": [95.0, 95.0],
    ...     "unemployment": [5.0, 5.0],
    ...     "vacancies": [4.0, 4.0],
    ... })
    >>> target = pd.DataFrame({"occupation": ["clerk", "nurse"], "demand": [50.0, 150.0]})
    >>> found = demand_shock(network, occupations, target)
    >>> rates = found.rates.collect("pandas").to_native()
    >>> print(rates[["occupation", "rate_before", "rate_peak", "rate_end"]].round(3).to_string(index=False))
    occupation  rate_before  rate_peak  rate_end
         clerk        0.037      0.049     0.032
         nurse        0.046      0.046     0.045
    """
    _check(steps, shock_step, (delta_u, delta_v, gamma), rate, midpoint, long_term_after, population)
    A, codes = _network(network)
    start = _start(occupations, codes)
    wanted = _target(target, codes, start[3])
    after = np.arange(1, steps + 1) - shock_step
    curve = np.where(after > 0, 1 / (1 + np.exp(np.minimum(-rate * (after - midpoint), FAR))), 0.0)
    market = Market(A, delta_u, delta_v, gamma, long_term_after)

    scale = population / start[:2].sum() if agents else 1.0
    e, u, v = np.round(scale * start[:3]) if agents else start[:3]
    bins = np.zeros((long_term_after + 1, len(codes)))
    bins[0] = u
    demand = scale * (start[3] + (wanted - start[3]) * curve[:, None])
    state = State(e, v, bins)
    if agents:
        paths = labor_flows.agents(market, state, demand, np.random.default_rng(np.random.SeedSequence(rng)))
    else:
        paths = labor_flows.mean_field(market, state, demand)
    totals = paths.sum(axis=2)
    unemployed = totals[:, 1] / (totals[:, 0] + totals[:, 1])
    peak = shock_step - 1 + int(unemployed[shock_step - 1 :].argmax())
    return DemandShock(
        table=_long(paths / scale, codes),
        rates=_rates(paths, shock_step, codes),
        totals=from_arrays(
            {
                "step": np.arange(1, steps + 1),
                "unemployment_rate": unemployed,
                "long_term_rate": totals[:, 3] / (totals[:, 0] + totals[:, 1]),
                "vacancy_rate": totals[:, 2] / (totals[:, 0] + totals[:, 2]),
            }
        ),
        n_occupations=len(codes),
        n_steps=steps,
        n_agents=int((e + u).sum()) if agents else 0,
        rate_before=float(unemployed[shock_step - 1]),
        rate_peak=float(unemployed[peak]),
        rate_end=float(unemployed[-1]),
        peak_step=peak + 1,
    )


def _check(
    steps: int,
    shock_step: int,
    shares: tuple[float, ...],
    rate: float,
    midpoint: float,
    long_term_after: int,
    population: int,
) -> None:
    if steps < 1:
        raise ParameterRangeError("steps", steps, "a whole number of 1 or more")
    if not 1 <= shock_step <= steps:
        raise ParameterRangeError("shock_step", shock_step, f"a step from 1 to {steps}")
    for name, share in zip(("delta_u", "delta_v", "gamma"), shares, strict=True):
        if not 0 <= share <= 1:
            raise ParameterRangeError(name, share, "a share from 0 to 1")
    if not 0 < rate < np.inf:
        raise ParameterRangeError("rate", rate, "a speed above 0")
    if not np.isfinite(midpoint):
        raise ParameterRangeError("midpoint", midpoint, "a number of steps")
    if long_term_after < 1:
        raise ParameterRangeError("long_term_after", long_term_after, "a whole number of 1 or more")
    if population < 1:
        raise ParameterRangeError("population", population, "a whole number of 1 or more")


def _network(network: TableLike) -> tuple[csr_array, list[str]]:
    fields = (Field("origin"), Field("destination"), Field("probability", "share"))
    rows = read(network, "network", *fields, key=("origin", "destination"))
    if not rows.n:
        raise EmptyTableError("network")
    codes = sorted({*rows["origin"], *rows["destination"]})
    i, j = (rows.places(side, codes, "the network") for side in ("origin", "destination"))
    total = np.bincount(i, rows["probability"], len(codes))
    if (off := np.flatnonzero(np.abs(total - 1) > SUM)).size:
        k = int(off[0])
        wants = "sums to 1 over the destinations of an origin; work.mobility_network brings it there"
        raise OutsideRangeError("network", "probability", float(total[k]), f"origin = {codes[k]!r}", wants)
    A = csr_array((rows["probability"], (i, j)), shape=(len(codes), len(codes)))
    A.sort_indices()
    return A, codes


def _start(occupations: TableLike, codes: list[str]) -> Array:
    """Lay out employment, unemployment, vacancies and demand, a column an occupation of the network."""
    amounts = ("employment", "unemployment", "vacancies")
    fields = (Field("occupation"), *(Field(name, "amount") for name in amounts), Field("demand", "amount", None))
    rows = read(occupations, "occupations", *fields, key=("occupation",))
    place = _places(rows, codes)
    if len(place) < len(codes):
        lacking = sorted({*codes} - {*rows["occupation"]})
        first = f"occupation = {lacking[0]!r}, which has no row"
        raise MissingValueError("occupations", "employment", len(lacking), len(codes), first)
    start = np.empty((4, len(codes)))
    for k, name in enumerate((*amounts, "demand")):
        start[k, place] = rows[name]
    start[3] = np.where(np.isnan(start[3]), start[0] + start[1], start[3])
    if not start[:2].sum() > 0:
        raise OutsideRangeError(
            "occupations", "employment", 0.0, "all rows are added up", "is above 0 with unemployment"
        )
    return start


def _target(target: TableLike, codes: list[str], demand: Array) -> Array:
    rows = read(target, "target", Field("occupation"), Field("demand", "amount"), key=("occupation",))
    wanted = demand.copy()
    wanted[_places(rows, codes)] = rows["demand"]
    return wanted


def _places(rows: Rows, codes: list[str]) -> npt.NDArray[np.int64]:
    return rows.places("occupation", codes, "the network")


def _long(paths: Array, codes: list[str]) -> Table:
    """Stack steps and occupations; a code stands once in memory."""
    steps, _, n = paths.shape
    code = pa.DictionaryArray.from_arrays(pa.array(np.tile(np.arange(n, dtype=np.int32), steps)), pa.array(codes))
    columns = {"step": np.repeat(np.arange(1, steps + 1), n), "occupation": code.cast(pa.string())}
    for k, name in enumerate(("employment", "unemployment", "vacancies", "long_term")):
        columns[name] = paths[:, k].ravel()
    return as_table(pa.table(columns), "paths")


def _rates(paths: Array, shock_step: int, codes: list[str]) -> Table:
    force = paths[:, 0] + paths[:, 1]
    unemployed, long_term = (
        np.divide(paths[:, k], force, out=np.full(force.shape, np.nan), where=force > 0) for k in (1, 3)
    )
    after = np.nan_to_num(unemployed[shock_step - 1 :], nan=-1.0)
    peak = after.argmax(axis=0)
    employed = paths[shock_step - 1, 0]
    change = np.divide(paths[-1, 0], employed, out=np.full(len(codes), np.nan), where=employed > 0) - 1
    highest = after.max(axis=0)
    return from_arrays(
        {
            "occupation": codes,
            "rate_before": unemployed[shock_step - 1],
            "rate_peak": np.where(highest < 0, np.nan, highest),
            "peak_step": shock_step + peak,
            "rate_end": unemployed[-1],
            "long_term_before": long_term[shock_step - 1],
            "long_term_end": long_term[-1],
            "employment_change": change,
        }
    )

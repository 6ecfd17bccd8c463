"""Unemployment by occupation while the demand for occupations changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Table, TableLike
from industria.errors import ParameterRangeError
from industria.kernels import labor_flows
from industria.kernels.labor_flows import Market, State
from industria.work._labor_market import caution, network_of, start_of, target_of
from industria.work._labor_paths import paths_table, rates_table, totals_table, unemployment_rate

__all__ = ["DemandShock", "demand_shock"]

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
    target_ratio : float
        Demand in the end over the labor force, all occupations together.
    caution : str
        What a target above or below the labor force does to the rates; empty where it is neither.
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
    target_ratio: float
    caution: str

    def summary(self) -> str:
        """Write the facts, the first rows, and last what the target does to the rates."""
        # The base is named: dataclasses with slots know no super() without arguments.
        return "\n".join(part for part in (Result.summary(self), self.caution) if part)


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
        `occupation, demand`: jobs in the end; what is not listed keeps its demand. Where all of it is more or less
        than the labor force, whose size stays, the whole market tightens or slackens: `target_ratio` tells
        by how much, and `caution` what to do to see moves between occupations alone.
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
        If a probability is not in [0, 1], those of an origin do not sum to one, nobody is in the labor force,
        or demand, at the start or in the end, is below half or above twice the labor force.
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
    A, codes = network_of(network)
    start = start_of(occupations, codes)
    wanted = target_of(target, codes, start)
    ratio = float(wanted.sum() / start[:2].sum())
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
    unemployed = unemployment_rate(paths)
    peak = shock_step - 1 + int(unemployed[shock_step - 1 :].argmax())
    return DemandShock(
        table=paths_table(paths / scale, codes),
        rates=rates_table(paths, shock_step, codes),
        totals=totals_table(paths),
        n_occupations=len(codes),
        n_steps=steps,
        n_agents=int((e + u).sum()) if agents else 0,
        rate_before=float(unemployed[shock_step - 1]),
        rate_peak=float(unemployed[peak]),
        rate_end=float(unemployed[-1]),
        peak_step=peak + 1,
        target_ratio=ratio,
        caution=caution(ratio),
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

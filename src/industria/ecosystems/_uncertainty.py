"""What of a surge is uncertain, and draws of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, ndtr

from industria.core.rows import Array, Field, Rows
from industria.ecosystems._surge import Certification, Ids, Surge
from industria.ecosystems._surge_tables import SurgeTables
from industria.errors import ChoiceError, OutsideRangeError, UnknownLabelError
from industria.kernels.surge_draws import World

UNCERTAINTY: Final = (
    Field("quantity"),
    Field("item", "text", None),
    Field("distribution"),
    Field("mean", "number", None),
    Field("sd", "amount"),
    Field("autocorrelation", "number", 0.0),
    Field("common", "share", 0.0),
)
DISTRIBUTIONS: Final = {
    "demand": "lognormal",
    "yield": "beta",
    "retool_weeks": "shift",
    "certification_weeks": "shift",
    "input_supply": "beta",
}
BY_WEEK: Final = ("demand", "input_supply")
OF_OPTIONS: Final = ("yield", "retool_weeks", "certification_weeks")


@dataclass(frozen=True, slots=True)
class Drawn:
    """One draw.

    Attributes
    ----------
    world : World
        What turned out.
    values : array, shape (n_rows,)
        What each row of `uncertainty` came to, as the mean over what it moves: a factor of demand, a yield,
        weeks added, a share of deliveries.
    """

    world: World
    values: Array


@dataclass(frozen=True, slots=True)
class Moves:
    """How one quantity varies; one entry a unit: a product, an option or an input.

    Attributes
    ----------
    row : array of int
        Row of `uncertainty` that the unit obeys; -1 where it is certain.
    mean, sd, autocorrelation, common : array
        Of that row.
    """

    row: Ids
    mean: Array
    sd: Array
    autocorrelation: Array
    common: Array

    def normal(self, rng: np.random.Generator, weeks: int) -> Array:
        """Draw standard normals by unit and week, correlated as the rows say, shape (n, weeks)."""
        shared, own = rng.standard_normal(weeks), rng.standard_normal((len(self.row), weeks))
        z = np.sqrt(self.common)[:, None] * shared + np.sqrt(1.0 - self.common)[:, None] * own
        r = self.autocorrelation
        for t in range(1, weeks):
            z[:, t] = r * z[:, t - 1] + np.sqrt(1.0 - r**2) * z[:, t]
        return z

    def lognormal(self, rng: np.random.Generator, weeks: int) -> Array:
        """Draw factors; 1 where the unit is certain."""
        variance = np.log1p((self.sd / self.mean) ** 2)[:, None]
        factor = np.exp(np.log(self.mean)[:, None] - variance / 2 + np.sqrt(variance) * self.normal(rng, weeks))
        return np.where(self.row[:, None] >= 0, factor, 1.0)

    def beta(self, rng: np.random.Generator, weeks: int, otherwise: Array) -> Array:
        """Draw shares; `otherwise` where the unit is certain."""
        z, moves = self.normal(rng, weeks), self.sd > 0
        m, sd = self.mean[moves], self.sd[moves]
        size = m * (1.0 - m) / sd**2 - 1.0
        share = np.broadcast_to(np.where(self.row >= 0, self.mean, otherwise)[:, None], z.shape).copy()
        share[moves] = betaincinv((m * size)[:, None], ((1.0 - m) * size)[:, None], ndtr(z[moves]))
        return share

    def shift(self, rng: np.random.Generator) -> Ids:
        """Draw whole weeks that are added; 0 where the unit is certain."""
        weeks = np.rint(self.mean + self.sd * self.normal(rng, 1)[:, 0])
        return np.where(self.row >= 0, weeks, 0.0).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """What may turn out otherwise than planned.

    Attributes
    ----------
    surge : Surge
        As planned.
    retool, test : array of int
        Weeks of each option, as planned.
    together : bool
        Whether these run in parallel.
    moves : mapping of str to Moves
        By quantity.
    n : int
        Rows of the table `uncertainty`.
    """

    surge: Surge
    retool: Ids
    test: Ids
    together: bool
    moves: Mapping[str, Moves]
    n: int

    @classmethod
    def of(cls, rows: Rows, tables: SurgeTables, surge: Surge, certification: Certification) -> Uncertainty:
        """Line the table of what is uncertain up with a surge.

        Raises
        ------
        ChoiceError
            If a quantity or its distribution is none of their words.
        UnknownLabelError
            If an item is none of the tables' labels.
        OutsideRangeError
            If a mean, deviation or autocorrelation is one that the distribution cannot have.
        """
        _refuse(rows)
        options = surge.options
        pairs = [[actor, product] for actor, product in zip(options["actor"], options["product"], strict=True)]
        units = dict.fromkeys(OF_OPTIONS, pairs)
        units |= {"demand": [[name] for name in surge.products], "input_supply": [[name] for name in surge.inputs]}
        known = {name: sorted({label for labels in units[name] for label in labels}) for name in units}
        known["input_supply"] = sorted(set(tables.inputs["input"]))
        told = {"demand": 1.0, "input_supply": 1.0, "retool_weeks": 0.0, "certification_weeks": 0.0}
        moves = {}
        for quantity, labels in units.items():
            row = _rows_of(rows, quantity, labels, known[quantity])
            planned = options["yield"] if quantity == "yield" else np.full(len(labels), told[quantity])
            moves[quantity] = _moves(rows, row, planned)
            _refuse_impossible(rows, quantity, moves[quantity])
        weeks = [options[name].astype(np.int64) for name in ("retool_weeks", "certification_weeks")]
        return cls(surge, weeks[0], weeks[1], certification == "in_parallel", moves, rows.n)

    def draw(self, rng: np.random.Generator) -> Drawn:
        """Draw once. Every quantity takes its numbers, certain or not, so that one seed gives comparable draws."""
        plan, moves = self.surge.program, self.moves
        T = plan.d.shape[1]
        demand = moves["demand"].lognormal(rng, T)
        good = moves["yield"].beta(rng, 1, plan.good)[:, 0]
        retool = moves["retool_weeks"].shift(rng)
        test = moves["certification_weeks"].shift(rng)
        arriving = moves["input_supply"].beta(rng, T, np.ones(len(plan.supply)))
        first, second = np.maximum(self.retool + retool, 0), np.maximum(self.test + test, 0)
        lead = np.maximum(first, second) if self.together else first + second
        world = World(d=plan.d * demand, good=good, lead=lead, supply=plan.supply * arriving)
        found = {
            "demand": demand.mean(axis=1),
            "yield": good,
            "retool_weeks": first - self.retool,
            "certification_weeks": second - self.test,
            "input_supply": arriving.mean(axis=1),
        }
        values = np.full(self.n, np.nan)
        for name, units in found.items():
            row = moves[name].row
            for i in np.unique(row[row >= 0]):
                values[i] = units[row == i].mean()
        return Drawn(world, values)


def _rows_of(rows: Rows, quantity: str, units: Sequence[Sequence[str]], known: Sequence[str]) -> Ids:
    """Find the row that each unit obeys: one that names it, before one for all."""
    place = {item: i for i, item in enumerate(rows["item"]) if rows["quantity"][i] == quantity}
    for item in place:
        if item is not None and item not in known:
            raise UnknownLabelError("uncertainty", "item", item, f"what has {quantity}", known)
    return np.array([next((place[x] for x in (*labels, None) if x in place), -1) for labels in units], np.int64)


def _moves(rows: Rows, row: Ids, planned: Array) -> Moves:
    """Lay out the rows by unit; a blank mean is what was planned."""

    def column(name: str) -> Array:
        return np.where(row >= 0, rows[name][row], 0.0) if rows.n else np.zeros(len(row))

    mean = column("mean")
    mean = np.where((row < 0) | np.isnan(mean), planned, mean)
    return Moves(row, mean, column("sd"), column("autocorrelation"), column("common"))


def _refuse(rows: Rows) -> None:
    for i in range(rows.n):
        quantity, where = rows["quantity"][i], rows.where(i, "quantity", "item")
        if quantity not in DISTRIBUTIONS:
            raise ChoiceError("uncertainty.quantity", quantity, list(DISTRIBUTIONS))
        if rows["distribution"][i] != DISTRIBUTIONS[quantity]:
            allowed = [DISTRIBUTIONS[quantity]]
            raise ChoiceError(f"uncertainty.distribution of {quantity!r}", rows["distribution"][i], allowed)
        r = float(rows["autocorrelation"][i])
        if quantity not in BY_WEEK and r != 0:
            raise OutsideRangeError("uncertainty", "autocorrelation", r, where, "is drawn once, not by week: leave 0")
        if not -1 <= r <= 1:
            raise OutsideRangeError("uncertainty", "autocorrelation", r, where, "lies in [-1, 1]")


def _refuse_impossible(rows: Rows, quantity: str, moves: Moves) -> None:
    """Refuse means and deviations that no such distribution has."""

    def told(wrong: npt.NDArray[np.bool_], column: str, values: Array, allowed: str) -> None:
        if wrong.any():
            unit = int(np.flatnonzero(wrong)[0])
            where = rows.where(int(moves.row[unit]), "quantity", "item")
            raise OutsideRangeError("uncertainty", column, float(values[unit]), where, allowed)

    there, m, sd = moves.row >= 0, moves.mean, moves.sd
    if DISTRIBUTIONS[quantity] == "lognormal":
        told(there & (m <= 0), "mean", m, "is above 0")
    if DISTRIBUTIONS[quantity] == "beta":
        told(there & ((m < 0) | (m > 1)), "mean", m, "lies in [0, 1]")
        most = np.sqrt(np.maximum(m * (1.0 - m), 0.0))
        # A share around 1 can only be 1: the message tells the mean with the deviation.
        told(there & (sd > 0) & (sd >= most), "sd", sd, "is below the root of mean x (1 - mean), what a share can vary")

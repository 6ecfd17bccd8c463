"""Who could make what, how soon, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Array, Field, read
from industria.core.table import Table, TableLike, as_table
from industria.ecosystems._held import Capabilities
from industria.ecosystems._pairs import Pairs, pairs_of, words_at
from industria.ecosystems._requirements import Requirements, ancestors_of, requirements_of
from industria.errors import ParameterRangeError
from industria.kernels.capability_matching import Met, meet

__all__ = ["PivotMatches", "pivot_matches"]

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class PivotMatches(Result):
    """Actors and the products that they could make.

    Attributes
    ----------
    table : Table
        `actor, product, rank, probability, missing, n_missing, retool_weeks, certification_weeks, pivot_cost,
        broker_hours, capacity, capacity_basis, expected_units`.
    options : Table
        The rows of the table whose capacity and leads are known: what `surge_plan` reads.
    near_misses : Table
        The same columns without `rank`, and `step`: actors who hold something of what a product needs and
        lack one group that cannot be acquired. By product and actor.
    n_actors, n_products, n_matches, n_near_misses, n_unknown : int
        Actors, products, rows of the table and of near misses, and rows of the table whose capacity
        or lead nobody tells.
    """

    options: Table
    near_misses: Table
    n_actors: int
    n_products: int
    n_matches: int
    n_near_misses: int
    n_unknown: int


@measure(
    gives={
        "rank": "1 for the actor of whom most units of the product are expected [rank]",
        "probability": "that the actor holds all that cannot be acquired [fraction]",
        "missing": "groups that are not met, in words; null where none is missing [name]",
        "n_missing": "how many [count]",
        "retool_weeks": "weeks to acquire missing machines, processes, labor, rooms and material [count]",
        "certification_weeks": "weeks to acquire missing certificates and tests [count]",
        "pivot_cost": "cost of all that is acquired [currency]",
        "broker_hours": "broker hours that it takes [hours]",
        "capacity": "units a week; null where it is unknown [units]",
        "capacity_basis": "the group that bounds it, inferred from employment, or unknown [name]",
        "expected_units": "probability times what the capacity makes within the horizon [units]",
        "step": "of near misses, the group that is lacking and cannot be acquired, in words [name]",
    },
    cites="Barlow & Proschan (1975), Statistical Theory of Reliability and Life Testing, ch. 1 and 2",
    design="descriptive",
)
def pivot_matches(
    actors: TableLike,
    capabilities: TableLike,
    requirements: TableLike,
    acquisitions: TableLike | None = None,
    vocabulary: TableLike | None = None,
    products: TableLike | None = None,
    *,
    horizon: int = 26,
    threshold: float = 0.5,
    ramp: Sequence[float] | None = None,
) -> PivotMatches:
    """Match actors with products, and name what is missing, with its weeks and cost.

    A product needs all of its groups, and of each group one of the alternatives. A group
    whose probability is below the threshold is missing. What is missing may be acquired,
    or else the actor is no match. Who holds a code holds those above it, never those below.
    Scale counts where confidence reaches the threshold; if none in a group does, of the surest.

    Parameters
    ----------
    actors : Table
        `actor`; if there, `employment` (persons).
    capabilities : Table
        `actor, type, code`; if there, `scale` (of several rows of one capability the largest), `evidence`,
        `confidence` (without it, 1 for what is evident and 0 for what is inferred), `path` (codes from the
        root of a vocabulary, as `capability_registry` gives it).
    requirements : Table
        `product, group, type, code`; if there, `quantity` (scale units per unit of product a week),
        `acquirable` (without it: what `acquisitions` lists).
    acquisitions : Table, optional
        `type, code, weeks`; if there, `cost`, `broker_hours`. Of several alternatives the quickest is taken.
    vocabulary : Table, optional
        `type, code, name`, and `parent`.
    products : Table, optional
        `product`: the products there are.
    horizon : int
        Weeks over which units are expected.
    threshold : float
        Probability from which a group is met.
    ramp : sequence of float, optional
        Share of capacity in the first week after the lead, the second, and so on; the last holds on. At
        once in full without it. The table `ramp` of `surge_plan` will do from Python.

    Returns
    -------
    PivotMatches
        One row an actor and product that match, by product and rank; ties go to the shorter lead, then by actor.

    Raises
    ------
    MissingColumnError, MissingValueError, ColumnTypeError
        If a column or a cell lacks, or is of another kind.
    EmptyTableError
        If there are no requirements.
    NegativeValueError, InfiniteValueError, OutsideRangeError
        If a number cannot be what it is called, or a product has more than 62 groups.
    DuplicateRowError
        If an actor, an acquisition, or an alternative of a group stands twice.
    UnknownLabelError
        If a capability is of an actor, or a requirement of a product, that is not listed.
    UnknownCodeError
        If the vocabulary has a parent that it does not list, or a circle.
    ParameterRangeError
        If a parameter is out of range.

    Examples
    --------
    A sews and lacks the certificate, which takes eight weeks; B lacks what nobody can acquire, joining.

    >>> import pandas as pd
    >>> actors = pd.DataFrame({"actor": ["A", "B"]})
    >>> capabilities = pd.DataFrame({
    ...     "actor": ["A", "A", "B", "B"],
    ...     "type": ["process", "machine", "machine", "certification"],
    ...     "code": ["sewing", "sewing_machine", "sewing_machine", "iso_13485"],
    ...     "scale": [None, 30, 10, None],
    ... })
    >>> requirements = pd.DataFrame({
    ...     "product": "gown",
    ...     "group": ["joining", "machines", "quality"],
    ...     "type": ["process", "machine", "certification"],
    ...     "code": ["sewing", "sewing_machine", "iso_13485"],
    ...     "quantity": [None, 0.05, None],
    ... })
    >>> acquisitions = pd.DataFrame({"type": ["certification"], "code": ["iso_13485"], "weeks": [8]})
    >>> matches = pivot_matches(actors, capabilities, requirements, acquisitions, horizon=26)
    >>> shown = ["actor", "product", "missing", "certification_weeks", "capacity", "capacity_basis", "expected_units"]
    >>> print(matches.to_pandas()[shown].to_string(index=False))
    actor product                            missing  certification_weeks  capacity capacity_basis  expected_units
        A    gown quality: iso 13485 (certification)                    8     600.0       machines         10800.0
    >>> print(matches.near_misses.collect().to_pandas()[["actor", "missing", "step"]].to_string(index=False))
    actor                   missing                      step
        B joining: sewing (process) joining: sewing (process)
    """
    shares = _ramp(ramp, horizon, threshold)
    who = read(actors, "actors", Field("actor"), Field("employment", "amount", None), key=("actor",))
    held = Capabilities(capabilities)
    above, names = ancestors_of(vocabulary, held.paths())
    wanted = requirements_of(requirements, acquisitions, products, above, names)

    met = _with_newcomers(meet(held.of(who["actor"], wanted.keys), wanted.needs, threshold), wanted, who.n)
    lacking = wanted.needs.masks()[met.p] & ~met.bits
    matched, close = np.flatnonzero(lacking == 0), np.flatnonzero(lacking)
    table, known = _ranked(pairs_of(met, matched, wanted, who["employment"], shares), who["actor"], wanted)
    near = pairs_of(met, close[np.argsort(met.p[close], kind="stable")], wanted, who["employment"], shares)
    step = _group_of(lacking[near.source], near.p, wanted)
    near_misses = near.table(who["actor"], wanted).append_column(
        "step", words_at([g.words for g in wanted.groups], step)
    )
    options = table.filter(pa.array(known))
    return PivotMatches(
        table=as_table(table, "matches"),
        options=as_table(options, "options"),
        near_misses=as_table(near_misses, "near misses"),
        n_actors=who.n,
        n_products=len(wanted.products),
        n_matches=table.num_rows,
        n_near_misses=near_misses.num_rows,
        n_unknown=table.num_rows - options.num_rows,
    )


def _ramp(ramp: Any, horizon: int, threshold: float) -> Array:
    """Add up the ramp: what a capacity of one makes in 0, 1, ... horizon weeks after the lead."""
    if horizon < 1 or int(horizon) != horizon:
        raise ParameterRangeError("horizon", horizon, "a whole number of weeks, 1 or more")
    if not 0 < threshold <= 1:
        raise ParameterRangeError("threshold", threshold, "a probability above 0, up to 1")
    if ramp is not None and not isinstance(ramp, list | tuple | np.ndarray):
        rows = read(ramp, "ramp", Field("age", "count"), Field("share", "share"), key=("age",))
        ramp = rows["share"].tolist()
    shares = np.array([1.0] if ramp is None else list(ramp), float)
    if not len(shares) or not ((shares >= 0) & (shares <= 1)).all():
        raise ParameterRangeError("ramp", ramp, "shares of capacity in [0, 1], by week after the lead")
    weeks = shares[np.minimum(np.arange(horizon), len(shares) - 1)]
    return np.concatenate([[0.0], np.cumsum(weeks)])


def _with_newcomers(met: Met, wanted: Requirements, n: int) -> Met:
    """Add those who meet nothing, where all that a product needs can be acquired."""
    open_to_all = np.setdiff1d(np.arange(len(wanted.products)), wanted.needs.product[wanted.needs.fixed])
    if not len(open_to_all):
        return met
    every = np.add.outer(np.arange(n) * len(wanted.products), open_to_all).ravel()
    new = np.setdiff1d(every, met.a * len(wanted.products) + met.p, assume_unique=True)
    a, p = np.divmod(new, max(len(wanted.products), 1))
    zeros = np.zeros(len(new), np.int64)
    return Met(
        np.concatenate([met.a, a]),
        np.concatenate([met.p, p]),
        np.concatenate([met.bits, zeros]),
        np.concatenate([met.probability, zeros + 1.0]),
        np.concatenate([met.capacity, zeros + np.nan]),
        np.concatenate([met.basis, zeros - 1]),
    )


def _group_of(bits: Ids, p: Ids, wanted: Requirements) -> Ids:
    """Tell the group that a single bit of a product is."""
    place: Ids = np.log2(np.maximum(bits, 1).astype(float)).round().astype(np.int64)
    return np.searchsorted(wanted.needs.product, p) + place


def _ranked(pairs: Pairs, actors: Sequence[str], wanted: Requirements) -> tuple[pa.Table, npt.NDArray[np.bool_]]:
    """Rank the pairs of each product, and tell of which all is known that a plan needs."""
    least = -np.nan_to_num(pairs.expected, nan=-1.0)
    order = np.lexsort((pairs.a, np.nan_to_num(pairs.weeks, nan=np.inf), least, pairs.p))
    p = pairs.p[order]
    rank = pa.array(np.arange(len(p)) - np.searchsorted(p, p) + 1, pa.int64())
    return pairs.table(actors, wanted, order).add_column(2, "rank", rank), ~np.isnan(pairs.expected[order])

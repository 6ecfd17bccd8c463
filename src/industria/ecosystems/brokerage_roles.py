"""Brokerage roles: between whom an actor stands, by the groups of all three."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from industria.core.measure import measure
from industria.core.replicate import replicate, seeds
from industria.core.table import Table, TableLike
from industria.ecosystems._actor_labels import read_labels
from industria.ecosystems._missing_ties import Missing
from industria.ecosystems._network import LEFT_OUT, NetworkResult, table_of
from industria.ecosystems._ties import Array, Ids, Ties, read_ties
from industria.errors import ChoiceError, MissingValueError, ParameterRangeError
from industria.kernels.brokerage import ROLES, Arcs, arcs_of, census, density_null, group_pairs, permuted
from industria.kernels.label_patterns import permutation_moments

__all__ = ["BrokerageRoles", "brokerage_roles"]

Null = Literal["labels", "density"]

ALL: Final = (*ROLES, "total")
# Orders of labels that are counted together: the triangles are looked for once for all of them.
TOGETHER: Final = 25

GIVES: Final = {
    "actor": "who stands between [name]",
    "group": "its group [name]",
    "coordinator": "pairs it joins where all three are of one group [count]",
    "itinerant": "pairs of one group that it joins from outside [count]",
    "gatekeeper": "pairs it joins where the second is of its group, the first is not [count]",
    "representative": "pairs it joins where the first is of its group, the second is not [count]",
    "liaison": "pairs it joins where all three are of different groups [count]",
    "total": "all pairs it joins that are not joined without it [count]",
    **{f"expected_{role}": f"mean of {role} under the null [count]" for role in ALL},
    **{f"z_{role}": f"{role} less its mean, in standard deviations under the null [1]" for role in ALL},
    **{
        f"{role}_low": f"lower end of the band of {role} where ties are missing; only with `missing_rate` [count]"
        for role in ALL
    },
    **{f"{role}_high": "upper end [count]" for role in ALL},
    "n_actors": "actors of the group [count]",
    **LEFT_OUT,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class BrokerageRoles(NetworkResult):
    """How often each actor is in each role, and how often it would be by chance.

    Attributes
    ----------
    table : Table
        One row an actor.
    by_group : Table
        One row a group: `group`, `n_actors`, the roles of its members added up, and what is expected of them.
    n_actors, n_ties : int
        Actors of `groups`, and ties between two of them; a tie told in several rows counts once.
    n_self_ties, n_zero_ties : int
        Rows left out: ties of an actor with itself, and ties of weight 0.
    left_out : Table
        These rows: `from_actor, to_actor, column, value, problem`.
    density : float or None
        Ties over ordered pairs of actors, a tie without direction counting for both; None below two actors.
    """

    by_group: Table
    density: float | None


@measure(
    gives=GIVES,
    cites="Gould & Fernandez (1989), Structures of Mediation, Sociological Methodology 19, 89-126",
    design="descriptive",
)
def brokerage_roles(
    ties: TableLike,
    groups: TableLike,
    *,
    directed: bool = True,
    ordered: bool = True,
    null: Null = "labels",
    permutations: int = 999,
    missing_rate: float | None = None,
    draws: int = 100,
    rng: int | None = None,
) -> BrokerageRoles:
    """Count the pairs of actors that each actor joins, by the groups of all three.

    An actor joins a to b where a tie leads from a to it and from it to b, and none from
    a to b. Whether that is often is told against chance: group labels dealt anew among
    all actors, or ties drawn anew at the same density.

    Parameters
    ----------
    ties : Table
        `from_actor, to_actor`; if there, `weight`, which tells only that a tie of weight 0 is none.
    groups : Table
        `actor, group`: all actors, each once.
    directed : bool
        Whether ties have a direction. Without, each counts in both.
    ordered : bool
        Whether joining a to b and b to a counts as two. Where not, ties have no direction, and a pair
        counts half as gatekeeper and half as representative.
    null : {"labels", "density"}
        Labels dealt anew, or a random network of the same density.
    permutations : int
        How many orders of the labels are drawn where `rng` is told.
    missing_rate : float, optional
        Probability with which each tie is left out of a draw. The band of each role then reaches from what is
        seen to where nine draws of ten lie; draws in which an actor has lost all ties do not count. A tie
        that is left out takes pairs away, and opens others that it closed; the network with all ties may
        lie outside.
    draws : int
        Networks drawn for the bands.
    rng : int, optional
        Seed of orders and networks. Without it no order is drawn: mean and standard deviation are those
        over all orders of the labels, exactly; networks are drawn by 0.

    Returns
    -------
    BrokerageRoles
        One row an actor of `groups`, null but for the labels where it has no tie. A role that
        does not vary under the null has no `z`.

    Raises
    ------
    MissingColumnError, MissingValueError, ColumnTypeError
        If a column or a cell lacks, an actor has no group, or a column is of another kind.
    EmptyTableError
        If there are no ties, or no groups.
    DuplicateLabelError
        If an actor has two groups.
    UnknownLabelError
        If a tie names an actor that `groups` does not list.
    NegativeValueError, InfiniteValueError
        If a weight is negative or infinite.
    ChoiceError, ParameterRangeError, UsageError
        If a parameter is none of its words or out of range, or `rng` is no seed.

    Examples
    --------
    The office of the state joins makers to science: two pairs, told in both orders.

    >>> import pandas as pd
    >>> ties = pd.DataFrame({
    ...     "from_actor": ["office", "office", "office", "mill"],
    ...     "to_actor": ["mill", "sewer", "lab", "sewer"],
    ... })
    >>> groups = pd.DataFrame({
    ...     "actor": ["lab", "mill", "office", "sewer"],
    ...     "group": ["science", "makers", "state", "makers"],
    ... })
    >>> found = brokerage_roles(ties, groups, directed=False).to_pandas()
    >>> print(found[["actor", "itinerant", "liaison", "total"]].to_string(index=False))
     actor  itinerant  liaison  total
       lab          0        0      0
      mill          0        0      0
    office          0        4      4
     sewer          0        0      0
    """
    _refuse_options(null, permutations, directed=directed, ordered=ordered)
    missing = Missing.asked(missing_rate, draws, rng)
    actors, rows = read_labels(groups, "groups", "group")
    _refuse_no_group(rows)
    network = read_ties(ties, directed=directed, actors=actors, listed="groups")

    names, group = _numbered(rows["group"])
    sizes = np.bincount(group)
    arcs = _arcs(network.n, network.i, network.j, directed)
    (found,), pairs = census(arcs, group[None, :])
    counts = _with_total(found)
    n = network.n
    density = len(arcs.i) / (n * (n - 1)) if n > 1 else None
    if null == "density":
        by_group, spread = density_null(sizes, density or 0.0)
        mean, sd, expected = by_group[group], spread[group], by_group * sizes[:, None]
    else:
        mean, sd = permutation_moments(pairs, sizes) if rng is None else _dealt(arcs, group, permutations, rng)
        mean, sd = _with_total(mean), np.column_stack([sd, np.zeros(n)])  # labels do not change the sum
        expected = _shared_out(counts[:, 5].sum(), sizes)
    z = (counts - mean) / np.where(sd > 0, sd, np.nan)
    part = 1 if ordered else 0.5
    added = np.zeros((len(sizes), 6), np.int64)
    np.add.at(added, group, counts)
    return BrokerageRoles(
        table=table_of(
            {
                "actor": network.actors,
                "group": rows["group"],
                **_named("{}", counts * part),
                **_named("expected_{}", mean * part),
                **_named("z_{}", z),
                **_bands(network, missing, group, directed, counts * part, part),
            },
            network.tied,
        ),
        by_group=table_of(
            {
                "group": names,
                "n_actors": sizes,
                **_named("{}", added * part),
                **_named("expected_{}", expected * part),
            }
        ),
        density=density,
        **network.facts(),
    )


def _refuse_options(null: str, permutations: int, *, directed: bool, ordered: bool) -> None:
    if null not in get_args(Null):
        raise ChoiceError("null", null, get_args(Null))
    if not ordered and directed:
        raise ParameterRangeError("ordered", ordered, "True where ties have a direction; say directed=False")
    if permutations < 2:
        raise ParameterRangeError("permutations", permutations, "whole numbers of 2 or more")


def _shared_out(pairs: int, sizes: Ids) -> Array:
    """Share pairs out among the roles of groups: a member is as likely to have one as there are such pairs in all."""
    n = int(sizes.sum())
    of_group = _with_total(group_pairs(sizes)).astype(float)
    every = max(n * (n - 1) * (n - 2), 1)
    return np.asarray(of_group * sizes[:, None] / every * pairs)


def _dealt(arcs: Arcs, group: Ids, permutations: int, rng: int) -> tuple[Array, Array]:
    """Tell mean and standard deviation of each actor's roles over some orders of the labels."""
    full, rest = divmod(permutations, TOGETHER)
    total, squares = np.zeros((arcs.n, 5)), np.zeros((arcs.n, 5))
    for seed, batches, draws in zip(seeds(rng, 2), (full, min(rest, 1)), (TOGETHER, rest), strict=True):
        if not batches:
            continue
        function = partial(permuted, draws=draws)
        for one, square in replicate(function, batches, arrays=(arcs.i, arcs.j, group), rng=seed):
            total += one
            squares += square
    mean = total / permutations
    variance = (squares - total * mean) / (permutations - 1)
    # Of what never varies, rounding leaves a trace.
    return mean, np.sqrt(np.where(variance > 1e-12 * mean**2, variance, 0.0))


def _bands(
    network: Ties, missing: Missing | None, group: Ids, directed: bool, counts: Any, part: float
) -> dict[str, Array]:
    if missing is None:
        return {}
    low, high = missing.band(network, partial(_drawn, group=group, directed=directed, part=part), counts)
    return {**_named("{}_low", low), **_named("{}_high", high)}


def _drawn(rng: np.random.Generator, i: Ids, j: Ids, w: Array, *, group: Ids, directed: bool, part: float) -> Array:
    """Count the roles that the ties leave; NaN for who has none left."""
    n = len(group)
    tied = np.bincount(i, minlength=n) + np.bincount(j, minlength=n) > 0
    counts = _with_total(census(_arcs(n, i, j, directed), group[None, :])[0][0]) * part
    return np.where(tied[:, None], counts, np.nan)


def _arcs(n: int, i: Ids, j: Ids, directed: bool) -> Arcs:
    if not directed:
        i, j = np.concatenate([i, j]), np.concatenate([j, i])
    return arcs_of(n, i, j)


def _with_total(of_roles: Any) -> Any:
    return np.column_stack([of_roles, of_roles.sum(axis=1)])


def _named(pattern: str, columns: Any) -> dict[str, Array]:
    return {pattern.format(role): columns[:, place] for place, role in enumerate(ALL)}


def _numbered(column: pa.ChunkedArray) -> tuple[pa.Array, Ids]:
    """Give each group its place in the order of labels, and each row its group."""
    names = pc.unique(column)
    names = names.take(pc.array_sort_indices(names))
    return names, pc.index_in(column.combine_chunks(), value_set=names).to_numpy(zero_copy_only=False).astype(np.int64)


def _refuse_no_group(rows: pa.Table) -> None:
    gaps = rows["group"].null_count
    if gaps:
        first = rows["actor"][rows["group"].is_null().index(True).as_py()].as_py()
        raise MissingValueError("groups", "group", gaps, rows.num_rows, f"actor = {first!r}")

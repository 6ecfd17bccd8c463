"""Weights of links, in every group by the group's own masses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import narwhals.stable.v2 as nw
import numpy as np
import pyarrow as pa
from scipy.sparse import csr_array

from industria.classifications._links import Links, Truth, matrix
from industria.classifications._values import Values, values_by_code
from industria.core.codes import check_zeros
from industria.core.encoding import Array, Groups, Ids, encode, groups, meet
from industria.core.table import TableLike, as_table
from industria.errors import InfeasibleTotalError, UsageError
from industria.kernels import bridges

Weights: TypeAlias = Literal["equal", "destination", "both", "given"]


@dataclass(frozen=True, slots=True)
class Masses:
    """Mass of the destinations, and of the origins where both sides are fitted."""

    destinations: Values
    origins: Values | None


@dataclass(frozen=True, slots=True)
class Weighed:
    """Links with their weights.

    Attributes
    ----------
    links : Links
        One entry a link and group.
    equal : array of bool, shape (n,)
        Links that are equal for want of mass.
    changed : float
        Part of the origins whose given weights did not sum to 1.
    unlinked : float
        Mass at codes that no link reaches.
    """

    links: Links
    equal: Truth
    changed: float
    unlinked: float


def read_masses(data: TableLike | None, by: Sequence[str], weights: str, user: str) -> Masses | None:
    """Add masses up by group and code of either side.

    Raises
    ------
    UsageError
        If the weights need a mass that is not there.
    """
    if data is None:
        if weights in ("destination", "both"):
            raise UsageError(f"{user}: weights={weights!r} needs the table `mass`.")
        return None
    sided = ("origin_code",) if weights == "both" else ()
    table = as_table(data, "mass", "destination_code", "mass", *sided, *by)
    here, there = nw.col("destination_code"), nw.col("origin_code")
    two_sided = "origin_code" in table.collect_schema().names()
    # A row of an origin alone says nothing of destinations, and the other way round.
    ends = table.filter(~(here.is_null() & ~there.is_null())) if two_sided else table
    starts = table.filter(~(there.is_null() & ~here.is_null())) if weights == "both" else None
    return Masses(
        values_by_code(ends, "mass", by=by, code="destination_code", value="mass"),
        None if starts is None else values_by_code(starts, "mass", by=by, code="origin_code", value="mass"),
    )


def weigh(links: Links, masses: Masses | None, weights: Weights, by: Sequence[str]) -> Weighed:
    """Give links their weights, group by group in one sparse matrix.

    Raises
    ------
    InfeasibleTotalError
        If no weights meet the masses of both sides.
    """
    every, group, link, (own_d, own_i) = _spread(links, masses, by)
    k, n = max(len(links.ends), 1), max(len(links.origins), 1)
    rows, columns = group * n + links.i[link], group * k + links.d[link]
    L, named, order = matrix(rows, columns, links.weight[link], every.size * k)
    m = w = np.zeros(0)
    if masses is not None:
        w = margin(masses.destinations, links.ends, own_d, every.size)
    if masses is not None and masses.origins is not None:
        m = margin(masses.origins, links.origins, own_i, every.size)
        _refuse_strangers(masses.origins, links.origins, "origin")
        _refuse_strangers(masses.destinations, links.ends, "destination")
    B, empty, changed = _weighted(L, named, m, w, weights, links)
    back = np.empty(len(order), np.int64)
    back[order] = np.arange(len(order))
    equal = np.repeat(empty, np.diff(B.indptr))
    whole = 0.0 if masses is None else float(masses.destinations.mass.sum() - w.sum())
    spread = replace(
        links,
        by=tuple(by),
        rows=pa.table(every.columns(group)) if by else pa.table({}),
        group=group,
        i=links.i[link],
        d=links.d[link],
        weight=B.data[back],
        partial=links.partial[link],
    )
    return Weighed(spread, equal[back], changed, whole)


def _spread(links: Links, masses: Masses | None, by: Sequence[str]) -> tuple[Groups, Ids, Ids, tuple[Ids, Ids]]:
    """Repeat links for every group that has masses; links with groups of their own stand as they are."""
    tables = {} if masses is None else {"mass": masses.destinations.rows}
    if masses is not None and masses.origins is not None:
        tables["mass of origins"] = masses.origins.rows
    if links.by or not by:
        every, (mine, *own) = groups(by, links=links.keys, **tables)
        return every, mine, np.arange(len(mine)), _both(own)
    every, own = groups(by, **tables)
    group, link = meet(np.zeros(every.size, np.int64), links.group)
    return every, group, link, _both(own)


def _both(own: Sequence[Ids]) -> tuple[Ids, Ids]:
    none = np.zeros(0, np.int64)
    first, second = [*own, none, none][:2]
    return first, second


def margin(values: Values, codes: Sequence[str], group: Ids, size: int) -> Array:
    """Lay masses out by group and code; codes without links are left out."""
    labels = pa.chunked_array([pa.array(codes, pa.string())])
    both, (mine, listed) = encode(values.codes.cast(pa.string()), labels)
    place = np.full(len(both), -1)
    place[listed] = np.arange(len(codes))
    known = place[mine] >= 0
    lost = [values.codes[int(r)].as_py() for r in np.flatnonzero(~known)]
    check_zeros(lost, values.name, values.code, codes, values.row_of)
    width = max(len(codes), 1)
    laid = np.bincount(group[known] * width + place[mine][known], values.mass[known], size * width)
    return laid.astype(np.float64)


def _weighted(
    L: csr_array, named: Ids, m: Array, w: Array, weights: Weights, links: Links
) -> tuple[csr_array, Truth, float]:
    nothing = np.zeros(L.shape[0], bool)
    if weights == "equal":
        return bridges.equal_weights(L), nothing, 0.0
    if weights == "given":
        B, changed = bridges.given_weights(L)
        empty = ~(np.asarray(L.sum(axis=1)).ravel() > 0)
        return B, empty, float(changed.mean()) if len(changed) else 0.0
    if weights == "destination":
        return *bridges.destination_weights(L, w), 0.0
    _refuse_outside(named, m, links)
    try:
        return *bridges.fitted_weights(L, m[named], w), 0.0
    except InfeasibleTotalError as error:
        codes = links.origins if error.side == "origin" else links.ends
        place = int(named[error.index]) if error.side == "origin" else error.index
        raise InfeasibleTotalError(
            error.side, codes[place % len(codes)], error.wanted, error.reached, error.index
        ) from None


def _refuse_outside(named: Ids, m: Array, links: Links) -> None:
    """Refuse origin mass in a group in which the origin has no link."""
    outside = m.copy()
    outside[named] = 0.0
    lost = np.flatnonzero(outside > 0)
    if len(lost):
        code = links.origins[lost[0] % len(links.origins)]
        raise InfeasibleTotalError("origin", code, float(outside[lost[0]]), 0.0, int(lost[0]))


def _refuse_strangers(values: Values, codes: Sequence[str], side: str) -> None:
    known = set(codes)
    for code, mass in values.by_code().items():
        if code not in known and mass > 0:
            raise InfeasibleTotalError(side, code, mass, 0.0)

"""How every code of a table finds its way into a correspondence, or does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.classifications._links import Links
from industria.classifications._values import Values
from industria.core.codes import check_ranges, check_totals, check_vintage, check_zeros, sides
from industria.core.encoding import Array, Groups, Ids, encode, groups, meet
from industria.core.hierarchy import Hierarchy

PASSAGES: Final = ("identity", "renamed", "merged", "split", "children", "siblings", "missing")
IDENTITY, RENAMED, MERGED, SPLIT, CHILDREN, SIBLINGS, MISSING = range(len(PASSAGES))


@dataclass(frozen=True, slots=True)
class Resolution:
    """Every cell of a table on its links.

    Attributes
    ----------
    groups : Groups
        Those of the values.
    group : array, shape (cells,)
        The group of a cell.
    passage : array, shape (cells,)
        Place in `PASSAGES`.
    cell, link : array, shape (paths,)
        Which cell goes over which link.
    share : array, shape (paths,)
        Part of the cell's mass that does; they sum to 1 in resolved cells.
    """

    groups: Groups
    group: Ids
    passage: Ids
    cell: Ids
    link: Ids
    share: Array


def resolve(
    values: Values,
    links: Links,
    by: Sequence[str],
    tree: Hierarchy | None = None,
    *,
    siblings: bool = False,
    mass: Values | None = None,
) -> Resolution:
    """Find the links of every cell: its own, else those of its details, else those of its group.

    Details share a broad code by their own `mass` in its group; equally where they have none.

    Raises
    ------
    CodeError
        If codes have lost zeros, are totals among details, unresolved ranges, or of the other vintage.
    """
    every, (group,) = groups(by, values=values.rows)
    _, (here, there) = groups(links.by, values=values.rows, correspondence=links.keys)
    labels, (mine, theirs) = encode(values.codes, pa.chunked_array([pa.array(links.origins, values.codes.type)]))
    codes = labels.to_pylist()
    own = here * max(len(codes), 1) + mine
    ends = there * max(len(codes), 1) + theirs[links.i]
    cell, link = meet(own, ends)
    share = links.weight[link]
    passage = np.full(len(mine), MISSING)
    passage[cell] = _passages(links)[link]
    if tree is not None:
        worth = _worth(mass, values, codes)
        # What a composition lost whole stands in for nobody, itself least of all.
        alive = links.d >= 0
        origins = [links.origins[k] for k in np.unique(links.i[alive])]
        for kind, line in _lines(tree, sorted({codes[k] for k in mine[passage == MISSING]}), origins, siblings):
            more = _through(passage == MISSING, line, codes, mine, here, (ends, alive), worth)
            passage[more[0]] = kind
            stays = ~np.isin(cell, more[0])
            cell, link, share = cell[stays], link[stays], share[stays]
            cell, link = np.concatenate([cell, more[0]]), np.concatenate([link, more[1]])
            share = np.concatenate([share, more[2] * links.weight[more[1]]])
    _refuse(values, links, {codes[k] for k in mine[passage != MISSING]}, tree)
    return Resolution(every, group, passage, cell, link, share)


def _passages(links: Links) -> Ids:
    """Tell of every link which passage its origin takes."""
    rows = links.rows_of_matrix
    _, row, ways = np.unique(rows, return_inverse=True, return_counts=True)
    ends = links.group * (len(links.ends) + 1) + links.d + 1
    _, end, comers = np.unique(ends, return_inverse=True, return_counts=True)
    place = {code: k for k, code in enumerate(links.ends)}
    same = np.array([place.get(code, -2) for code in links.origins], np.int64)
    alone = np.where(comers[end] > 1, MERGED, np.where(same[links.i] == links.d, IDENTITY, RENAMED))
    passage = np.where(ways[row] > 1, SPLIT, alone)
    # All of it was lost on the way: a link in name alone.
    return np.where((ways[row] == 1) & (links.d < 0), MISSING, passage).astype(np.int64)


def _lines(
    tree: Hierarchy, missing: Sequence[str], origins: Sequence[str], siblings: bool
) -> list[tuple[int, Mapping[str, Sequence[str]]]]:
    """List which codes of the correspondence stand in for a missing one: its details, then its group."""
    below = tree.descendants(origins)
    details = {code: below[tree.canonical(code)] for code in missing if tree.canonical(code) in below}
    lines: list[tuple[int, Mapping[str, Sequence[str]]]] = [(CHILDREN, details)]
    if siblings:
        above = {code: next((a for a in tree.ancestors(code) if a in below), None) for code in missing}
        lines.append((SIBLINGS, {code: below[a] for code, a in above.items() if a is not None}))
    return lines


def _through(
    open_cells: np.ndarray,
    line: Mapping[str, Sequence[str]],
    codes: Sequence[str],
    mine: Ids,
    here: Ids,
    lead: tuple[Ids, npt.NDArray[np.bool_]],
    worth: Callable[[Ids, Ids], Array],
) -> tuple[Ids, Ids, Array]:
    """Send open cells over the links of the codes that stand in for theirs, by what these are worth.

    `lead` tells whose each link is, and whether it arrives anywhere.
    """
    ends, alive = lead
    place = {code: k for k, code in enumerate(codes)}
    pairs = [(place[code], place[stand_in]) for code, stand_ins in line.items() for stand_in in stand_ins]
    if not pairs:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    whose, stand_in = np.array(pairs, np.int64).T
    cells = np.flatnonzero(open_cells)
    a, pair = meet(mine[cells], whose)
    # Only what the correspondence lists in this group counts among the details.
    key = here[cells[a]] * max(len(codes), 1) + stand_in[pair]
    listed = np.isin(key, ends[alive])
    a, key, stand_in = a[listed], key[listed], stand_in[pair][listed]
    mass, ways = worth(cells[a], stand_in), np.bincount(a, minlength=len(cells))
    total = np.bincount(a, mass, len(cells))
    share = np.divide(mass, total[a], out=1.0 / ways[a], where=total[a] > 0)
    path, link = meet(key, ends)
    return cells[a[path]], link, share[path]


def _worth(mass: Values | None, values: Values, codes: Sequence[str]) -> Callable[[Ids, Ids], Array]:
    """Look up the mass of codes in the groups of cells; none counts where no table tells it."""
    if mass is None:
        return lambda cells, stand_ins: np.zeros(len(cells))
    place = {code: k for k, code in enumerate(codes)}
    keys = [column for column in mass.rows.column_names if column in values.rows.column_names]
    _, (here, there) = groups(keys, values=values.rows, mass=mass.rows)
    told = there * (len(codes) + 1) + np.array([place.get(code, len(codes)) for code in mass.codes.to_pylist()], int)
    order = np.argsort(told)
    told, by_key = told[order], mass.mass[order]

    def worth(cells: Ids, stand_ins: Ids) -> Array:
        wanted = here[cells] * (len(codes) + 1) + stand_ins
        at = np.minimum(np.searchsorted(told, wanted), max(len(told) - 1, 0))
        return np.where(told[at] == wanted, by_key[at], 0.0) if len(told) else np.zeros(len(wanted))

    return worth


def _refuse(values: Values, links: Links, found: set[str], tree: Hierarchy | None) -> None:
    masses, listed = values.by_code(), set(links.origins)
    lost = [code for code in masses if code not in found]
    check_zeros(lost, values.name, values.code, listed, values.row_of)
    check_totals(masses, values.name, values.code, listed, tree, values.row_of)
    check_ranges(lost, values.name, values.code, values.row_of)
    check_vintage(masses, found, links.ends, values.name, values.code, sides(links.basis), values.row_of)

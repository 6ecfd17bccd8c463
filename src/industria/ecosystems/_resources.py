"""Resources of a surge: what there is of them, and what pivots take."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from industria.core.rows import Array
from industria.ecosystems._surge_tables import SurgeTables
from industria.ecosystems._weeks import places_of

CHARGED: Final = {"broker_hours": "broker_hours", "budget": "pivot_cost"}
"""Resources that every pivot takes when it starts, by the column of `options` that tells how much."""


def limits_of(tables: SurgeTables, weeks: Sequence[Any]) -> tuple[list[str], Array, Array, list[str]]:
    """Lay out what there is of each resource, and list those that nobody limits."""
    rows = tables.resources
    t = places_of(rows, "week", weeks)
    named = sorted(set(rows["resource"]))
    limit, total = np.full((len(named), len(weeks)), np.inf), np.full(len(named), np.inf)
    for name, week, available in zip(rows["resource"], t, rows["available"], strict=True):
        k = named.index(name)
        if week < 0:
            total[k] = available + (total[k] if np.isfinite(total[k]) else 0.0)
            continue
        if not np.isfinite(limit[k]).any():
            limit[k] = 0.0
        limit[k, week] += available
    for name in named:
        told = {week for one, week in zip(rows["resource"], t, strict=True) if one == name and week >= 0}
        if told and len(told) < len(weeks):
            first = next(week for i, week in enumerate(weeks) if i not in told)
            warnings.warn(
                f"resources tells {name!r} for {len(told)} of {len(weeks)} weeks; there is none in the others, "
                f"first in week {first}.",
                stacklevel=3,
            )
    taken = {*tables.uses["resource"], *(name for name, column in CHARGED.items() if tables.options[column].any())}
    return named, limit, total, sorted(taken - set(named))


def takes_of(tables: SurgeTables, resources: Sequence[str]) -> tuple[Array, Array, Array]:
    """Lay out what each option takes of each resource that is limited."""
    options, uses = tables.options, tables.uses
    shape = (options.n, len(resources))
    takes: Mapping[str, Array] = {name: np.zeros(shape) for name in ("per_start", "per_certification", "per_unit")}
    for resource, column in CHARGED.items():
        if resource in resources:
            takes["per_start"][:, resources.index(resource)] += options[column]
    uses.places("product", tables.products["product"], "products")
    uses.places("actor", sorted(set(options["actor"])), "options")
    every = list(range(options.n))
    theirs: dict[tuple[str, str], list[int]] = {}
    for column in ("actor", "product"):
        for k, label in enumerate(options[column]):
            theirs.setdefault((column, label), []).append(k)
    for i in range(uses.n):
        if uses["resource"][i] not in resources:
            continue
        actor, product = uses["actor"][i], uses["product"][i]
        mine = every if actor is None else theirs[("actor", actor)]
        if product is not None and actor is None:
            mine = theirs.get(("product", product), [])
        elif product is not None:
            # An actor has few options, a product may have very many.
            mine = [k for k in mine if options["product"][k] == product]
        for name, taken in takes.items():
            taken[mine, resources.index(uses["resource"][i])] += uses[name][i]
    return takes["per_start"], takes["per_certification"], takes["per_unit"]

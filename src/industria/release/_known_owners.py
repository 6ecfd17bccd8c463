"""Who owns whom, as one step tells it, for all others: a holding is one contributor wherever its units are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from industria.release._given import Given
from industria.release._names import Named, named
from industria.release.policy import Policy

__all__ = ["with_known_owners"]


def with_known_owners(givens: Sequence[Given], told: Sequence[Given], policy: Policy) -> list[Given]:
    """Give units the owners that another column tells, where their own tells none.

    Parameters
    ----------
    givens : sequence of Given
        With digests for names.
    told : sequence of Given
        Of this release and of earlier ones, with digests of the same salt.
    policy : Policy
        Of copies of a weighted unit nobody knows to which holding they belong: these stay as they are.
    """
    alone = [one for one in givens if _lacks_owners(one, policy)]
    tell = [one for one in told if one.has_holdings and one.has_contributors]
    known = {
        unit: _owners([one for one in tell if one.unit == unit], [one for one in alone if one.unit == unit])
        for unit in {one.unit for one in tell} & {one.unit for one in alone}
    }
    return [_owned(one, known) if _lacks_owners(one, policy) else one for one in givens]


def _lacks_owners(one: Given, policy: Policy) -> bool:
    is_copied = one.has_weights and policy.weights == "expanded"
    return bool(one.unit) and one.has_contributors and not one.has_holdings and not is_copied


def _owners(told: Sequence[Given], alone: Sequence[Given]) -> pa.Table:
    """List the units that somebody asks for, each once, with their owner; those of all others would be millions."""
    wanted = pa.concat_arrays([one.who.names.words.take(pa.array(np.unique(one.who.ids))) for one in alone])
    parts = []
    for one in told:
        there, first = np.unique(one.who.ids, return_index=True)
        asked = pc.is_in(one.who.names.words, value_set=wanted).to_numpy(zero_copy_only=False)[there]
        words, owner = one.who.names.words.take(pa.array(there[asked])), one.owner.names.words
        parts.append(pa.table({"unit": words, "owner": owner.take(pa.array(one.owner.ids[first[asked]]))}))
    return pa.concat_tables(parts).group_by("unit", use_threads=False).aggregate([("owner", "min")])


def _owned(one: Given, known: Mapping[str, pa.Table]) -> Given:
    if one.unit not in known or not len(one.who.ids):
        return one
    there, first = np.unique(one.who.ids, return_index=True)
    own = one.owner.names.words.take(pa.array(one.owner.ids[first]))
    rows = known[one.unit]
    at = pc.index_in(one.who.names.words.take(pa.array(there)), value_set=rows["unit"].combine_chunks())
    held = named(pc.coalesce(rows["owner_min"].combine_chunks().take(at), own))
    return replace(one, owner=Named(held.names, held.ids[np.searchsorted(there, one.who.ids)]), has_holdings=True)

"""Pairs of actors and products: what each lacks, and what the actor could make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.rows import Array
from industria.ecosystems._requirements import Lack, Requirements, lack_of
from industria.kernels.capability_matching import Met

Ids = npt.NDArray[np.int64]
UNKNOWN: Final = "unknown"
INFERRED: Final = "inferred"
AMOUNTS: Final = ("retool", "certification", "cost", "hours")


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of actor and product: which of all each is, what it lacks, and what it could make."""

    source: Ids
    a: Ids
    p: Ids
    probability: Array
    lacks: Sequence[Lack]
    which: Ids
    capacity: Array
    basis: Ids
    weeks: Array
    expected: Array

    def table(self, actors: Sequence[str], wanted: Requirements, order: Ids | slice = slice(None)) -> pa.Table:
        """Lay the pairs out as rows."""
        which = self.which[order]
        bases = [*(group.name for group in wanted.groups), INFERRED, UNKNOWN]
        told = {name: np.array([getattr(lack, name) for lack in self.lacks], float) for name in AMOUNTS}
        amounts = {name: pa.array(values[which], from_pandas=True) for name, values in told.items()}
        return pa.table(
            {
                "actor": words_at(actors, self.a[order]),
                "product": words_at(wanted.products, self.p[order]),
                "probability": pa.array(self.probability[order]),
                "missing": words_at([lack.words for lack in self.lacks], which),
                "n_missing": pa.array(np.array([lack.n for lack in self.lacks], np.int64)[which]),
                "retool_weeks": amounts["retool"].cast(pa.int64()),
                "certification_weeks": amounts["certification"].cast(pa.int64()),
                "pivot_cost": amounts["cost"],
                "broker_hours": amounts["hours"],
                "capacity": pa.array(self.capacity[order], from_pandas=True),
                "capacity_basis": words_at(bases, self.basis[order] % len(bases)),
                "expected_units": pa.array(self.expected[order], from_pandas=True),
            }
        )


def pairs_of(met: Met, source: Ids, wanted: Requirements, employment: Array, shares: Array) -> Pairs:
    """Look up what each pair lacks, by product and groups met, and what it could make."""
    a, p, probability = met.a[source], met.p[source], met.probability[source]
    kinds, which = _kinds(p, met.bits[source])
    lacks = [lack_of(wanted, product, bits) for product, bits in kinds]
    weeks = np.array([lack.retool + lack.certification for lack in lacks], float)[which]

    by_staff = employment[a] * wanted.per_worker[p]
    capacity = np.where(np.isnan(met.capacity[source]), by_staff, met.capacity[source])
    basis = np.where(met.basis[source] >= 0, met.basis[source], np.where(np.isnan(by_staff), -1, -2))
    left = np.clip(len(shares) - 1 - np.nan_to_num(weeks), 0, None).astype(np.int64)
    expected = np.where(np.isnan(weeks), np.nan, probability * capacity * shares[left])
    return Pairs(source, a, p, probability, lacks, which, capacity, basis, weeks, expected)


def _kinds(p: Ids, bits: Ids) -> tuple[list[tuple[int, int]], Ids]:
    """List the different pairs of product and bits, and which of them each row is: there are few, and rows are many."""
    several, place = np.unique(bits, return_inverse=True)
    code = p * max(len(several), 1) + place.ravel()
    there = np.zeros(code.max(initial=-1) + 1, bool)
    there[code] = True
    product, pattern = np.divmod(np.flatnonzero(there), max(len(several), 1))
    return list(zip(product.tolist(), several[pattern].tolist(), strict=True)), (np.cumsum(there) - 1)[code]


def words_at(words: Sequence[str | None], which: Ids) -> pa.DictionaryArray:
    """Write words by their places; the engine spells them out when somebody looks."""
    told = [k for k, word in enumerate(words) if word is not None]
    place = np.full(len(words), -1)
    place[told] = np.arange(len(told))
    at = place[which] if len(words) else which
    listed = [words[k] for k in told]
    once = {word: k for k, word in enumerate(dict.fromkeys(listed))}
    final = np.array([once[word] for word in listed], np.int64)
    codes = np.where(at >= 0, final[at] if len(final) else at, -1).astype(np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), pa.array(list(once), pa.string()))

"""How near capabilities are to one another, and what an actor holds near each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from scipy import sparse

from industria.core.rows import Array, Field, read
from industria.core.table import TableLike

RELATEDNESS: Final = (Field("code_i"), Field("code_j"), Field("proximity", "amount"))


class Related(NamedTuple):
    """Declared capabilities and what is near them.

    Attributes
    ----------
    phi : sparse array, shape (c, c)
        Proximity of the second to the first.
    total : array, shape (c,)
        Of all that are near each, declared or not.
    """

    phi: Any
    total: Array

    def probability(self, H: Any, others: Array) -> Array:
        """Weigh what an actor holds by its proximity; what is related to nothing is as probable as `others`."""
        weights = np.where(self.total > 0, self.total, 1.0)
        return np.where(self.total > 0, (H @ self.phi.T).toarray() / weights, others)

    def held(self, H: Any) -> Any:
        """Count what an actor holds near each capability."""
        return (H @ (self.phi > 0).astype(float).T).toarray()


class Proximities(NamedTuple):
    """Pairs of codes, and how near the second is to the first."""

    code_i: list[str]
    code_j: list[str]
    proximity: Array

    @classmethod
    def of(cls, relatedness: TableLike) -> Proximities:
        """Read them; the errors are those of `read`."""
        rows = read(relatedness, "relatedness", *RELATEDNESS, key=("code_i", "code_j"))
        # What a capability says of itself is no evidence.
        apart = [i != j for i, j in zip(rows["code_i"], rows["code_j"], strict=True)]
        return cls(
            [code for code, kept in zip(rows["code_i"], apart, strict=True) if kept],
            [code for code, kept in zip(rows["code_j"], apart, strict=True) if kept],
            rows["proximity"][np.array(apart, bool)],
        )

    def between(self, keys: Sequence[tuple[str, str]]) -> Related:
        """Lay them out between capabilities; a code stands for itself in every type."""
        of_code: dict[str, list[int]] = {}
        for k, (_, code) in enumerate(keys):
            of_code.setdefault(code, []).append(k)
        cells = [(k, j, x) for i, j, x in zip(*self, strict=True) for k in of_code.get(i, [])]
        total = np.zeros(len(keys))
        np.add.at(total, [k for k, _, _ in cells], [x for _, _, x in cells])
        inside = [(k, other, x) for k, j, x in cells for other in of_code.get(j, [])]
        row, column, value = zip(*inside, strict=True) if inside else ((), (), ())
        return Related(sparse.coo_array((value, (row, column)), shape=(len(keys), len(keys))).tocsr(), total)

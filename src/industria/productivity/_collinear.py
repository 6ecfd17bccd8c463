"""Columns that tell nothing which the columns before them do not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from industria.errors import CollinearTermError, ConstantColumnError
from industria.productivity._panel import Array

__all__ = ["refuse_collinear"]

# A column is a combination of others where this little of it is left.
REPEATED: Final = 1e-9


def refuse_collinear(table: str, X: Array, names: Sequence[str], where: str) -> None:
    """Refuse a column that does not vary, or is a combination of those before it; the first is a constant.

    Raises
    ------
    ConstantColumnError, CollinearTermError
        With its name.
    """
    for j in range(1, X.shape[1]):
        if np.ptp(X[:, j]) == 0:
            raise ConstantColumnError(table, names[j], float(X[0, j]), len(X))
        centered = X[:, j] - X[:, j].mean()
        left = centered - X[:, :j] @ np.linalg.lstsq(X[:, :j], centered, rcond=None)[0]
        if np.linalg.norm(left) < REPEATED * np.linalg.norm(centered):
            raise CollinearTermError(table, names[j], list(names[:j]), where)

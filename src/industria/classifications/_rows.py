"""Tables of results, from numbered rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.classifications._links import Links, Truth
from industria.core.encoding import Array, Ids
from industria.core.table import Table, as_table


def table_of(columns: dict[str, Any]) -> Table:
    """Make a table of arrays; NaN becomes null."""
    return as_table(pa.table(columns), "result")


def codes_of(codes: Sequence[str], ids: Ids) -> pa.Array:
    """Write codes by their numbers; -1 is none."""
    return pa.array(codes, pa.string()).take(pa.array(ids, mask=ids < 0))


def ratio(part: npt.ArrayLike, whole: npt.ArrayLike) -> Array:
    """Divide; NaN where there is nothing to divide by."""
    above, below = np.asarray(part, np.float64), np.asarray(whole, np.float64)
    share: Array = np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)
    return share


def link_table(links: Links, basis: Sequence[str], which: Ids | Truth) -> Table:
    """Write links as a correspondence; `which` tells the basis of each."""
    return table_of(
        {
            **{name: links.rows[name] for name in links.by},
            "origin_code": codes_of(links.origins, links.i),
            "destination_code": codes_of(links.ends, links.d),
            "weight": links.weight,
            "partial": links.partial,
            "basis": pa.array(basis, pa.string()).take(pa.array(np.asarray(which, np.int64))),
        }
    )

"""A correspondence turned round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from industria.classifications._links import LINK, matrix, read_links, spread_over
from industria.classifications._rows import link_table
from industria.classifications._values import values_by_code
from industria.classifications._weights import margin
from industria.core.bridge import reversed_basis
from industria.core.codes import check_names, rows_of, sides
from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, TableLike, as_table, columns_of
from industria.kernels import bridges

__all__ = ["Reversal", "reversal"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Reversal(Result):
    """A correspondence from the former destination to the former origin.

    Attributes
    ----------
    table : Table
        One row a group and link.
    unmapped : float
        Mass at codes that the correspondence does not take.
    equal_share : float
        Part of the links that are equal, because nothing of the mass reaches their code.
    """

    unmapped: float
    equal_share: float


@measure(
    gives={
        "origin_code": "code that is left: the destination before [code]",
        "destination_code": "code that is reached: the origin before [code]",
        "weight": "part of the mass at the code that came from there [fraction]",
        "partial": "whether the publisher marks the link as covering a part of the code [1]",
        "basis": "the two classifications and what was turned round [name]",
    },
    cites="Pearl (1988), Probabilistic Reasoning in Intelligent Systems, Morgan Kaufmann, ch. 2",
    design="descriptive",
)
def reversal(
    correspondence: TableLike,
    mass: TableLike,
    *,
    code: Column,
    value: Column,
    by: Sequence[Column] = (),
) -> Reversal:
    """Turn a correspondence round, by where a mass came from.

    By Bayes, B'[d, i] = m[i] B[i, d] / sum over i of m[i] B[i, d]: carried over the
    correspondence and back over this, the same mass returns exactly.

    Parameters
    ----------
    correspondence : Table
        As `correspondence` or `composition` gives it.
    mass : Table
        Mass of the origin codes: the code, the value and the columns of `by`.
    code, value : column
        The columns of `mass`.
    by : sequence of columns
        Groups, each with its own mass.

    Returns
    -------
    Reversal
        One row a group and link; without mass, none. Weights are never null.

    Raises
    ------
    MissingColumnError
        If a table lacks a column.
    ColumnTypeError
        If masses or weights are no numbers, or a group is of two types.
    CodeError
        If codes are numbers, padded, mangled, notes, in two cases, or have lost zeros.
    MissingValueError
        If a code, a mass or a weight is missing.
    NegativeValueError, InfiniteValueError
        If a mass is below zero or infinite.
    DuplicateRowError, NegativeWeightError, WeightSumError
        If a link stands twice, or weights are below zero or do not sum to 1.
    ReservedNameError, RepeatedColumnError
        If a column of `by` bears a name of the result or another role.
    ParameterRangeError
        If `by` is no list of columns.
    """
    by = columns_of(by, "by")
    correspondence = as_table(correspondence, "correspondence", "origin_code", "destination_code", "weight")
    row_of = rows_of(mass, code)
    mass = as_table(mass, "mass", *by, code, value)
    check_names("mass", by, LINK)

    cells = values_by_code(mass, "mass", by=by, code=code, value=value, row_of=row_of)
    links = read_links(correspondence, "correspondence", by)
    spread, every, own = spread_over(links, by, cells.rows)
    m = margin(cells, links.origins, own, every.size)
    goes = np.flatnonzero(spread.d >= 0)
    n, k = max(len(links.origins), 1), max(len(links.ends), 1)
    # A place of its own for every origin of a group: blocks of one matrix.
    number = np.arange(1, len(goes) + 1, dtype=np.float64)
    rows, columns = spread.group[goes] * n + spread.i[goes], spread.group[goes] * k + spread.d[goes]
    B, named, _ = matrix(rows, columns, spread.weight[goes], every.size * k)
    back, empty = bridges.reversal(B, m[named])
    laid, _, _ = matrix(rows, columns, number, every.size * k)
    came = goes[laid.T.tocsr().data.astype(np.int64) - 1]
    turned = replace(
        spread,
        rows=spread.rows.take(came) if spread.by else spread.rows,
        origins=links.ends,
        ends=links.origins,
        group=spread.group[came],
        i=spread.d[came],
        d=spread.i[came],
        weight=back.data,
        partial=spread.partial[came],
    )
    equal = np.repeat(empty, np.diff(back.indptr))
    origin, destination = sides(links.basis)
    basis = reversed_basis(destination, origin, links.basis)
    return Reversal(
        table=link_table(turned, [basis, f"{destination} -> {origin}: equal, no mass arrives"], equal),
        unmapped=max(0.0, float(cells.mass.sum() - m[np.unique(rows)].sum())) if len(goes) else float(cells.mass.sum()),
        equal_share=float(equal.mean()) if len(equal) else 0.0,
    )

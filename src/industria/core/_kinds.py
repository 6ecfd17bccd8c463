"""The types that signatures name, and the six kinds of column."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import narwhals.stable.v2 as nw
import numpy.typing as npt
from narwhals.stable.v2.typing import IntoFrame

from industria.errors import ColumnTypeError

__all__ = ["READABLE", "Array", "Column", "Table", "TableLike", "plain"]

Table: TypeAlias = nw.LazyFrame[Any]
TableLike: TypeAlias = Table | nw.DataFrame[Any] | IntoFrame
Column = Annotated[str, "column"]
Array: TypeAlias = npt.NDArray[Any]

KINDS = (nw.Int64, nw.Float64, nw.String, nw.Boolean, nw.Date, nw.Datetime)
READABLE = "numbers, text, truth values or dates"


def plain(table: str, column: str, kind: nw.dtypes.DType) -> nw.Expr | None:
    """Bring a column to one of the six kinds, or tell that it is there already."""
    cell = nw.col(column)
    if kind == nw.Float64:
        return nw.when(~cell.is_nan()).then(cell).alias(column)
    if kind in KINDS or isinstance(kind, nw.Datetime):
        return None
    if kind == nw.Float32 or kind.is_decimal():
        wide = cell.cast(nw.Float64)
        return (wide if kind.is_decimal() else nw.when(~wide.is_nan()).then(wide)).alias(column)
    if kind.is_integer():
        return cell.cast(nw.Int64)
    if kind in (nw.Categorical, nw.Enum) or isinstance(kind, nw.Enum):
        return cell.cast(nw.String)
    if kind == nw.Unknown:
        return cell.cast(nw.String)
    raise ColumnTypeError(table, column, READABLE, str(kind).lower())

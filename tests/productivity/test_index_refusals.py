"""What index numbers refuse, and the rows they leave out."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from industria.errors import (
    ChoiceError,
    DuplicateRowError,
    ExcludedParameterError,
    NegativeValueError,
    NoRowsLeftError,
    OutsideRangeError,
    ParameterRangeError,
    RepeatedColumnError,
    ReservedNameError,
)
from tests.productivity.test_index_number import PRICES, indexed


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"formula": "fischer"}, ChoiceError, "Did you mean 'fisher'"),
        ({"kind": "value"}, ChoiceError, "kind='value'"),
        ({"chain": "none"}, ChoiceError, "chain='none'"),
        ({"missing": "ignore"}, ChoiceError, "missing='ignore'"),
        ({"quantity": None}, ParameterRangeError, "formula='fisher' weighs by quantities"),
        ({"quantity": None, "formula": "jevons", "kind": "quantity"}, ParameterRangeError, "kind='quantity' reads"),
        ({"formula": "lloyd_moulton"}, ParameterRangeError, "sigma=None"),
        ({"sigma": 5.0}, ExcludedParameterError, "sigma has no place in formula='fisher'; lloyd_moulton reads it"),
        ({"weight_period": 1}, ExcludedParameterError, "weight_period has no place in formula='fisher'; lowe and"),
        ({"missing": "carry_forward", "kind": "quantity"}, ParameterRangeError, "prices are carried"),
        ({"base": 9}, ChoiceError, "base=9; it takes 1, 2, 3"),
        ({"formula": "lowe", "weight_period": 9}, ChoiceError, "weight_period=9"),
        ({"quantity": "price"}, RepeatedColumnError, "price"),
    ],
)
def test_wrong_parameters_are_refused(changes: dict[str, Any], error: Any, says: str) -> None:
    with pytest.raises(error, match=says):
        indexed(**changes)


@pytest.mark.parametrize(
    ("column", "value", "error", "says"),
    [
        ("price", 0.0, OutsideRangeError, r"prices\.price is 0 where shop = 'a', good = 'rye', month = 2"),
        ("kilograms", -1.0, NegativeValueError, r"prices\.kilograms"),
        ("month", 1, DuplicateRowError, "shop = 'a', good = 'rye', month = 1"),
    ],
)
def test_wrong_cells_are_named(column: str, value: float, error: Any, says: str) -> None:
    wrong = PRICES.to_pandas()
    wrong.loc[0, column] = value
    with pytest.raises(error, match=says):
        indexed(wrong)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ReservedNameError, match="link"):
        indexed(PRICES.rename_columns(["link", *PRICES.column_names[1:]]), by=["link"])
    nothing = PRICES.set_column(4, "kilograms", pa.array([0.0] * 9))
    with pytest.raises(NoRowsLeftError, match="without quantity"):
        indexed(nothing, kind="quantity")


def test_rows_without_a_price_are_left_out_and_counted() -> None:
    gap = PRICES.set_column(3, "price", pa.array([None, 9.0, 2.0, 10.0, 2.1, 2.0, 11.0, 2.5, 11.0]))
    dropped = indexed(gap).dropped.collect("pandas").to_native()
    assert dropped.to_numpy().tolist() == [["price", "missing", 1]]

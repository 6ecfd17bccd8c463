"""Numbers of units that stand beside tables without being cells of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.productivity import concentration
from industria.release import Policy, release
from industria.tables import frequency_table, moments

RULES = Policy(threshold=3, p=0.1)
NUMBER = {"n", "n_units"}


@pytest.fixture(scope="module")
def plants() -> pd.DataFrame:
    """One plant in the north of A alone: whoever subtracts 17 from 18 has it."""
    sizes = {("A", "n"): 1, ("A", "s"): 17, ("B", "n"): 16, ("B", "s"): 14, ("C", "n"): 19, ("C", "s"): 18}
    rows = pd.DataFrame([key for key, n in sizes.items() for _ in range(n)], columns=["kind", "side"])
    sales = np.random.default_rng(1).normal(100, 10, len(rows)).round(2)
    return rows.assign(plant=[f"p{i}" for i in range(len(rows))], sales=sales)


def counted(rows: pd.DataFrame, by: list[str]) -> Any:
    return frequency_table(rows, by=by, unit="plant")


def averaged(rows: pd.DataFrame, by: list[str]) -> Any:
    return moments(rows, columns=["sales"], by=by, unit="plant")


def concentrated(rows: pd.DataFrame, by: list[str]) -> Any:
    return concentration(rows, value="sales", by=by, unit="plant", largest=(4,))


@pytest.mark.parametrize("beside", [averaged, concentrated])
@pytest.mark.parametrize("first", [counted, averaged, concentrated])
def test_no_number_of_units_leaves_beside_one_that_is_withheld(
    plants: pd.DataFrame, first: Callable[..., Any], beside: Callable[..., Any]
) -> None:
    steps = {"fine": first(plants, ["kind", "side"]), "coarse": beside(plants, ["kind"])}

    found = release(steps, RULES)

    fine, coarse = (found.table(step).to_pandas() for step in steps)
    assert coarse[next(iter(NUMBER & set(coarse)))].isna().all()
    number = next(iter({"count", *NUMBER} & set(fine)))
    assert fine.loc[(fine["kind"] == "A") & (fine["side"] == "n"), number].isna().all()


@pytest.mark.parametrize("beside", [averaged, concentrated])
def test_it_leaves_where_none_is_withheld(plants: pd.DataFrame, beside: Callable[..., Any]) -> None:
    many = plants[(plants["kind"] != "A") | (plants["side"] != "n")]

    found = release({"fine": counted(many, ["kind", "side"]), "coarse": beside(many, ["kind"])}, RULES)

    told = found.table("coarse").to_pandas()
    assert told[next(iter(NUMBER & set(told)))].tolist() == [17, 30, 37]


def test_true_numbers_do_not_stand_beside_rounded_ones(plants: pd.DataFrame) -> None:
    rounded = Policy(threshold=3, p=0.1, method="round", rounding_base=5, rounding_of=("count",))

    found = release({"fine": counted(plants, ["kind", "side"]), "coarse": averaged(plants, ["kind"])}, rounded)

    assert found.table("coarse").to_pandas()["n"].isna().all()

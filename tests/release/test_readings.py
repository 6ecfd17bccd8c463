"""Sums with weights beside sums without: two equations in each pair of withheld cells."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest

from industria.errors import ReleaseRefusedError
from industria.release import Policy, release
from industria.tables import frequency_table, magnitude_table, summary

RULES: dict[str, Any] = {"threshold": 3, "p": 0.1, "dominance": ((1, 0.8), (2, 0.9))}
WAYS: tuple[Literal["sample", "known"], ...] = ("sample", "known")


def firms() -> pd.DataFrame:
    """Eight firms of A, all of which were asked; of B and C one in three were."""
    rng = np.random.default_rng(1)
    rows = pd.DataFrame({"firm": [f"f{i}" for i in range(60)], "region": ["A"] * 8 + ["B"] * 20 + ["C"] * 32})
    rows["sales"] = rng.normal(100, 10, 60).round(2)
    rows.loc[0, "sales"] = 5000.0
    return rows.assign(w=np.where(rows["region"] == "A", 1.0, 3.0))


def sums(rows: pd.DataFrame, weight: str | None = None, variable: str = "sales") -> Any:
    return magnitude_table(rows, variable=variable, by=["region"], unit="firm", weight=weight)


def numbers(rows: pd.DataFrame, weight: str | None = None) -> Any:
    return frequency_table(rows, by=["region"], unit="firm", weight=weight)


@pytest.mark.parametrize("weights", WAYS)
def test_an_amount_with_weights_and_without_does_not_leave_twice(weights: Literal["sample", "known"]) -> None:
    """A and B solve two equations: the totals, and one in which B counts three times."""
    rows = firms()
    of = rows.groupby("region")["sales"].sum()
    plain = of["A"] + of["B"], of["A"] + 3 * of["B"]
    assert np.linalg.solve([[1, 1], [1, 3]], plain) == pytest.approx([of["A"], of["B"]])

    with pytest.raises(ReleaseRefusedError, match="they tell 'sales' with weights and without"):
        release({"t": sums(rows, "w"), "u": sums(rows)}, Policy(**RULES, weights=weights))


def test_another_name_or_a_firm_less_is_the_same_amount() -> None:
    rows = firms()
    other = rows[1:].rename(columns={"sales": "turnover"})

    with pytest.raises(ReleaseRefusedError, match="with weights and without"):
        release({"t": sums(rows, "w"), "u": sums(other, variable="turnover")}, Policy(**RULES))


def test_weighted_averages_beside_plain_sums_are_two_readings() -> None:
    rows = firms()
    of = summary(rows, columns=["sales"], by=["region"], weights="w", unit="firm", extremes=False)

    with pytest.raises(ReleaseRefusedError, match="with weights and without"):
        release({"t": of, "u": sums(rows)}, Policy(**RULES))


def test_the_second_reading_is_refused_in_a_later_release() -> None:
    rows = firms()
    first = release({"u": sums(rows)}, Policy(**RULES))

    with pytest.raises(ReleaseRefusedError, match="with weights and without"):
        release({"t": sums(rows, "w")}, Policy(**RULES), earlier=[first])


def test_numbers_that_tell_secret_weights_do_not_leave_beside_weighted_sums() -> None:
    rows = firms()
    told = {"t": sums(rows, "w"), "n": numbers(rows, "w"), "m": numbers(rows)}

    with pytest.raises(ReleaseRefusedError, match="they tell 'count' with weights and without"):
        release(told, Policy(**RULES, weights="sample"))
    assert release(told, Policy(**RULES, weights="known")).n_cells > 0


def test_one_reading_leaves_and_weights_that_are_all_one_are_none() -> None:
    rows = firms()

    assert release({"t": sums(rows, "w"), "n": numbers(rows, "w")}, Policy(**RULES)).n_cells > 0
    assert release({"t": sums(rows.assign(w=1.0), "w"), "u": sums(rows)}, Policy(**RULES)).n_cells > 0

from __future__ import annotations

import numpy as np
import pytest

from industria.kernels.groups import Array
from industria.kernels.leverage import distinct_rows, largest_leverage, smallest_group


def basis(X: Array) -> Array:
    return np.linalg.qr(X)[0]


def test_a_group_that_alone_has_a_regressor_has_a_leverage_of_one() -> None:
    rng = np.random.default_rng(0)
    g = np.repeat(np.arange(10), 3)
    X = np.column_stack([rng.normal(size=30), (g == 4) * rng.normal(size=30)])

    assert largest_leverage(basis(X), g) == pytest.approx(1)
    assert largest_leverage(basis(X[:, :1]), g) < 0.9
    assert largest_leverage(X[:, :0], g) == 0


def test_leverage_is_the_largest_of_all_groups_whatever_their_order() -> None:
    """Against (X'X)⁻¹X_g'X_g of every group, one after the other."""
    rng = np.random.default_rng(1)
    g, X = rng.integers(8, size=60), rng.normal(size=(60, 3))
    bread = np.linalg.inv(X.T @ X)
    each = [np.linalg.eigvals(bread @ X[g == group].T @ X[g == group]).real.max() for group in range(8)]

    assert largest_leverage(basis(X), g) == pytest.approx(max(each))
    assert largest_leverage(basis(X[::-1]), g[::-1]) == pytest.approx(max(each))


def test_of_very_many_groups_the_leverage_is_not_understated() -> None:
    rng = np.random.default_rng(2)
    g, X = np.repeat(np.arange(3_000), 2), rng.normal(size=(6_000, 2))
    each = (np.linalg.qr(X)[0] ** 2).reshape(3_000, 2, 2).sum(axis=(1, 2))

    assert each.max() / 2 <= largest_leverage(basis(X), g) <= each.max() + 1e-12


def test_distinct_rows_are_counted_over_all_columns() -> None:
    assert distinct_rows(np.array([1.0, 1, 2, 2]), np.array([0, 0, 0, 1])) == 3
    assert distinct_rows(np.array([1.0, 1, 1])) == 1
    assert distinct_rows(np.array([])) == 0


@pytest.mark.parametrize(
    ("x", "least"),
    [
        ([0.0, 0, 0, 0, 1, 1], 1),  # one unit with it, two without
        ([7.0, 7, 7, 7, 3, 3], 1),  # two values, none of them 0
        ([0.0, 0, 0, 5.5, 2.5, 4], 2),  # an interaction: two units have it, two do not
        ([1.0, 2, 3, 4, 5, 6], 3),  # an amount splits nobody
        ([1.0, 1, 1, 1, 1, 1], 3),
    ],
)
def test_the_smaller_side_of_a_regressor_is_counted_in_units(x: list[float], least: int) -> None:
    unit = np.array([0, 0, 1, 1, 2, 2])

    assert smallest_group(np.array(x)[:, None], unit) == least
    assert smallest_group(np.empty((6, 0)), unit) == 3

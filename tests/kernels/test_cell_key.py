from __future__ import annotations

import numpy as np
import pytest

from industria.kernels.cell_key import cell_keys, noise, noise_table, record_keys


@pytest.mark.parametrize(("variance", "deviation"), [(2.0, 5), (1.0, 2), (0.25, 3), (4.0, 10), (9.0, 5)])
def test_noise_is_none_on_average_and_has_its_variance(variance: float, deviation: int) -> None:
    """For each count: chances add to 1, mean 0, the variance asked for where counts leave room for it."""
    table, v = noise_table(variance, deviation), np.arange(-deviation, deviation + 1)

    for count, chances in enumerate(table):
        assert chances.sum() == pytest.approx(1)
        assert chances @ v == pytest.approx(0, abs=1e-9)
        # The most that a mean of zero between -count and D allows is their product.
        assert chances @ v**2 == pytest.approx(min(variance, count * deviation), rel=1e-6)
        assert (chances[v < -count] == 0).all(), "no count falls below zero"


def test_zeros_stay_and_noise_stays_within_its_bound() -> None:
    table = noise_table(2.0, 4)
    keys = (np.arange(1000) + 0.5) / 1000
    for count in (0, 1, 3, 4, 900):
        found = noise(np.full(1000, float(count)), keys, table)

        assert (found == np.round(found)).all()
        assert np.abs(found).max() <= (4 if count else 0)
        assert (count + found >= 0).all()


def test_evenly_spread_keys_draw_the_table() -> None:
    table = noise_table(2.0, 5)
    keys = (np.arange(100_000) + 0.5) / 100_000
    found = noise(np.full(len(keys), 50.0), keys, table)

    assert found.mean() == pytest.approx(0, abs=1e-3)  # each chance is off by at most a key, 1e-5
    assert found.var() == pytest.approx(2.0, abs=1e-3)


def test_the_same_units_make_the_same_noise_everywhere() -> None:
    """In any order, any table, and whatever else stands beside; others make another key."""
    keys = record_keys(["a", "b", "c", "d"], b"secret")

    one = cell_keys(np.array([0, 0, 1, 1]), keys, 2)
    other = cell_keys(np.array([3, 1, 3, 1]), keys[[1, 3, 0, 2]], 4)

    assert one[0] == other[3]
    assert one[1] == other[1]
    assert one[0] != one[1]
    assert cell_keys(np.zeros(0, np.int64), keys[:0], 1)[0] == 0


def test_keys_hang_on_the_secret_and_spread() -> None:
    units = [f"firm {i}" for i in range(5_000)]
    keys = cell_keys(np.arange(5_000), record_keys(units, b"secret"), 5_000)

    assert (record_keys(units[:3], b"secret") != record_keys(units[:3], b"another")).all()
    assert ((keys >= 0) & (keys < 1)).all()
    # A mean of 5,000 even draws has a standard deviation of .004.
    assert keys.mean() == pytest.approx(0.5, abs=0.02)


def test_keys_near_the_top_take_the_last_noise() -> None:
    table = noise_table(2.0, 3)
    assert noise(np.array([9.0]), np.array([1 - 2.0**-53]), table)[0] == 3

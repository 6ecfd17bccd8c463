"""Bands for missing ties: what holds for every measure of a network that has one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.ecosystems import (
    actor_network,
    brokerage_roles,
    core_periphery,
    network_robustness,
    structural_holes,
)
from industria.errors import ParameterRangeError, UsageError
from tests.ecosystems.networks import KARATE, KARATE_CLUBS, drawn, ties

ROLES = ("coordinator", "itinerant", "gatekeeper", "representative", "liaison", "total")

# A measure of ties, and the columns that it bands: value, lower end, upper end.
Banded = tuple[Callable[..., Any], list[tuple[str, str, str]]]


def _ends(*columns: str) -> list[tuple[str, str, str]]:
    return [(column, f"{column}_low", f"{column}_high") for column in columns]


MEASURES: dict[str, Banded] = {
    "actor_network": (actor_network, _ends("degree")),
    "structural_holes": (structural_holes, _ends("effective_size", "constraint")),
    "brokerage_roles": (partial(brokerage_roles, groups=KARATE_CLUBS), _ends(*ROLES)),
    "core_periphery": (partial(core_periphery, permutations=0, restarts=2), _ends("coreness")),
    "network_robustness": (network_robustness, [("giant_share", "low", "high")]),
}


@pytest.fixture(params=MEASURES)
def banded(request: pytest.FixtureRequest) -> Banded:
    return MEASURES[request.param]


def rows(result: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = result.to_arrow().to_pylist()
    return found


def test_a_band_is_null_where_no_draw_leaves_an_actor_a_tie() -> None:
    """One of no width would say that nothing could change."""
    found = rows(structural_holes(ties([("a", "b"), ("c", "d")]), missing_rate=0.999, draws=3, rng=1))

    assert {row["constraint"] for row in found} == {1.0}
    assert {row["constraint_low"] for row in found} == {row["constraint_high"] for row in found} == {None}


def test_where_no_tie_is_missing_a_band_has_no_width(banded: Banded) -> None:
    measure, columns = banded

    for row in rows(measure(KARATE, missing_rate=0.0, draws=3)):
        for value, low, high in columns:
            assert row[low] == row[high] == pytest.approx(row[value], abs=1e-12), value


@pytest.mark.parametrize("rate", [0.1, 0.6])
def test_a_band_holds_what_is_seen(banded: Banded, rate: float) -> None:
    measure, columns = banded

    wide = 0
    for row in rows(measure(KARATE, missing_rate=rate, draws=20, rng=3)):
        for value, low, high in columns:
            assert row[low] <= row[value] <= row[high], value
            wide += row[low] < row[high]
    assert wide > 0


def test_without_a_rate_nothing_is_drawn(banded: Banded) -> None:
    measure, columns = banded
    told = measure(KARATE).to_arrow()

    for _, low, high in columns:
        if low in told.column_names:  # random orders have a band, too
            assert told[low].null_count == told[high].null_count == told.num_rows
        assert low in measure(KARATE, missing_rate=0.1, draws=2).to_arrow().column_names


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"missing_rate": 1.0}, r"missing_rate=1.0; it takes a share of the ties in \[0, 1\)"),
        ({"missing_rate": -0.1}, r"missing_rate=-0.1; it takes a share"),
        ({"missing_rate": float("nan")}, r"missing_rate=nan; it takes a share"),
        ({"missing_rate": "a tenth"}, "missing_rate='a tenth'; it takes a share"),
        ({"missing_rate": 0.1, "draws": 1.5}, r"draws=1.5; it takes whole numbers of 1 or more"),
        ({"missing_rate": 0.1, "draws": 0}, r"draws=0; it takes whole numbers of 1 or more"),
        ({"missing_rate": 0.1, "rng": -1}, "rng is -1"),
    ],
)
def test_what_cannot_be_drawn_is_told(banded: Banded, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises((ParameterRangeError, UsageError), match=said):
        banded[0](KARATE, **wrong)


def test_ties_of_a_hub_are_left_out_as_coins_fall() -> None:
    """Of 400 ties nine draws of ten keep 320 - 1.645 x 8 or more at a rate of 0.2."""
    star = ties(("hub", f"leaf {k}") for k in range(400))

    hub = next(row for row in rows(actor_network(star, missing_rate=0.2, draws=800, rng=4)) if row["actor"] == "hub")

    # The 5 % quantile of 800 draws has a standard error of 8 x sqrt(.05 x .95 / 800) / .103 = 0.6.
    assert hub["degree_low"] == pytest.approx(320 - 1.645 * 8, abs=2.5)
    assert hub["degree_high"] == hub["degree"] == 400


@settings(max_examples=20)
@given(seed=st.integers(0, 1000), rate=st.floats(0, 0.9), more=st.floats(0, 0.09))
def test_the_more_is_missing_the_lower_a_degree_may_be(seed: int, rate: float, more: float) -> None:
    table = ties(drawn(9, 20, seed))

    one, other = (
        [row["degree_low"] for row in rows(actor_network(table, missing_rate=share, draws=15, rng=seed))]
        for share in (rate, rate + more)
    )

    assert all(lower <= low for low, lower in zip(one, other, strict=True))


def test_who_has_no_tie_has_no_band() -> None:
    apart = pa.concat_tables([KARATE, ties([("alone", "alone")])])
    clubs = pa.concat_tables([KARATE_CLUBS, pa.table({"actor": ["alone"], "group": ["1"]})])

    for found in (
        structural_holes(apart, missing_rate=0.3, draws=5),
        brokerage_roles(apart, clubs, missing_rate=0.3, draws=5),
        core_periphery(apart, missing_rate=0.3, draws=5, permutations=0, restarts=1),
    ):
        (row,) = (row for row in rows(found) if row["actor"] == "alone")
        assert {value for name, value in row.items() if name.endswith(("_low", "_high", "_share"))} == {None}


def test_a_draw_in_which_an_actor_lost_all_ties_does_not_count() -> None:
    """An actor with one contact has a constraint of 1 in every draw in which it has it."""
    pair = ties([("a", "b"), ("b", "c")])

    row = rows(structural_holes(pair, missing_rate=0.7, draws=50, rng=2))[0]

    assert (row["constraint_low"], row["constraint"], row["constraint_high"]) == (1.0, 1.0, 1.0)


def test_how_often_an_actor_is_in_the_core() -> None:
    all_told, some_missing = (
        {row["actor"]: row for row in rows(core_periphery(KARATE, permutations=0, missing_rate=rate, draws=25, rng=1))}
        for rate in (0.0, 0.3)
    )

    assert all(row["core_share"] == row["core"] for row in all_told.values())
    shares = [row["core_share"] for row in some_missing.values()]
    assert min(shares) >= 0
    assert max(shares) <= 1
    assert some_missing["33"]["core_share"] > some_missing["11"]["core_share"]


def test_robustness_has_the_band_of_its_curve() -> None:
    seen = network_robustness(KARATE)
    found = network_robustness(KARATE, missing_rate=0.2, draws=60, rng=1)

    assert found.robustness == seen.robustness
    assert seen.robustness_low is seen.robustness_high is None
    assert found.robustness_low is not None
    assert found.robustness_high is not None
    assert found.robustness_low < found.robustness <= found.robustness_high <= 0.5
    drawn_shares = network_robustness(KARATE, order="random", draws=60, rng=1)
    assert drawn_shares.robustness_low is not None
    assert drawn_shares.robustness_low < drawn_shares.robustness


def test_a_band_is_the_same_for_any_order_of_rows_and_direction_told() -> None:
    turned = pa.table({"from_actor": KARATE["to_actor"], "to_actor": KARATE["from_actor"]})
    mixed = turned.take(np.random.default_rng(1).permutation(turned.num_rows))

    one, other = (rows(structural_holes(t, missing_rate=0.2, draws=10, rng=1)) for t in (KARATE, mixed))

    assert one == other

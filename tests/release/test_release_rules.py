"""Each rule of concentration changes what a release publishes, as its definition says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from industria.errors import ReleaseRefusedError
from industria.release import Policy
from industria.release.release import Release, release
from tests.release.cells import firms, magnitudes
from tests.release.test_release import primary, withheld

# Beside cell a stand two of twenty firms each; c, the smaller, is what hides a where a is withheld.
BESIDE = {"b": [9000.0] * 20, "c": [8000.0] * 20}
SMALL = {"b": [40.0] * 20, "c": [30.0] * 20}
LARGEST, NEXT = {"a-0": 1.0}, {"a-1": 1.0}


def released(cell: Sequence[float], policy: Policy, beside: dict[str, list[float]] = SMALL, **flags: Any) -> Release:
    """Release a table of three cells; flags name a column of the records, and what it holds for which firm."""
    records = firms({"a": cell, **beside}, ["code"])
    for name, of in flags.items():
        records[name] = records["firm"].map(of).fillna(1.0 if name == "weight" else 0.0)
    named: dict[str, Any] = {name: name for name in flags}
    return release({"t": magnitudes(records, ["code"], **named)}, policy)


def level(found: Release) -> float:
    rows = found.site_table("t").to_pylist()
    return float(next(row["required_high"] for row in rows if row["code"] == "a"))


def pattern(found: Release) -> tuple[set[str], set[str]]:
    return primary(found), withheld(found)


HIDDEN = ({"a"}, {"a", "c"})
SHOWN: tuple[set[str], set[str]] = (set(), set())

# release-and-network.md 13 g, after the Handbook on Statistical Disclosure Control, 2nd ed., ch. 4.
TWO_LARGE = [50_000.0, 49_000.0, 400.0, 300.0, 300.0]
DOMINATED = [52_000.0, 50_000.0, 4_000.0, 4_000.0]


def test_p_hides_what_dominance_of_one_shows() -> None:
    """X = 100,000 with 50,000 and 49,000: the second comes within 2 % of the first."""
    assert pattern(released(TWO_LARGE, Policy(dominance=((1, 0.90),)), BESIDE)) == SHOWN
    found = released(TWO_LARGE, Policy(p=0.05), BESIDE)
    assert pattern(found) == HIDDEN
    assert level(found) == pytest.approx(100_000 + 0.05 * 50_000 - 1_000)


def test_dominance_of_two_hides_what_p_shows() -> None:
    """X = 110,000 with 52,000 and 50,000: 15.4 % are left, yet two have more than .909."""
    assert pattern(released(DOMINATED, Policy(p=0.10), BESIDE)) == SHOWN
    assert pattern(released(DOMINATED, Policy(dominance=((2, 0.909),)), BESIDE)) == HIDDEN


def test_dominance_asks_for_a_level() -> None:
    """330 = 300 + 20 + 10 under (1, .85): 352.94."""
    found = released([300, 20, 10], Policy(dominance=((1, 0.85),)))

    assert pattern(found) == HIDDEN
    assert level(found) == pytest.approx(300 / 0.85)


# 87 = 50 + 30 + 4 + 3: 7 hide the largest from the second, 3 from the second and the third.
CELL = [50.0, 30.0, 4.0, 3.0]


def test_what_others_know_before_makes_p_stricter() -> None:
    """One tenth asks for 5; known to within one half before, for 10; to within .90, for 5.56."""
    assert pattern(released(CELL, Policy(p=0.10))) == SHOWN
    assert pattern(released(CELL, Policy(pq=(0.10, 0.90)))) == SHOWN
    found = released(CELL, Policy(pq=(0.10, 0.50)))
    assert pattern(found) == HIDDEN
    assert level(found) == pytest.approx(87 + 10 - 7)


def test_a_coalition_of_two_takes_another_contributor_away() -> None:
    found = released(CELL, Policy(p=0.10, coalition=2))

    assert pattern(found) == HIDDEN
    assert level(found) == pytest.approx(87 + 5 - 3)


def test_a_request_of_the_largest_hides_its_cell_and_one_of_another_does_not() -> None:
    half, more = Policy(request_share=0.5), Policy(request_share=0.7)

    found = released([60, 20, 20], half, request=LARGEST)
    assert pattern(found) == HIDDEN
    assert level(found) == pytest.approx(60 / 0.5)
    assert pattern(released([60, 20, 20], half, request=NEXT)) == SHOWN
    assert pattern(released([60, 20, 20], more, request=LARGEST)) == SHOWN


def test_a_waiver_of_the_largest_shows_its_cell() -> None:
    """90 + 5 + 5: without protection for the first, a second of 5 is hidden by 5, and not by 90."""
    policy = Policy(p=0.15)

    assert pattern(released([90, 5, 5], policy)) == HIDDEN
    assert pattern(released([90, 5, 5], policy, waiver=LARGEST)) == SHOWN
    assert pattern(released([90, 5, 5], policy, waiver=NEXT)) == HIDDEN


# A sample: 100 with weight 2 and 1 with weight 3, so that the total is 203.
@pytest.mark.parametrize(("weights", "told"), [("expanded", HIDDEN), ("sample", SHOWN), ("known", HIDDEN)])
def test_sampling_weights_hide_or_do_not(weights: Any, told: tuple[set[str], set[str]]) -> None:
    policy = Policy(threshold=1, p=0.10, weights=weights)

    assert pattern(released([100, 1], policy, weight={"a-0": 2.0, "a-1": 3.0})) == told


def test_expanded_weights_take_the_largest_copies() -> None:
    """470 = 4 of 100 and 7 of 10: the two largest are 100 and 100, which is .4255 of it."""
    weight = {"a-0": 4.0, "a-1": 7.0}
    below, above = (Policy(threshold=1, dominance=((2, k),), weights="expanded") for k in (0.42, 0.43))

    found = released([100, 10], below, weight=weight)
    assert pattern(found) == HIDDEN
    assert level(found) == pytest.approx(200 / 0.42)
    assert pattern(released([100, 10], above, weight=weight)) == SHOWN


def test_expanded_weights_of_holdings_are_refused() -> None:
    records = firms({"a": [100, 10, 5], **SMALL}, ["code"]).assign(weight=2.0, group="g")
    table = magnitudes(records, ["code"], weight="weight", holding="group")

    with pytest.raises(ReleaseRefusedError, match="to which holding a copy belongs"):
        release({"t": table}, Policy(p=0.1, weights="expanded"))


def test_a_threshold_of_holdings_hides_firms_of_one_owner() -> None:
    records = firms({"a": [10, 9, 8, 7], **SMALL}, ["code"])
    records["group"] = records["firm"].where(records["firm"].str[0] != "a", "one")
    table = magnitudes(records, ["code"], holding="group")
    of_units, of_holdings = (Policy(concentration="none", threshold_level=level) for level in ("unit", "holding"))

    assert pattern(release({"t": table}, of_units)) == SHOWN
    assert pattern(release({"t": table}, of_holdings)) == HIDDEN

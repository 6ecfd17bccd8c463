"""Rules on single cells, against numbers of the handbook."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from industria.release import Policy
from industria.release._behind import REST, Behind
from industria.release._primary import RULES, primary


def behind(
    *cells: list[float], owner: list[int] | None = None, weight: list[float] | None = None, **more: Any
) -> Behind:
    """Contributions to cells; each is a unit, and its own owner unless it is said."""
    x = np.concatenate([np.array(cell, float) for cell in cells])
    cell = np.repeat(np.arange(len(cells)), [len(of) for of in cells])
    unit = np.arange(len(x))
    return Behind(
        cell=cell,
        unit=unit,
        owner=unit if owner is None else np.array(owner),
        x=x,
        weighted=x * (1.0 if weight is None else np.array(weight)),
        waived=np.array(more.get("waived", np.zeros(len(x))), bool),
        requested=np.array(more.get("requested", np.zeros(len(x))), bool),
        number=np.zeros(len(x), np.int64),
    )


def broken(of: Behind, policy: Policy, n: int = 1, weighted: bool = False) -> list[set[str]]:
    rules = primary(of, n, policy, counts=False, weighted=weighted).rules
    return [{name for name, is_broken in zip(RULES, row, strict=True) if is_broken} for row in rules]


# Handbook on Statistical Disclosure Control, 2nd ed., ch. 4: the rules do not imply each other.
TWO_LARGE = [50_000.0, 49_000.0, 400.0, 300.0, 300.0]


def test_a_cell_of_two_is_safe_under_one_rule_and_not_under_another() -> None:
    assert broken(behind(TWO_LARGE), Policy(dominance=((1, 0.90),))) == [set()]
    assert broken(behind(TWO_LARGE), Policy(p=0.05)) == [{"p"}]


def test_two_may_dominate_what_p_lets_pass() -> None:
    of = behind([52_000.0, 50_000.0, 4_000.0, 4_000.0])

    assert broken(of, Policy(p=0.10)) == [set()]
    assert broken(of, Policy(dominance=((2, 0.909),))) == [{"dominance"}]


def test_how_far_an_outsider_must_stay() -> None:
    found = primary(behind([300.0, 20.0, 10.0]), 1, Policy(dominance=((1, 0.85),)), counts=False, weighted=False)

    assert 330 + found.up[0] == pytest.approx(352.941176)
    assert found.down[0] == found.up[0]


def test_a_side_only_or_a_width() -> None:
    of = behind([300.0, 20.0, 10.0])
    upper = primary(of, 1, Policy(p=0.2, protection="upper"), counts=False, weighted=False)
    sliding = primary(of, 1, Policy(p=0.2, protection="sliding"), counts=False, weighted=False)

    assert (upper.up[0], upper.down[0]) == (pytest.approx(50), 0)
    assert (sliding.up[0], sliding.down[0], sliding.width[0]) == (0, 0, pytest.approx(100))


# A sample: 100 with weight 2, 1 with weight 3, so that the total is 203.
@pytest.mark.parametrize(("weights", "rules"), [("expanded", {"p"}), ("sample", set()), ("known", {"p"})])
def test_sampling_weights(weights: Any, rules: set[str]) -> None:
    of = behind([100.0, 1.0], weight=[2, 3])

    assert broken(of, Policy(threshold=1, p=0.10, weights=weights), weighted=True) == [rules]


def test_units_of_a_holding_are_one() -> None:
    apart, together = behind([40.0, 35, 25]), behind([40.0, 35, 25], owner=[0, 0, 1])

    assert broken(apart, Policy(dominance=((1, 0.7),))) == [set()]
    assert broken(together, Policy(dominance=((1, 0.7),))) == [{"dominance"}]
    assert broken(together, Policy(dominance=((1, 0.8),), threshold_level="holding")) == [{"threshold"}]


def test_waived_protection_and_requests() -> None:
    waived = behind([90.0, 5, 5], waived=[1, 0, 0])
    asked = behind([60.0, 20, 20], requested=[1, 0, 0])

    assert broken(waived, Policy(p=0.15)) == [set()]
    assert broken(asked, Policy(request_share=0.5)) == [{"request"}]
    assert broken(behind([60.0, 20, 20], requested=[0, 1, 0]), Policy(request_share=0.5)) == [set()]


def test_negative_contributions_are_asked_half_as_much() -> None:
    of = behind([70.0, -15, -15])

    assert broken(of, Policy(p=0.3)) == [set()]
    assert broken(of, Policy(p=0.45)) == [{"p"}]
    assert broken(of, Policy(p=0.45, negatives="threshold")) == [set()]
    assert primary(of, 1, Policy(p=0.45), counts=False, weighted=False).negative.tolist() == [True]


def test_zeros() -> None:
    of = behind([0.0, 0.0])

    assert broken(of, Policy(p=0.1)) == [set()]
    assert broken(of, Policy(p=0.1, zeros="withhold")) == [{"zeros"}]


def test_a_coalition_knows_more() -> None:
    of = behind([50.0, 30, 15, 5])

    assert broken(of, Policy(p=0.3)) == [set()]
    assert broken(of, Policy(p=0.3, coalition=2)) == [{"p"}]


def test_counts_need_a_number_and_nothing_else() -> None:
    found = primary(behind([1.0, 1.0], [1.0] * 5), 2, Policy(threshold=3, p=0.1), counts=True, weighted=False)

    assert found.sensitive.tolist() == [True, False]
    assert (found.up[0], found.down[0], found.width[0]) == (1, 0, 2)


def test_a_rest_counts_in_the_total_and_is_nobodys() -> None:
    of = behind([60.0, 20.0, 20.0])
    rest = Behind(
        of.cell,
        np.array([0, 1, REST]),
        np.array([0, 1, REST]),
        of.x,
        of.weighted,
        of.waived,
        of.requested,
        np.array([0, 0, 40]),
    )

    owners = rest.owners(1, "unit")
    assert owners.number.tolist() == [40]
    assert owners.rest.tolist() == [20.0]
    assert broken(rest, Policy(p=0.3)) == [set()]
    assert broken(rest, Policy(p=0.4)) == [{"p"}]


def test_sums_of_cells_have_contributors_of_their_own() -> None:
    of = behind([3000.0, 500], [3000.0, 400], [12.0] * 9, owner=[0, 1, 0, 2, *range(3, 12)])

    sums = of.summed(np.array([0, 0]), np.array([0, 1]))
    owners = sums.owners(1, "unit")
    assert owners.x.tolist() == [6000.0, 500.0, 400.0]

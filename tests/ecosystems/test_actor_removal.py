from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from industria.core.table import collect
from industria.ecosystems import actor_removal, surge_plan
from industria.errors import ChoiceError, ParameterRangeError
from tests.ecosystems.mini import INPUTS, TABLES, changed

SUPPLIED = {
    **TABLES,
    "inputs": INPUTS.append_column(
        "actor", pa.array([{"meltblown": "mill", "fabric": "weaver"}[name] for name in INPUTS["input"].to_pylist()])
    ),
}
WORDS = {"broker_hours", "budget"}
EXAMPLE = (SUPPLIED, {"solver": "relaxed"})
PRINTED = 1e-6  # the golden values have six decimals


def rows(**parameters: Any) -> dict[str, dict[str, Any]]:
    return {row["actor"]: row for row in actor_removal(**SUPPLIED, **parameters).to_arrow().to_pylist()}


def test_meets_the_removals_of_the_mini_plan() -> None:
    """Half of the broker hours, all meltblown: the cases of the mini plan."""
    found = rows(actors=["state office", "mill"])

    assert found["state office"]["objective"] == pytest.approx(630.5, abs=PRINTED)
    assert found["mill"]["objective"] == pytest.approx(863, abs=PRINTED)
    assert found["mill"]["unmet_added"] == pytest.approx(863 - 547, abs=PRINTED)
    assert [found[name]["rank"] for name in ("mill", "state office")] == [1, 2]


def test_all_who_are_named_are_removed_in_their_roles() -> None:
    found = rows(solver="relaxed")

    assert {name: row["role"] for name, row in found.items()} == {
        **dict.fromkeys("ABCDE", "maker"),
        **dict.fromkeys(("mill", "weaver"), "supplier"),
        **dict.fromkeys(("chamber", "state office", "treasury"), "provider"),
    }


def test_a_removal_never_helps() -> None:
    assert all(row["unmet_added"] >= -PRINTED for row in rows().values())


def test_two_removals_cost_at_least_the_larger() -> None:
    options = TABLES["options"]
    without_a = {**SUPPLIED, "options": options.filter(pa.compute.not_equal(options["actor"], "A"))}
    single = rows(actors=["A", "D"])
    both = actor_removal(**without_a, actors=["D"]).to_arrow().to_pylist()[0]["objective"]

    assert both >= max(row["objective"] for row in single.values()) - PRINTED


def test_units_lost_are_those_that_the_plans_do_not_deliver() -> None:
    mill = INPUTS["input"].to_pylist()
    supply = [0.0 if name == "meltblown" else n for name, n in zip(mill, INPUTS["supply"].to_pylist(), strict=True)]
    without = surge_plan(**{**TABLES, "inputs": changed(INPUTS, "supply", supply)})
    lost = sum(surge_plan(**TABLES).to_arrow()["delivered"].to_pylist()) - sum(
        without.to_arrow()["delivered"].to_pylist()
    )
    found = rows(actors=["mill"])["mill"]

    assert found["units_lost"] == pytest.approx(lost)
    assert found["units_lost_per_week"] == pytest.approx(lost / 10)


def test_both_plans_are_told_week_by_week() -> None:
    """E1: half of what the full plan delivers comes by a week that both curves show."""
    found = actor_removal(**SUPPLIED, actors=["mill"])
    row = found.to_arrow().to_pylist()[0]
    plans = collect(found.plans).to_pylist()

    assert [line["week"] for line in plans] == list(range(10))
    assert {line["actor"] for line in plans} == {"mill"}
    assert plans[-1]["with_all"] - plans[-1]["without"] == pytest.approx(row["units_lost"])
    reached = [
        next((line["week"] for line in plans if line[side] >= 0.5 * plans[-1]["with_all"] * (1 - 1e-9)), None)
        for side in ("with_all", "without")
    ]
    late = None if None in reached else reached[1] - reached[0]  # type: ignore[operator]
    assert row["weeks_late"] == late


def test_what_is_never_reached_is_null_and_marked() -> None:
    """Without meltblown no masks are made beyond the stock, so half of them never come."""
    found = actor_removal(**SUPPLIED, actors=["mill"])
    mask = next(row for row in collect(found.by_product).to_pylist() if row["product"] == "mask")

    assert mask["weeks_late"] is None
    assert mask["reached"] is False


def test_of_an_actor_that_the_plan_does_not_need_nothing_is_lost() -> None:
    """E may pivot, the plan has it not."""
    found = rows(actors=["E"])["E"]

    assert (found["unmet_added"], found["weeks_late"]) == (pytest.approx(0, abs=PRINTED), 0.0)


def test_one_name_is_one_actor() -> None:
    assert list(rows(actors="mill", solver="relaxed")) == ["mill"]


def test_an_empty_list_removes_nobody() -> None:
    nobody, one = (actor_removal(**SUPPLIED, actors=actors, solver="relaxed") for actors in ([], ["mill"]))

    assert nobody.to_arrow().num_rows == collect(nobody.by_product).num_rows == 0
    assert nobody.to_arrow().schema == one.to_arrow().schema
    assert collect(nobody.by_product).schema == collect(one.by_product).schema
    assert collect(nobody.plans).schema == collect(one.plans).schema


def test_an_unknown_actor_is_named() -> None:
    with pytest.raises(ChoiceError, match=r"^actors='mills'; it takes A, B, .*Did you mean 'mill'"):
        actor_removal(**SUPPLIED, actors=["mills"])


@pytest.mark.parametrize("share", [0.0, 1.1])
def test_a_target_lies_in_its_range(share: float) -> None:
    with pytest.raises(ParameterRangeError, match="target_share"):
        actor_removal(**SUPPLIED, target_share=share)


def test_what_is_proven_of_a_loss_is_at_most_the_loss() -> None:
    exact, rounded = (rows(solver=solver) for solver in ("exact", "rounded"))
    for actor, row in exact.items():
        assert row["unmet_added_least"] == pytest.approx(row["unmet_added"], abs=PRINTED)
        assert 0 <= rounded[actor]["unmet_added_least"] <= row["unmet_added"] + PRINTED

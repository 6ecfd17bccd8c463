"""Variables of which an equation tells one by the others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.core.result import Cells
from industria.errors import ReleaseRefusedError
from industria.release import Policy
from industria.release._decided import Decided, decided
from industria.release._of_results import of_results
from industria.tables import magnitude_table

POLICY = Policy(threshold=3, p=0.1)
PROFIT = {"profit": 1.0, "sales": -1.0, "costs": 1.0}


def firms() -> pd.DataFrame:
    """Many firms sell alike in each branch; one of them makes nearly all profit of branch b."""
    rows = [(branch, f"{branch}{i}", 100.0 + i, 90.0) for branch in "abcd" for i in range(6)]
    frame = pd.DataFrame(rows, columns=["branch", "firm", "sales", "costs"])
    frame.loc[frame["branch"] == "b", "costs"] = frame["sales"] - 0.5
    frame.loc[frame["firm"] == "b0", "costs"] = 20.0
    return frame.assign(profit=frame["sales"] - frame["costs"])


def tables(*variables: str) -> dict[str, Cells]:
    return {name: magnitude_table(firms(), variable=name, by=["branch"], unit="firm") for name in variables}


def withheld(found: Decided) -> dict[str, set[str]]:
    rows = {name: one.table.to_pandas() for name, one in found.judged.items()}
    return {name: set(of.loc[of["status"] == "withheld", "branch"]) for name, of in rows.items()}


def released(*variables: str, identities: Any = ()) -> Decided:
    return decided(of_results(tables(*variables)), POLICY, identities=identities)


def test_sales_and_costs_would_tell_a_withheld_profit() -> None:
    together = withheld(released("profit", "sales", "costs", identities=[PROFIT]))

    with pytest.raises(ReleaseRefusedError, match=r"declare the \[\[identity\]\]"):
        released("profit", "sales", "costs")
    assert "b" in withheld(released("profit"))["profit"]
    assert "b" in together["profit"]
    assert "b" in together["sales"] | together["costs"]


def test_a_profit_that_no_table_shows_is_told_by_the_others() -> None:
    """Nobody asks for it, and whoever takes costs off sales has it."""
    apart = withheld(released("sales", "costs"))
    together = withheld(released("sales", "costs", identities=[PROFIT]))

    assert apart == {"sales": set(), "costs": set()}
    assert "b" in together["sales"] | together["costs"]


def test_an_equation_that_does_not_hold_is_left_out_and_told() -> None:
    wrong = {"profit": 1.0, "sales": -1.0, "costs": -1.0}
    gifts = firms().assign(profit=lambda rows: rows["profit"] + np.arange(len(rows)) ** 2)
    steps = {
        name: magnitude_table(gifts, variable=name, by=["branch"], unit="firm") for name in ("profit", "sales", "costs")
    }

    found = decided(of_results(steps), POLICY, identities=[wrong])

    assert withheld(found)["sales"] == set()
    assert any("do not keep it" in words for words in found.notes)


def test_an_equation_of_other_variables_changes_nothing() -> None:
    found = released("sales", identities=[{"output": 1.0, "inputs": -1.0}])

    assert withheld(found) == {"sales": set()}
    assert found.notes == []


@pytest.mark.parametrize("order", [("profit", "sales", "costs"), ("costs", "profit", "sales")])
def test_the_order_of_tables_is_nothing(order: tuple[str, ...]) -> None:
    found = released(*order, identities=[PROFIT])

    assert withheld(found) == withheld(released("profit", "sales", "costs", identities=[PROFIT]))


def test_what_one_variable_leaves_out_of_its_table_the_others_tell() -> None:
    """Costs leave by size alone; those by branch are sales less profit, and one firm has nearly all of one branch."""
    frame = firms().assign(costs=0.5, size="all")
    frame.loc[frame["firm"] == "b0", "costs"] = 90.0
    frame["profit"] = frame["sales"] - frame["costs"]
    shapes = {"sales": ["branch"], "profit": ["branch"], "costs": ["size"]}
    steps = of_results({name: magnitude_table(frame, variable=name, by=by, unit="firm") for name, by in shapes.items()})

    apart, together = (decided(steps, POLICY, identities=of) for of in ([], [PROFIT]))

    gone = [
        {name: one.table["status"].to_pylist() for name, one in found.judged.items()} for found in (apart, together)
    ]
    assert "withheld" not in gone[0]["sales"] + gone[0]["profit"]
    assert "withheld" in gone[1]["sales"] + gone[1]["profit"]

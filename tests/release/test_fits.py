"""Fits and numbers over releases and other names: who is in one and not in the other."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from industria.core.result import Result
from industria.evaluation import fixed_effects, normal_equations
from industria.release import Policy
from industria.release.release import Release, release
from industria.tables import balance, frequency_table, summary
from tests.release.beside import RULES, fit, moments, plants


def panel(n: int = 30) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    rows = pd.DataFrame(list(product([f"f{i}" for i in range(n)], (1, 2, 3))), columns=["firm", "year"])
    return rows.assign(grant=rng.integers(0, 2, len(rows)), y=rng.normal(size=len(rows))).assign(z=lambda r: r.y * 1000)


def effect(rows: pd.DataFrame, outcome: str = "y") -> Result:
    return fixed_effects(rows, outcome=outcome, treatment="grant", unit="firm", time="year")


def leaves(found: Release, step: str) -> bool:
    return found.table(step)["estimate"].null_count == 0


@pytest.mark.parametrize("outcome", ["y", "z"])
def test_fits_one_firm_apart_of_an_outcome_in_another_unit_do_not_both_leave(outcome: str) -> None:
    every = panel()
    found = release({"every": effect(every), "but one": effect(every[every.firm != "f3"], outcome)}, RULES)

    assert [leaves(found, step) for step in ("every", "but one")] == [True, False]


def test_another_outcome_of_nearly_the_same_firms_leaves() -> None:
    every = panel().assign(z=lambda r: r.y**2)
    found = release({"every": effect(every), "but one": effect(every[every.firm != "f3"], "z")}, RULES)

    assert leaves(found, "but one")


@pytest.mark.parametrize("outcome", ["y", "z"])
def test_a_fit_one_firm_apart_from_an_earlier_one_stays(outcome: str) -> None:
    """The step and the release before are named; four firms apart both leave."""
    every = panel()
    first = release({"effect": effect(every)}, RULES)
    again = release({"effect": effect(every[every.firm != "f3"], outcome)}, RULES, earlier=[first])
    fewer = release({"effect": effect(every[~every.firm.isin(["f3", "f4", "f5", "f6"])])}, RULES, earlier=[first])

    assert not leaves(again, "effect")
    assert any(f"'effect of release {first.sha256[:12]}'" in why for why in again._found.judged["effect"].reasons)
    assert leaves(fewer, "effect")


def test_a_number_of_units_one_apart_from_an_earlier_table_stays() -> None:
    rows = plants()
    first = release({"n": frequency_table(rows, by=["b"], unit="firm")}, RULES)
    again = release({"s": summary(rows[1:], columns=["size"], unit="firm", extremes=False)}, RULES, earlier=[first])

    assert again.table("s")["n"].null_count == 1


def test_a_number_that_stayed_for_another_reason_is_not_remembered_as_published() -> None:
    """The firms of a group are too few for its spread; its average stays with few degrees of freedom."""
    rows = plants()
    compared = balance(rows, columns=["size"], group="both", treated=1.0, comparison=0.0, unit="firm")
    first = release({"b": compared}, Policy(threshold=9, p=0.1))

    assert first.table("b")["n_treated"].null_count == 1
    assert all(mask.all() for mask in first._found.numbers.withheld.values())


def test_what_does_not_tell_holdings_is_no_cell_where_they_count() -> None:
    """Else the next release would take the number of few holdings for published."""
    rows = plants().assign(group=lambda r: "g" + (r.index // 20).astype(str))
    rules = Policy(threshold=3, threshold_level="holding", p=0.1)
    first = release({"s": summary(rows, columns=["size"], unit="firm", extremes=False)}, rules)
    owned = frequency_table(rows, by=["a"], unit="firm", holding="group")
    fits = normal_equations(rows, outcome="size", regressors=["north"], unit="firm", holding="group")
    again = release({"n": owned, "fit": fits}, rules, earlier=[first])

    assert not first._found.numbers.givens
    assert again.table("n")["count"].null_count > 0
    assert not moments(again, "fit")


def test_what_tells_nobody_one_by_one_is_said_not_to_be_compared() -> None:
    rows = plants()
    first = release({"s": summary(rows, columns=["size"], extremes=False)}, RULES)
    again = release({"n": frequency_table(rows, by=["b"], unit="firm")}, RULES, earlier=[first])

    (words,) = [words for words in again.certificate["not_checked"] if "other tables and releases" in words]
    assert f"s of release {first.sha256[:12]}" in words


def test_true_numbers_beside_rounded_ones_are_said_not_to_be_attacked() -> None:
    rows = plants()
    rounded = Policy(threshold=3, p=0.1, method="round", rounding_base=5)
    found = release({"n": frequency_table(rows, by=["a", "b"], unit="firm"), "fit": fit(rows, ["sales"])}, rounded)

    assert any("true numbers beside" in words for words in found.certificate["not_checked"])
    assert set(found.table("n")["status"].to_pylist()) <= {"published", "rounded"}


def trained(first: int, outcome: str = "y") -> Result:
    """Plants over two years, of which the first ones are trained in the second."""
    rows = panel(40).query("year < 3").assign(more=lambda r: 2 * r.y + 7)
    at = rows.firm.str[1:].astype(int)
    return fixed_effects(
        rows.assign(trained=((at < first) & (rows.year == 2)) * 1.0),
        outcome=outcome,
        treatment="trained",
        unit="firm",
        time="year",
    )


@pytest.mark.parametrize("outcome", ["y", "more"])
def test_fits_of_one_sample_whose_treated_are_one_firm_apart_do_not_both_leave(outcome: str) -> None:
    """An estimate and the effect of the year, times the treated, is the sum of their changes: less another, one's."""
    found = release({"one": trained(15), "two": trained(16, outcome)}, RULES)
    apart = release({"one": trained(15), "two": trained(18, outcome)}, RULES)

    assert [leaves(found, step) for step in ("one", "two")] == [True, False]
    assert any("'one'" in why for why in found._found.judged["two"].reasons)
    assert leaves(apart, "two")


@pytest.mark.parametrize("outcome", ["y", "more"])
def test_a_fit_whose_treated_are_one_firm_apart_from_those_of_an_earlier_one_stays(outcome: str) -> None:
    first = release({"effect": trained(15)}, RULES)
    again, same = (release({"effect": trained(n, outcome)}, RULES, earlier=[first]) for n in (16, 15))

    assert not leaves(again, "effect")
    assert any(f"'effect of release {first.sha256[:12]}'" in why for why in again._found.judged["effect"].reasons)
    assert leaves(same, "effect")


def test_that_years_have_other_names_does_not_hide_that_the_treated_are_one_firm_apart() -> None:
    """The first firms are treated in the second year and all others in the first: none is treated at no time."""

    def treated(first: int, since: int) -> Result:
        rows = panel(40).query("year < 3")
        at = rows.firm.str[1:].astype(int)
        return effect(rows.assign(grant=((at < first) == (rows.year == 2)) * 1.0, year=rows.year + since))

    one, same, apart = (release({"one": treated(15, 0), "two": treated(n, 1900)}, RULES) for n in (16, 15, 18))

    assert [leaves(one, step) for step in ("one", "two")] == [True, False]
    assert leaves(same, "two")
    assert leaves(apart, "two")


def test_sums_of_changes_net_of_firms_are_said_not_to_be_attacked() -> None:
    net = release({"one": trained(15)}, RULES)
    plain = release({"one": fit(plants(), ["y"])}, RULES)

    words = "sums of changes that estimates net of effects of units may tell: one"
    assert [words in found.certificate["not_checked"] for found in (net, plain)] == [True, False]


def test_sums_and_effects_whose_treated_are_one_firm_apart_do_not_both_leave() -> None:
    rows = panel(40).query("year < 3")
    treated = rows.assign(trained=((rows.firm.str[1:].astype(int) < 16) & (rows.year == 2)) * 1.0)
    sums = normal_equations(treated, outcome="y", regressors=["trained"], absorb=["firm"], common=["year"])
    found = release({"one": trained(15), "two": sums}, RULES)

    assert [leaves(found, step) for step in ("one", "two")] == [True, False]

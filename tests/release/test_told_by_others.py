"""Variables that others tell unit by unit, under whatever name and over whatever rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from industria.core.result import Cells
from industria.errors import ReleaseRefusedError
from industria.release import Policy, release
from industria.release._deadline import Deadline
from industria.release._decided import decided
from industria.release._dependent import dependent
from industria.release._given import given
from industria.release._of_results import of_results
from industria.release._told_by_others import refuse_told_by_others
from industria.tables import magnitude_table

RULES = Policy(threshold=3, p=0.1, dominance=((1, 0.8), (2, 0.9)))


def firms(n: int = 64) -> pd.DataFrame:
    """One of them has nearly all that region A sells."""
    drawn = np.random.default_rng(1)
    region = np.repeat(["A", "B", "C"], [n // 8, 3 * n // 8, n - n // 8 - 3 * n // 8])
    rows = pd.DataFrame({"firm": [f"f{i}" for i in range(n)], "region": region})
    rows["sales"] = drawn.lognormal(5, 0.8, n).round(2)
    rows.loc[0, "sales"] = 9000.13
    rows["exports"] = (drawn.uniform(0, 0.5, n) * 100).round(2)
    rows["turnover"] = rows["sales"] + rows["exports"]
    return rows


def table(rows: pd.DataFrame, variable: str, *by: str, weight: str | None = None) -> Cells:
    return magnitude_table(rows, variable=variable, by=by or ["region"], unit="firm", weight=weight, counts=True)


@pytest.mark.parametrize("n", [8, 64])
@pytest.mark.parametrize(("by", "shift"), [(1.0, 500.0), (-1.0, 1000.0), (0.001, 3.7)])
def test_a_shift_is_no_variable_of_its_own(n: int, by: float, shift: float) -> None:
    """Whoever knows by what it is shifted takes it off as often as there are firms, and numbers of these are told."""
    rows = firms(n).assign(other=lambda rows: by * rows["sales"] + shift)

    with pytest.raises(ReleaseRefusedError, match=r"'other' is, of every unit .*, told by 'sales' and how many units"):
        release({"t": table(rows, "sales"), "u": table(rows, "other")}, RULES)


def test_the_message_tells_no_factor() -> None:
    rows = firms().assign(other=lambda rows: 9000.13 - 7.25 * rows["sales"])

    with pytest.raises(ReleaseRefusedError) as refused:
        release({"t": table(rows, "sales"), "u": table(rows, "other")}, RULES)

    assert not any(letter.isdigit() for letter in str(refused.value))


def test_what_two_variables_add_up_to_is_told_by_them() -> None:
    rows = firms()
    steps = {name: table(rows, name) for name in ("sales", "exports", "turnover")}

    with pytest.raises(ReleaseRefusedError, match=r"'turnover' is, of every unit .*, told by 'sales', 'exports'"):
        release(dict(steps), RULES)

    turnover = {"turnover": 1.0, "sales": -1.0, "exports": -1.0}
    found = decided(of_results(steps), RULES, identities=[turnover])
    assert {name: one.table["value"][1].as_py() is None for name, one in found.judged.items()}.items() >= {
        ("sales", True),
        ("turnover", True),
    }


def test_an_equation_between_other_rows_is_allowed_and_said_not_to_be_reckoned_with() -> None:
    """The system of cells joins variables of one population."""
    rows = firms()
    steps = {"sales": table(rows, "sales"), "exports": table(rows, "exports"), "sum": table(rows[:-4], "turnover")}

    found = decided(of_results(steps), RULES, identities=[{"turnover": 1.0, "sales": -1.0, "exports": -1.0}])

    assert any("equations of the study between numbers of different rows" in words for words in found.notes)


def test_an_equation_that_stands_for_another_one_allows_nothing() -> None:
    rows = firms()
    steps = {name: table(rows, name) for name in ("sales", "exports", "turnover")}

    with pytest.raises(ReleaseRefusedError, match="'turnover'"):
        decided(of_results(steps), RULES, identities=[{"turnover": 1.0, "sales": 1.0, "exports": -1.0}])


def test_other_rows_of_the_same_firms_hide_no_unit_of_measure() -> None:
    """Thousands without four firms, and of plants that add up to the firms."""
    rows = firms().assign(thousands=lambda rows: rows["sales"] / 1000)
    plants = pd.concat([rows.assign(thousands=rows["thousands"] / 2)] * 2)

    for others in (rows.iloc[:-4], plants):
        with pytest.raises(ReleaseRefusedError, match="one variable in two units of measure"):
            release({"t": table(rows, "sales"), "u": table(others, "thousands")}, RULES)
    assert release({"t": table(rows, "sales"), "u": table(rows.iloc[:-4], "sales")}, RULES).steps == ["t", "u"]


def test_some_years_of_a_panel_are_compared_year_by_year() -> None:
    """Added up over the years of each table, firms have other sums in both."""
    drawn = np.random.default_rng(2)
    years = [firms().assign(year=year, sales=lambda rows: rows["sales"] * drawn.uniform(1, 2, 64)) for year in "abc"]
    panel = pd.concat(years).assign(shifted=lambda rows: rows["sales"] + 500)
    late = panel[panel["year"] != "a"].iloc[3:]
    thousands = late.assign(sales=late["sales"] / 1000)

    with pytest.raises(ReleaseRefusedError, match="'shifted' is"):
        release({"t": table(panel, "sales", "region", "year"), "u": table(late, "shifted", "year")}, RULES)
    with pytest.raises(ReleaseRefusedError, match="the amounts of 'sales' are in two units of measure"):
        release({"t": table(panel, "sales", "region", "year"), "u": table(thousands, "sales", "year")}, RULES)


def refuse(seconds: float = 60.0, **steps: Cells) -> list[str]:
    """Look at what follows from what, without protecting tables."""
    told = [one for step in of_results(steps) for one in given(step, 2)]
    return refuse_told_by_others(told, [], (), Deadline.within(seconds))


def test_what_no_time_was_left_for_is_told() -> None:
    rows = firms().assign(shifted=lambda told: told["sales"] + 500)
    steps = {"t": table(rows, "sales", "region"), "u": table(rows, "shifted", "region")}

    with pytest.raises(ReleaseRefusedError, match="'shifted' is"):
        refuse(**steps)
    assert "equations between variables for which no time was left" in refuse(0.0, **steps)


@pytest.mark.parametrize("further", ["bc", "bcd", "bcde"])
def test_one_year_of_a_panel_of_many_dimensions_is_a_part_of_it(further: str) -> None:
    """Amounts that are the same each year are no other unit of measure."""
    parts = {name: np.arange(64) // 2**i % 2 for i, name in enumerate(further)}
    rows = firms().assign(**{name: np.where(part, "x", "y") for name, part in parts.items()})
    panel = pd.concat([rows.assign(year=year) for year in "abc"])
    thousands = rows.assign(sales=rows["sales"] / 1000)

    refuse(t=table(panel, "sales", "region", "year", *further), u=table(rows, "sales"))

    with pytest.raises(ReleaseRefusedError, match="the amounts of 'sales' are in two units of measure"):
        refuse(t=table(panel, "sales", "region", "year", *further), u=table(thousands, "sales"))


@pytest.mark.parametrize("n_shared", [3, 4])
def test_tables_that_share_many_dimensions_are_compared_unit_by_unit(n_shared: int) -> None:
    """Half of the cells have other sums of a firm than all, and cells of many firms follow nothing."""
    drawn = np.random.default_rng(3)
    shared = [f"d{i}" for i in range(n_shared)]
    cells = pd.MultiIndex.from_product([["x", "y"]] * n_shared, names=shared).to_frame(index=False)
    panel = firms().merge(cells, how="cross")
    panel["sales"] = (panel["sales"] * drawn.uniform(1, 2, len(panel))).round(2)
    some = panel.sample(frac=0.5, random_state=1).assign(other=lambda rows: rows["sales"] + 500)

    with pytest.raises(ReleaseRefusedError, match="'other' is, of every unit"):
        refuse(t=table(panel, "sales", *shared), u=table(some, "other", *shared))


@pytest.mark.parametrize("decimals", [1, 2])
def test_amounts_that_are_rounded_in_one_of_the_tables_are_one_variable(decimals: int) -> None:
    """As of another vintage that is written to cents: the system of cells knows both by their name."""
    rows = firms(300).assign(sales=np.random.default_rng(4).lognormal(13, 0.4, 300))
    rounded = rows.assign(sales=rows["sales"].round(decimals)).iloc[:280]

    assert release({"t": table(rows, "sales"), "u": table(rounded, "sales")}, RULES).steps == ["t", "u"]

    with pytest.raises(ReleaseRefusedError, match="'sales' and 'other' are the same amounts"):
        refuse(t=table(rows, "sales"), u=table(rounded.rename(columns={"sales": "other"}), "other"))
    with pytest.raises(ReleaseRefusedError, match=r"'other' is, .* told by 'sales' and how many units"):
        refuse(t=table(rows, "sales"), u=table(rounded.assign(other=rounded["sales"] + 10**5), "other"))


def test_who_is_in_one_table_alone_is_not_told_by_amounts_that_are_rounded_in_it() -> None:
    rows = firms(300).assign(sales=np.random.default_rng(4).lognormal(13, 0.4, 300))
    rounded = rows.assign(sales=rows["sales"].round(1)).iloc[1:]

    left = release({"t": table(rows, "sales"), "u": table(rounded, "sales")}, RULES)

    cells = [{row["region"]: row["value"] for row in left.table(step).to_pylist()} for step in ("t", "u")]
    assert None in [of["A"] for of in cells]
    assert None in [of["Total"] for of in cells]


def test_an_equation_of_the_study_holds_of_rounded_amounts() -> None:
    rows = firms(300).assign(sales=np.random.default_rng(4).lognormal(13, 0.4, 300))
    rows["turnover"] = (rows["sales"] + rows["exports"]).round(1)
    steps = {name: table(rows, name) for name in ("sales", "exports", "turnover")}

    found = decided(of_results(steps), RULES, identities=[{"turnover": 1.0, "sales": -1.0, "exports": -1.0}])

    assert list(found.judged) == ["sales", "exports", "turnover"]


def test_two_tables_of_a_variable_name_it_once() -> None:
    rows = firms()
    shifted = rows.assign(sales=rows["sales"] + 500).iloc[:-4]

    with pytest.raises(ReleaseRefusedError, match=r"'sales' is, .*, told by its amounts in another table and how many"):
        refuse(t=table(rows, "sales"), u=table(shifted, "sales"))


def test_an_equation_is_asked_for_only_where_a_study_can_write_it() -> None:
    """It adds and subtracts, and multiplies nothing."""
    rows = firms().assign(taxed=lambda rows: 1.2 * rows["sales"] + rows["exports"])

    for name, can in (("turnover", True), ("taxed", False)):
        with pytest.raises(ReleaseRefusedError, match=f"'{name}' is") as refused:
            refuse(**{column: table(rows, column) for column in ("sales", "exports", name)})
        assert ("[[identity]]" in str(refused.value)) == can


def test_an_earlier_release_tells_a_variable_too() -> None:
    rows = firms().assign(shifted=lambda rows: rows["sales"] + 500)
    both = {"u": table(rows, "shifted"), "e": table(rows, "exports")}

    before = release(both, RULES)

    with pytest.raises(ReleaseRefusedError, match="told by 'shifted'"):
        release({"t": table(rows, "sales"), "e": table(rows, "exports")}, RULES, earlier=[before])


def test_weights_that_bring_amounts_back_make_no_new_variable() -> None:
    """Sales a job, weighted with jobs, are sales."""
    rows = firms().assign(jobs=lambda rows: 7.0 + np.arange(len(rows)) % 5)
    rows["productivity"] = rows["sales"] / rows["jobs"]

    with pytest.raises(ReleaseRefusedError, match="'sales' and 'productivity' are the same amounts"):
        release({"t": table(rows, "sales"), "u": table(rows, "productivity", weight="jobs")}, RULES)


def test_numbers_that_have_nothing_to_do_with_each_other_leave() -> None:
    rows = firms().assign(flag=lambda rows: (np.arange(len(rows)) % 3 == 0) * 1.0)

    found = release({name: table(rows, name) for name in ("sales", "exports", "flag")}, RULES)

    assert found.steps == ["sales", "exports", "flag"]
    assert any("hold nearly" in words for words in found.certificate["not_checked"])


@pytest.mark.parametrize("n", [5, 8, 20])
@pytest.mark.parametrize("n_columns", [2, 4, 8])
def test_what_few_units_may_keep_by_accident_is_no_relation(n: int, n_columns: int) -> None:
    drawn = np.random.default_rng(n * n_columns)
    shape = (50, n_columns, n)
    kinds = (drawn.integers(0, 2, shape), drawn.integers(0, 6, shape), drawn.lognormal(5, 4, shape).round(2))

    found = [list(dependent(list(columns))) for kind in kinds for columns in kind.astype(float)]

    assert found == [[]] * 150


def test_one_of_a_million_that_differs_is_no_relation_of_all() -> None:
    """Rows are chosen from many; what holds in these is tried in all."""
    x = np.random.default_rng(0).lognormal(5, 2, 10**6)
    masked = np.where(np.arange(len(x)) == int(np.argsort(x)[len(x) // 2]), 0.0, x)

    assert list(dependent([x, masked])) == []
    assert [found.of for found in dependent([x, 3.0 - 2 * x])] == [(0,)]

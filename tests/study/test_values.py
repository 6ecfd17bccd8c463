"""From an address to a value, and from a wrong one to the right one."""

from __future__ import annotations

import pytest

from industria.errors import UnknownStepError, UsageError, ValueAddressError
from industria.study.record import Run
from industria.study.run import run
from industria.study.values import estimate_column
from tests.study.small import MEASURES, TEXT, small_study

# Three rows a sector and year, so that a key may be missing or hit several rows.
PANEL = '''

@measure(
    gives={
        "estimate": "of the cell [unit of variable]",
        "low": "bound [unit of variable]",
        "high": "bound [unit of variable]",
        "n": "firms [firms]",
        "variable": "what is told [name]",
    },
    cites="no one",
    design="causal",
)
def panel(firms: TableLike) -> Result:
    """Cells."""
    from industria.core.table import from_arrays

    as_table(firms, "firms")
    return Result(
        table=from_arrays({
            "sector": ["a", "a", "b"],
            "year": [2019, 2020, 2019],
            "variable": ["scrap", "scrap", "firm"],
            "estimate": [1.0, 2.0, None],
            "low": [0.5, 1.5, None],
            "high": [1.5, 2.5, None],
            "n": [10, 20, 30],
        })
    )
'''
STEP = '\n[[step]]\nname = "cells"\nuse = "./measures.py:panel"\nfirms = "firms"\n'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run with means (facts, a further table) and cells (several keys)."""
    return run(small_study(tmp_path_factory.mktemp("study"), TEXT + STEP, MEASURES + PANEL))


def test_a_value_comes_with_all_that_belongs_to_it(made: Run) -> None:
    value = made.value("cells[sector=a,year=2020].estimate")

    assert (value.value, value.low, value.high, value.n) == (2.0, 1.5, 2.5, 20)
    assert (value.unit, value.design) == ("hours", "causal")
    assert str(value.address) == "cells[sector=a,year=2020].estimate"


def test_a_column_beside_the_estimate_has_no_interval(made: Run) -> None:
    assert made.value("cells[sector=a,year=2020].n").low is None


def test_the_unit_of_a_row_is_that_of_the_column_it_names(made: Run) -> None:
    assert made.value("cells[sector=a,year=2019].estimate").unit == "hours"
    assert made.value("cells[sector=b].estimate").unit is None


def test_facts_stand_beside_the_table(made: Run) -> None:
    value = made.value("means.n_obs")

    assert (value.value, value.unit, value.design) == (6, "count", "associational")


def test_n_comes_from_the_facts_where_the_row_has_none(made: Run) -> None:
    assert made.value("means[sector=a].estimate").n == 6


def test_a_further_table_has_an_address(made: Run) -> None:
    value = made.value("means.used[firm=f4].scrap")

    assert (value.value, value.unit) == (10.0, "hours")


def test_keys_compare_as_text(made: Run) -> None:
    assert made.value('cells[sector="b",year="2019"].n').value == 30


@pytest.mark.parametrize(
    ("address", "error", "told"),
    [
        ("mean.n_obs", UnknownStepError, "no step 'mean'; there is means, ranks, cells. Did you mean 'means'"),
        ("means.usd[firm=f1].scrap", UnknownStepError, "no further table 'usd'; there is used. Did you mean 'used'"),
        ("means.n_ob", ValueAddressError, "means has no column 'n_ob'; it has sector, estimate.*Did you mean 'n_obs'"),
        ("means[sector=a].estimat", ValueAddressError, "no column 'estimat'; .* Did you mean 'estimate'"),
        ("means[secto=a].estimate", ValueAddressError, "no column 'secto'; .*Did you mean 'sector'"),
        ("cells[sector=a,year=2021].n", ValueAddressError, "has year=2021 where sector=a; year is 2019, 2020. .*2020?"),
        ("cells[sector=c].n", ValueAddressError, "no row of cells has sector=c; sector is a, b."),
        (
            "cells[sector=a].n",
            ValueAddressError,
            r"2 rows of cells; add a key to the brackets: year, n would .*year=2019",
        ),
        ("cells.n", ValueAddressError, "selects 3 rows of cells; add a key to the brackets: sector, year, variable"),
        ("means.used[firm=f11].scrap", ValueAddressError, "Did you mean firm=f1?"),
        ("means", UsageError, "'means' is no address of a value"),
    ],
)
def test_a_wrong_address_is_told_the_right_one(made: Run, address: str, error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        made.value(address)


@pytest.mark.parametrize(
    ("columns", "estimate"),
    [
        (["term", "estimate", "standard_error", "low", "high"], "estimate"),
        (["term", "change", "low", "high"], "change"),
        (["row", "difference", "standard_error", "low", "high", "n"], "difference"),
        (["term", "x"], None),
        (["low", "high"], None),
    ],
)
def test_an_interval_is_of_the_column_before_it(columns: list[str], estimate: str | None) -> None:
    assert estimate_column(columns) == estimate

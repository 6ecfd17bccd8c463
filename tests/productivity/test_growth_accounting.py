"""Growth of output by its sources."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from linearmodels.datasets import munnell

from industria.errors import (
    ChoiceError,
    ColumnTypeError,
    DuplicateRowError,
    EmptyTableError,
    InfiniteValueError,
    OutsideRangeError,
    ParameterRangeError,
    RepeatedColumnError,
    ReservedNameError,
    ShareSumError,
)
from industria.productivity import growth_accounting
from tests.productivity.index_data import klems

ACCOUNTS = pa.table(
    {
        "country": ["it", "it", "it", "fr", "fr", "fr"],
        "year": [2001, 2000, 2002, 2000, 2001, 2003],
        "product": [104.0, 100.0, 107.0, 50.0, 52.0, 55.0],
        "capital": [303.0, 300.0, 309.0, 100.0, 104.0, 109.0],
        "labor": [71.0, 70.0, 73.0, 40.0, 40.5, 41.0],
        "hours": [70.0, 70.0, 71.0, 40.0, 40.0, 40.0],
        "capital_share": [0.36, 0.35, 0.37, 0.30, 0.31, 0.32],
        "labor_share": [0.64, 0.65, 0.63, 0.70, 0.69, 0.68],
    }
)
EXAMPLE = (
    {"accounts": ACCOUNTS},
    {
        "unit": "country",
        "time": "year",
        "output": "product",
        "inputs": {"capital": "capital_share", "labor": "labor_share"},
        "labor": "labor",
        "hours": "hours",
    },
)
# Sums of a dozen logs near 1 keep all but the last digits.
EXACT = 1e-12


def accounted(data: Any = ACCOUNTS, **changes: Any) -> Any:
    return growth_accounting(data, **(EXAMPLE[1] | changes))


def wide(found: Any, column: str = "contribution") -> pd.DataFrame:
    return found.to_pandas().pivot(index=["country", "year"], columns="term", values=column)


def test_the_states_of_munnell_grew_by_a_twenty_fifth_beyond_their_inputs() -> None:
    """Aggregate of 48 states 1970-86, Munnell (1990), shares 2/3 and 1/3: TFP .0385166 (printed to seven digits)."""
    total = munnell.load().groupby("YR", as_index=False)[["GSP", "EMP", "PC"]].sum().assign(country="US")
    found = growth_accounting(
        total, unit="country", time="YR", output="GSP", inputs={"EMP": 2 / 3, "PC": 1 / 3}, index="tornqvist"
    )
    grown = found.to_pandas().groupby("term")["growth"].sum()

    assert grown["GSP"] == pytest.approx(0.4342218, abs=6e-8)
    assert grown["EMP"] == pytest.approx(0.3443467, abs=6e-8)
    assert grown["PC"] == pytest.approx(0.4984221, abs=6e-8)
    assert grown["tfp"] == pytest.approx(0.0385166, abs=6e-8)
    averages = found.averages.collect("pandas").to_native().set_index("term")
    assert averages["mean_growth"]["tfp"] * 16 == pytest.approx(0.0385166, abs=6e-8)
    assert averages["n_transitions"].tolist() == [16] * 4


def test_us_industries_grew_as_the_bureau_of_labor_statistics_says() -> None:
    """BLS KLEMS, 69 industries 1987-2018: its TFP growth is that of the price of inputs less that of output.

    Sectoral output is worth what inputs cost, so that output over inputs is input prices over output prices.
    """
    accounts = klems()
    inputs = ["capital", "labor", "energy", "materials", "services"]
    cost = accounts[[f"{name}_cost" for name in inputs]]
    shares = cost.div(cost.sum(axis=1), axis=0).rename(columns=lambda name: name.replace("_cost", "_share"))
    found = growth_accounting(
        accounts.join(shares),
        unit="industry",
        time="year",
        output="output",
        inputs={name: f"{name}_share" for name in inputs},
    ).to_pandas()
    ours = found[found["term"] == "tfp"].set_index(["industry", "year"])["growth"]
    logs = np.log(accounts.set_index(["industry", "year"])[["input_price", "output_price"]]).sort_index()
    change = logs.groupby("industry").diff().dropna()

    assert len(ours) == 69 * 31
    # Indexes of 20 to 200 with three decimals: a few hundred-thousandths in each log.
    pd.testing.assert_series_equal(
        ours.sort_index(), change["input_price"] - change["output_price"], atol=6e-5, rtol=0, check_names=False
    )


@pytest.mark.parametrize(
    ("composition", "deepening", "tfp", "total"),
    [
        (0.4230939096, 1.0621695408, 1.6200666287, 3.1053300791),
        (0.2761838306, 0.1998815188, 0.6752474166, 1.1513127660),
    ],
    ids=["1995-2004", "2010-19"],
)
def test_the_parts_of_us_output_per_hour(composition: float, deepening: float, tfp: float, total: float) -> None:
    """Fernald's averages in percentage points a year: a year built from the three parts has their printed sum."""
    share, hours = 0.35, 1.0  # any share of capital and growth of hours, in percentage points
    labor, capital = composition / (1 - share) + hours, deepening / share + hours
    output = share * capital + (1 - share) * labor + tfp
    growth = {"product": output, "capital": capital, "labor": labor, "hours": hours}
    year = pd.DataFrame({"country": ["us"] * 2, "year": [0, 1], **{k: [1, np.exp(g / 100)] for k, g in growth.items()}})
    found = wide(accounted(year, inputs={"capital": share, "labor": 1 - share}), "contribution").iloc[0] * 100

    # The parts are printed to ten digits.
    assert found["product"] == pytest.approx(total, abs=2e-10)
    assert found["labor_composition"] == pytest.approx(composition, abs=2e-10)
    assert found["capital"] == pytest.approx(deepening, abs=2e-10)
    assert found["tfp"] == pytest.approx(tfp, abs=2e-10)


def test_a_transition_by_hand() -> None:
    found = wide(accounted(labor=None, hours=None)).loc[("it", 2001)]
    capital, labor = 0.355 * np.log(303 / 300), 0.645 * np.log(71 / 70)

    assert found["capital"] == pytest.approx(capital, abs=EXACT)
    assert found["labor"] == pytest.approx(labor, abs=EXACT)
    assert found["tfp"] == pytest.approx(np.log(1.04) - capital - labor, abs=EXACT)


@pytest.mark.parametrize(("index", "share"), [("geometric_laspeyres", 0.35), ("geometric_paasche", 0.36)])
def test_shares_are_of_the_period_asked_for(index: str, share: float) -> None:
    assert wide(accounted(index=index), "share").loc[("it", 2001)]["capital"] == share


shares = st.floats(0.05, 0.95)
levels = st.lists(st.floats(0.1, 1e6), min_size=4, max_size=4)


@given(before=levels, after=levels, one=shares, other=shares, factor=st.floats(1e-3, 1e6))
def test_contributions_add_up_and_units_do_not_matter(
    before: list[float], after: list[float], one: float, other: float, factor: float
) -> None:
    rows = pd.DataFrame([before, after], columns=["product", "capital", "labor", "hours"]).assign(
        country="x", year=[1, 2], capital_share=[one, other], labor_share=[1 - one, 1 - other]
    )
    found = wide(accounted(rows)).iloc[0]
    scaled = wide(accounted(rows.assign(capital=rows["capital"] * factor, product=rows["product"] / factor))).iloc[0]

    assert found[["capital", "labor_composition", "tfp"]].sum() == pytest.approx(found["product"], abs=EXACT)
    # Factors of a million cost a few of the sixteen digits of a log.
    np.testing.assert_allclose(scaled, found, atol=1e-9)
    plain = wide(accounted(rows, labor=None, hours=None)).iloc[0]
    assert found["tfp"] == pytest.approx(plain["tfp"], abs=1e-9), "per hour or not, TFP is the same"


def test_a_null_and_a_gap_make_a_transition_null_in_every_term() -> None:
    gap = ACCOUNTS.set_column(3, "capital", pa.array([None, 300.0, 309.0, 100.0, 104.0, 109.0]))
    found = accounted(gap)

    assert wide(found).loc["it"].isna().all(axis=None)
    assert wide(found).loc[("fr", 2003)].isna().all()
    assert wide(found).loc[("fr", 2001)].notna().all()
    assert (found.n_transitions, found.n_null, found.n_gaps) == (4, 2, 1)
    averages = found.averages.collect("pandas").to_native()
    assert averages.loc[averages["country"] == "it", "mean_growth"].isna().all()
    assert averages["n_transitions"].tolist() == [1] * 4 + [0] * 4


def test_shares_are_brought_to_one_where_asked_and_their_residual_is_told() -> None:
    short = ACCOUNTS.set_column(7, "labor_share", pa.array([0.63, 0.65, 0.63, 0.70, 0.69, 0.68]))
    found = accounted(short)
    assert found.share_residual == pytest.approx(0.01)
    assert wide(accounted(short, rescale_shares=True), "share").loc[("it", 2001)][
        ["capital", "labor_composition"]
    ].sum() == pytest.approx(1, abs=EXACT)


@pytest.mark.parametrize(
    ("column", "value", "error", "says"),
    [
        ("capital_share", 1.2, OutsideRangeError, r"accounts\.capital_share is 1\.2 where country = 'it', year = 2001"),
        ("labor_share", 0.5, ShareSumError, "sum to 0.86, not 1, where country = 'it', year = 2001"),
        ("capital", 0.0, OutsideRangeError, r"accounts\.capital is 0 where country = 'it', year = 2001"),
        ("product", -1.0, OutsideRangeError, r"accounts\.product is -1"),
        ("labor", np.inf, InfiniteValueError, r"accounts\.labor is infinite in 1 rows, first where country = 'it'"),
    ],
)
def test_what_no_account_can_hold_is_named(column: str, value: float, error: Any, says: str) -> None:
    wrong = ACCOUNTS.to_pandas()
    wrong.loc[0, column] = value
    with pytest.raises(error, match=says):
        accounted(wrong)


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"index": "fisher"}, ChoiceError, "index='fisher'"),
        ({"hours": None}, ParameterRangeError, "the form per hour needs both"),
        ({"labor": "labour"}, ChoiceError, "Did you mean 'labor'"),
        ({"inputs": {}}, ParameterRangeError, "inputs={}"),
        ({"inputs": {"capital": 1.5, "labor": 0.1}}, ParameterRangeError, r"inputs\['capital'\].*1\.5"),
        ({"inputs": {"capital": 0.3, "labor": 0.7, "product": 0.0}}, RepeatedColumnError, "product"),
    ],
)
def test_wrong_parameters_are_refused(changes: dict[str, Any], error: Any, says: str) -> None:
    with pytest.raises(error, match=says):
        accounted(**changes)


def test_a_quantity_in_another_unit_is_listed() -> None:
    found = accounted(ACCOUNTS.set_column(3, "capital", pa.array([0.303, 300.0, 309.0, 100.0, 104.0, 109.0])))
    rows = found.jumps.collect("pandas").to_native()
    assert found.n_jumps == len(rows) == 2
    assert rows[["country", "year", "column"]].to_numpy().tolist() == [["it", 2001, "capital"], ["it", 2002, "capital"]]
    assert rows["ratio"].tolist() == pytest.approx([0.00101, 309 / 0.303])


def test_a_unit_with_one_period_has_no_growth() -> None:
    found = accounted(ACCOUNTS.slice(0, 4))
    assert found.to_pandas()["country"].unique().tolist() == ["it"]
    alone = found.averages.collect("pandas").to_native().query("country == 'fr'")
    assert alone["mean_growth"].isna().all()
    assert (alone["n_transitions"] == 0).all()


def test_a_time_that_is_no_number_or_date_is_refused() -> None:
    words = pa.array([f"year {year}" for year in ACCOUNTS["year"].to_pylist()])
    with pytest.raises(ColumnTypeError, match=r"accounts\.year"):
        accounted(ACCOUNTS.set_column(1, "year", words))


def test_wrong_keys_are_refused() -> None:
    with pytest.raises(DuplicateRowError, match="country = 'it', year = 2001"):
        accounted(pa.concat_tables([ACCOUNTS, ACCOUNTS.slice(0, 1)]))
    with pytest.raises(EmptyTableError):
        accounted(ACCOUNTS.slice(0, 0))
    named = ACCOUNTS.rename_columns(["term", *ACCOUNTS.column_names[1:]])
    with pytest.raises(ReservedNameError, match="term"):
        accounted(named, unit="term")
    for column, name in (("product", "tfp"), ("capital", "tfp"), ("capital", "labor_composition")):
        roles = {"output": name} if column == "product" else {"inputs": {name: "capital_share", "labor": "labor_share"}}
        columns = [name if one == column else one for one in ACCOUNTS.column_names]
        with pytest.raises(ReservedNameError, match=f"accounts.{name} bears a name of the result"):
            accounted(ACCOUNTS.rename_columns(columns), **roles)

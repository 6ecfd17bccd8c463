from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.errors import (
    ChoiceError,
    NegativeValueError,
    NoRowsLeftError,
    OutsideRangeError,
    ParameterRangeError,
    ReservedNameError,
)
from industria.work import polarization
from tests.work.scores import official

EMPLOYMENT = pa.table(
    {
        "occupation": ["aide", "clerk", "smith", "nurse", "judge"] * 2,
        "period": ["old"] * 5 + ["new"] * 5,
        "employment": [25.0, 25.0, 25.0, 25.0, 5.0, 30.0, 20.0, 24.0, 36.0, 0.0],
    }
)
WAGES = pa.table(
    {
        "occupation": ["aide", "clerk", "smith", "nurse", "judge"],
        "wage": [21.0, 33.0, 38.0, 70.0, None],
        "top_coded": [False, False, False, False, True],
    }
)
EXAMPLE = (
    {"employment": EMPLOYMENT, "wages": WAGES},
    {"base": "old", "end": "new", "bins": 4, "top_code": 100.0},
)


def bins(**parameters: Any) -> pd.DataFrame:
    return polarization(EMPLOYMENT, WAGES, **(EXAMPLE[1] | parameters)).to_pandas()


def test_us_employment_2021_to_2024() -> None:
    """OEWS of May 2021 and May 2024, 825 detailed occupations, top-coded medians at 208,000 dollars."""
    years = {year: official("bls.oews", level="national", vintage=year) for year in (2021, 2024)}
    jobs = pd.concat([t[t["group"] == "detailed"].assign(period=year) for year, t in years.items()])
    base = years[2021][years[2021]["group"] == "detailed"]
    wages = pd.DataFrame(
        {
            "occupation": base["occupation"],
            "wage": base["annual_median"],
            "top_coded": (base["annual_median_flag"] == "top_coded").astype(bool),
        }
    )
    jobs = jobs[["occupation", "period", "employment"]].dropna()
    found = polarization(jobs, wages, base=2021, end=2024, top_code=208_000.0)

    growth = [0.159118, 0.083635, 0.103476, 0.040603, 0.037803, 0.043706, 0.086012, 0.092855, 0.101428, 0.189379]
    assert found.n_occupations == 825
    assert found.to_pandas()["growth"].to_numpy() == pytest.approx(growth, abs=6e-7)
    quadratic = found.quadratic.collect("pandas").to_native().set_index("term")["estimate"]
    assert quadratic.to_numpy() == pytest.approx([13.363748, -2.4712577, 0.11473663], rel=5e-8)
    assert found.lowest_growth_wage == pytest.approx(47_500, abs=60)


def test_occupations_are_ranked_by_their_wage_and_those_above_the_top_code_by_it() -> None:
    found = polarization(EMPLOYMENT, WAGES, **EXAMPLE[1])

    assert found.to_pandas()["wage_high"].tolist() == [21.0, 33.0, 38.0, 100.0]
    assert (found.top_coded, found.n_vanished, found.n_occupations) == (1, 1, 5)
    assert found.to_pandas()["share_change"].sum() == pytest.approx(0)


def test_errors_of_the_quadratic_are_those_of_weighted_least_squares() -> None:
    """HC1 by the textbook's formula, on log wages as they are."""
    rng = np.random.default_rng(4)
    n = 30
    wage, e0 = rng.uniform(20, 120, n), rng.uniform(1, 9, n)
    e1 = e0 * np.exp(rng.normal(0, 0.2, n))
    codes = [f"o{i:02}" for i in range(n)]
    jobs = pd.DataFrame({"occupation": codes * 2, "period": [1] * n + [2] * n, "employment": [*e0, *e1]})
    found = polarization(jobs, pd.DataFrame({"occupation": codes, "wage": wage}), base=1, end=2)
    x, y = np.log(wage), np.log(e1 / e0)
    Z = np.column_stack([np.ones(n), x, x**2])
    inverse = np.linalg.inv(Z.T @ (Z * e0[:, None]))
    b = inverse @ Z.T @ (e0 * y)
    scores = Z * (e0 * (y - Z @ b))[:, None]
    V = inverse @ scores.T @ scores @ inverse * n / (n - 3)
    told = found.quadratic.collect("pandas").to_native()

    assert told["estimate"].to_numpy() == pytest.approx(b, rel=1e-6)
    assert told["standard_error"].to_numpy() == pytest.approx(np.sqrt(np.diagonal(V)), rel=1e-6)


# Wages to the cent: two that differ in their last bit alone may become one by a common factor.
LADDER = st.lists(
    st.tuples(
        st.integers(100, 10_000).map(lambda cents: cents / 100),
        st.floats(0.1, 50),
        st.one_of(st.just(0.0), st.floats(0.1, 50)),
    ),
    min_size=1,
    max_size=12,
)


def laddered(rows: list[tuple[float, float, float]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    codes = [f"o{i:02}" for i in range(len(rows))]
    wage, e0, e1 = zip(*rows, strict=True)
    jobs = pd.DataFrame({"occupation": codes * 2, "period": [0] * len(rows) + [1] * len(rows), "employment": e0 + e1})
    return jobs, pd.DataFrame({"occupation": codes, "wage": wage})


@given(LADDER, st.integers(2, 6))
def test_nothing_is_lost_among_bins_and_wages_rise(rows: Any, n: int) -> None:
    jobs, wages = laddered(rows)
    found = polarization(jobs, wages, base=0, end=1, bins=n)
    table = found.to_pandas()

    assert table["employment_base"].sum() == pytest.approx(sum(row[1] for row in rows))
    assert table["employment_end"].sum() == pytest.approx(sum(row[2] for row in rows))
    edges = table[["wage_low", "wage_high"]].dropna().to_numpy().ravel()
    assert (np.diff(edges) >= 0).all()
    assert found.unmatched_share == pytest.approx(0)


@given(LADDER, st.floats(0.1, 10))
def test_a_common_factor_of_wages_changes_no_bin(rows: Any, factor: float) -> None:
    jobs, wages = laddered(rows)
    plain, scaled = (
        polarization(jobs, wages.assign(wage=wages["wage"] * by), base=0, end=1).to_pandas() for by in (1.0, factor)
    )
    assert scaled["growth"].to_numpy() == pytest.approx(plain["growth"].to_numpy(), nan_ok=True)


def by_college(seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Jobs of thirty occupations with and without college; a few have no jobs of one kind."""
    rng = np.random.default_rng(seed)
    cells = pd.MultiIndex.from_product(
        [["yes", "no"], [f"o{i:02}" for i in range(30)], [1, 2]], names=["college", "occupation", "period"]
    )
    jobs = pd.DataFrame({"employment": rng.integers(0, 9, len(cells)) + 0.0}, index=cells).reset_index()
    return jobs, pd.DataFrame({"occupation": [f"o{i:02}" for i in range(30)], "wage": rng.uniform(20, 120, 30)})


@pytest.mark.parametrize("weight", ["employment", "none"])
@pytest.mark.parametrize("seed", range(3))
def test_groups_on_their_own_ladder_are_as_if_each_stood_alone(seed: int, weight: Any) -> None:
    jobs, wages = by_college(seed)
    asked: dict[str, Any] = {"base": 1, "end": 2, "bins": 5, "weight": weight}
    together = polarization(jobs, wages, by="college", ladder="own", **asked)

    for group, rows in jobs.groupby("college"):
        alone = polarization(rows.drop(columns="college"), wages, **asked)
        for table in ("table", "quadratic", "minima"):
            found, wanted = (getattr(one, table).collect("pandas").to_native() for one in (together, alone))
            found = found[found["college"] == group].drop(columns="college").reset_index(drop=True)
            pd.testing.assert_frame_equal(found, wanted)
    assert together.lowest_growth_wage is None


@pytest.mark.parametrize("seed", range(3))
def test_groups_on_the_common_ladder_add_up_to_all(seed: int) -> None:
    """A bin holds one set of occupations whatever the group, and jobs of the groups are all jobs."""
    jobs, wages = by_college(seed)
    jobs["employment"] += 1
    asked: dict[str, Any] = {"base": 1, "end": 2, "bins": 5}
    by = polarization(jobs, wages, by=["college"], **asked).to_pandas()
    every = jobs.groupby(["occupation", "period"], as_index=False)["employment"].sum()
    whole = polarization(every, wages, **asked).to_pandas()

    summed = by.groupby("bin")[["employment_base", "employment_end"]].sum()
    np.testing.assert_allclose(summed, whole[["employment_base", "employment_end"]], rtol=1e-12)
    for _, rows in by.groupby("college"):
        assert rows["wage_low"].tolist() == whole["wage_low"].tolist()


def test_a_group_without_a_row_in_the_end_is_counted() -> None:
    """Smiths of the north have no row in the end: a tenth of the base."""
    jobs = pd.DataFrame(
        {
            "area": ["north", "north", "south", "north", "south"],
            "occupation": ["aide", "smith", "aide", "aide", "aide"],
            "period": [1, 1, 1, 2, 2],
            "employment": [40.0, 10.0, 50.0, 60.0, 25.0],
        }
    )
    found = polarization(jobs, WAGES, base=1, end=2, bins=2, by="area", top_code=100.0)

    assert found.unmatched_share == pytest.approx(0.1)
    growth = found.to_pandas().dropna(subset="growth").set_index("area")["growth"]
    assert growth.to_dict() == {"north": pytest.approx(0.5), "south": pytest.approx(-0.5)}


def test_an_occupation_without_a_wage_is_counted() -> None:
    found = polarization(EMPLOYMENT, WAGES.slice(0, 3), base="old", end="new")

    assert found.unmatched_share == pytest.approx(30 / 105)
    assert found.unmatched_end_share == pytest.approx(36 / 110)


def test_too_few_occupations_make_no_quadratic() -> None:
    found = polarization(EMPLOYMENT, WAGES.slice(0, 3), base="old", end="new")

    assert found.quadratic.collect("pandas").to_native().empty
    assert found.lowest_growth_wage is None


@pytest.mark.parametrize(
    ("parameters", "error", "says"),
    [
        ({"base": "olds"}, ChoiceError, "Did you mean 'old'"),
        ({"weight": "jobs"}, ChoiceError, "weight='jobs'"),
        ({"ladder": "others"}, ChoiceError, "ladder='others'"),
        ({"by": "period"}, ReservedNameError, "period"),
        ({"bins": 1}, ParameterRangeError, "bins=1"),
        ({"end": "old"}, ParameterRangeError, "another period than base='old'"),
        ({"top_code": None}, ParameterRangeError, "first that of 'judge'"),
        ({"top_code": -1.0}, ParameterRangeError, "top_code"),
    ],
)
def test_wrong_parameters_are_refused(parameters: dict[str, Any], error: Any, says: str) -> None:
    with pytest.raises(error, match=says):
        bins(**parameters)


def test_wrong_cells_are_named() -> None:
    jobs = EMPLOYMENT.set_column(2, "employment", pa.array([-1.0, *range(9)], pa.float64()))
    with pytest.raises(NegativeValueError, match=r"employment\.employment"):
        polarization(jobs, WAGES, **EXAMPLE[1])
    wages = WAGES.set_column(1, "wage", pa.array([0.0, 33.0, 38.0, 70.0, None]))
    with pytest.raises(OutsideRangeError, match=r"wages\.wage is 0 where occupation = 'aide'; it is above 0"):
        polarization(EMPLOYMENT, wages, **EXAMPLE[1])
    with pytest.raises(NoRowsLeftError, match="no occupation has a wage"):
        polarization(EMPLOYMENT, WAGES.slice(0, 0), **EXAMPLE[1])

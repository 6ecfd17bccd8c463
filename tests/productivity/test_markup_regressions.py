from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria import errors
from industria.core.table import Table, collect
from industria.productivity.markup import markup
from tests.sources.official_files import WHOLE

HALL: dict[str, Any] = {
    "unit": "industry",
    "time": "year",
    "method": "hall",
    "output": "output",
    "revenue": "sales",
    "costs": {"labor": "wages", "materials": "bought", "capital": "rents"},
    "instruments": "demand",
}
ROEGER: dict[str, Any] = {
    "unit": "industry",
    "time": "year",
    "method": "roeger",
    "revenue": "sales",
    "costs": {"labor": "wages", "materials": "bought", "capital": "rents"},
    "capital": "capital",
}


def industries(mu: float = 1.3, n: int = 40, years: int = 12, luck: float = 0.0, seed: int = 0) -> pd.DataFrame:
    """Industries with returns that are constant, whose inputs follow demand and, by luck, productivity.

    Output and revenue grow as Hall's and Roeger's equations say, by shares that are means of two years.
    """
    rng = np.random.default_rng(seed)
    size = (n, years)
    demand, theta = rng.normal(0, 0.05, size), rng.normal(0.01, luck, size)
    quantities = np.cumsum(demand[..., None] + theta[..., None] + rng.normal(0, 0.02, (*size, 3)), axis=1)
    prices = np.cumsum(rng.normal(0, 0.05, (*size, 3)), axis=1)
    C = np.log([0.25, 0.35, 1 / mu - 0.6]) + quantities + prices
    r, y = np.zeros(size), np.zeros(size)
    for t in range(1, years):
        dC, dx = C[:, t] - C[:, t - 1], quantities[:, t] - quantities[:, t - 1]
        r[:, t] = r[:, t - 1]
        # Shares hold the revenue that they help to find.
        for _ in range(20):
            S = (np.exp(C[:, t] - r[:, t, None]) + np.exp(C[:, t - 1] - r[:, t - 1, None])) / 2
            capital = 1 - mu * S[:, :2].sum(axis=1)
            r[:, t] = r[:, t - 1] + (mu * S[:, :2] * dC[:, :2]).sum(axis=1) + capital * dC[:, 2]
        y[:, t] = y[:, t - 1] + mu * (S * dx).sum(axis=1) + theta[:, t]
    who, when = (one.ravel() for one in np.meshgrid(np.arange(n), np.arange(years), indexing="ij"))
    columns = {"industry": [f"i{i:03}" for i in who], "year": 2000 + when, "demand": demand.ravel()}
    columns |= {"output": np.exp(y).ravel(), "sales": 100 * np.exp(r).ravel()}
    for j, (quantity, cost) in enumerate(HALL["costs"].items()):
        columns |= {quantity: np.exp(quantities[..., j]).ravel(), cost: 100 * np.exp(C[..., j]).ravel()}
    return pd.DataFrame(columns)


def frame(table: Table) -> pd.DataFrame:
    made: pd.DataFrame = collect(table).to_pandas()
    return made


@pytest.mark.parametrize("mu", [1.0, 1.3, 1.6])
@pytest.mark.parametrize("roles", [HALL, ROEGER], ids=["hall", "roeger"])
def test_a_markup_without_luck_is_found_to_the_last_digits(roles: dict[str, Any], mu: float) -> None:
    result = markup(industries(mu), None, **roles)
    (row,) = result.to_pandas().to_dict("records")

    assert row["markup"] == pytest.approx(mu, abs=1e-9)  # twenty rounds of shares, and sums of 440 rows
    assert row["standard_error"] == pytest.approx(0, abs=1e-8)
    assert (row["n_obs"], row["n_units"], result.n_without) == (440, 40, 40)
    assert collect(result.cells).num_rows == 0


def test_productivity_that_moves_inputs_needs_an_instrument_or_falls_out() -> None:
    """Hall with inputs as their own instrument is off; with demand it is right; Roeger needs neither."""
    found = []
    for seed in range(20):
        rows = industries(luck=0.05, seed=seed)
        inputs = rows.groupby("industry")[["labor", "materials", "capital"]].transform(lambda t: np.log(t).diff())
        rows = rows.assign(own=inputs.mean(axis=1).fillna(0.0))
        found.append(
            [
                markup(rows, **options).to_pandas()["markup"][0]
                for options in (HALL | {"instruments": "own"}, HALL, ROEGER)
            ]
        )
    own, demand, roeger = np.mean(found, axis=0)

    # By least squares the slope is off by about half, var(luck) over var(demand + luck).
    assert own > 1.65
    assert demand == pytest.approx(1.3, abs=0.03)  # 20 panels, each with an error of about .05
    assert roeger == pytest.approx(1.3, abs=1e-8)


def test_intervals_hold_the_truth_about_so_often_as_they_say() -> None:
    held = []
    for seed in range(60):
        row = markup(industries(luck=0.05, seed=100 + seed), confidence=0.9, **HALL).to_pandas().iloc[0]
        held.append(row["low"] <= 1.3 <= row["high"])

    # Nine in ten of 60 are 54, with a standard deviation of 2.3.
    assert 47 <= sum(held) <= 60


def test_each_cell_is_what_it_would_be_alone_and_thin_ones_tell_so() -> None:
    rows = industries(luck=0.05).assign(sector=lambda t: np.where(t["industry"] < "i020", "goods", "services"))
    rows.loc[(rows["industry"] == "i000") & (rows["year"] < 2003), "sector"] = "other"
    rows = rows[rows["sector"] != "other"].copy()
    rows.loc[rows["industry"] == "i039", "sector"] = "transport"
    rows = rows[(rows["sector"] != "transport") | (rows["year"] < 2004)]
    result = markup(rows, by="sector", **HALL)
    found, fits = result.to_pandas().set_index("sector"), frame(result.regressions).set_index("sector")
    alone = markup(rows[rows["sector"] == "goods"], **HALL).to_pandas().iloc[0]

    assert found.loc["goods"].tolist() == pytest.approx(alone.tolist(), abs=1e-12)
    assert np.isnan(found.loc["transport", "markup"])
    assert fits.loc["transport", "why"] == "too few rows: 3 with a period before, where 5 are the least"
    assert fits.loc["goods", "why"] == "errors clustered by units"
    assert fits.loc["goods", "first_stage_f"] > 10


def test_a_single_industry_has_errors_of_its_rows() -> None:
    rows = industries(luck=0.03, n=3, years=30)
    rows = rows.assign(code=rows["industry"])
    result = markup(rows, by="industry", **HALL | {"unit": "code"})
    fits = frame(result.regressions)

    assert fits["why"].unique().tolist() == ["errors clustered by rows, of one unit"]
    assert (fits["clusters"] == 29).all()
    assert result.to_pandas()["low"].notna().all()


def test_a_margin_of_one_or_more_has_no_markup() -> None:
    """Costs that fall as revenue rises: price would lie above cost without a bound."""
    rows = industries().assign(rents=1.0, wages=lambda t: 500 / t["sales"], bought=lambda t: 500 / t["sales"])
    result = markup(rows, **ROEGER)

    assert frame(result.regressions)["coefficient"][0] > 1
    assert result.to_pandas()[["markup", "standard_error", "low", "high"]].isna().all(axis=None)


def test_sixty_industries_have_the_slopes_of_least_squares_in_r() -> None:
    """tests/golden/markup/make.R. Costs add up to revenue in this file, so that markups are 1 by construction."""
    file = WHOLE / "productivity" / "bls_klems_growth_hall.csv"
    if not file.is_file():
        pytest.skip(f"growth of 60 industries is not on this machine: {file} is no file")
    rows = pd.read_csv(file).sort_values(["naics", "year"])
    inputs = list("EKLMS")
    for name in (*inputs, "Y"):
        growth = np.log1p(rows[f"delta{name}"].fillna(0) / 100)
        rows[f"q{name}"] = np.exp(growth.groupby(rows["naics"]).cumsum())
    rows = rows[(rows[[*inputs, "Y"]] > 0).all(axis=1)].fillna({"deltainstOP": 0.0})
    roles: dict[str, Any] = {"unit": "naics", "time": "year", "revenue": "Y"}
    instruments = [name for name in rows if name.startswith("deltainst")]
    hall = {"output": "qY", "costs": {f"q{name}": name for name in inputs}, "instruments": instruments}
    roeger = {"costs": {name: name for name in inputs}, "capital": "K"}
    wanted = {
        "hall": [1.021927731725, 0.003817836507, 0.083912995705, 1798],
        "roeger": [0.001575243177, -1.098233283743e-05, 0.001299267462, 1798],
    }
    for method, options in (("hall", hall), ("roeger", roeger)):
        fit = frame(markup(rows, method=method, **roles, **options).regressions).iloc[0]
        found = fit[["coefficient", "constant", "standard_error", "n_obs"]].tolist()
        assert found == pytest.approx(wanted[method], abs=1e-10), method  # twelve digits are printed
        assert "costs add up to revenue" in fit["why"]
        assert ("a markup of 1 is built in" in fit["why"]) == (method == "roeger")


def test_weights_are_read() -> None:
    rows = industries(luck=0.05)
    twice = rows["industry"].str[-1].isin(["0", "3"])
    copies = pd.concat([rows, rows[twice].assign(industry="x" + rows["industry"][twice])])
    weighted = rows.assign(weight=1.0 + twice)
    for roles in (HALL, ROEGER):
        found = [
            markup(t, weights=w, **roles).to_pandas()["markup"][0] for t, w in ((weighted, "weight"), (copies, None))
        ]
        assert found[0] == pytest.approx(found[1], abs=1e-10)


def test_what_a_regression_cannot_say_stands_under_it() -> None:
    hall, roeger = (markup(industries(luck=0.05), **roles).summary() for roles in (HALL, ROEGER))

    assert hall.startswith("markups by Hall: 480 rows of 40 units")
    assert "instruments that move inputs and not productivity" in hall
    assert "not identified from revenue" in hall
    assert "fixed costs and idle capital pass for markups" in roeger


@pytest.mark.parametrize(
    ("roles", "changed", "error", "says"),
    [
        (HALL, {"instruments": ()}, errors.RoleError, "needs instruments: what moves inputs and not productivity"),
        (HALL, {"output": None}, errors.RoleError, "method='hall' needs output: real output"),
        (HALL, {"costs": None}, errors.RoleError, "needs costs: the cost of each input, capital included"),
        (HALL, {"capital": "capital"}, errors.ExcludedParameterError, "capital has no place in method='hall'"),
        (HALL, {"flexible": "labor"}, errors.ExcludedParameterError, "flexible has no place"),
        (HALL, {"corrected": False}, errors.ExcludedParameterError, "corrected has no place"),
        (HALL, {"control_degree": 2}, errors.ExcludedParameterError, "control_degree has no place"),
        (HALL, {"controls": "demand"}, errors.ExcludedParameterError, "controls has no place"),
        (HALL, {"output": "sales"}, errors.RepeatedColumnError, "the output and the revenue"),
        (HALL, {"instruments": "wages"}, errors.RepeatedColumnError, "an instrument"),
        (ROEGER, {"instruments": "demand"}, errors.ExcludedParameterError, "instruments has no place"),
        (ROEGER, {"output": "output"}, errors.ExcludedParameterError, "output has no place in method='roeger'"),
        (ROEGER, {"capital": "rents"}, errors.RoleError, r"capital \(rents\) is not among costs"),
        (ROEGER, {"capital": None}, errors.RoleError, "needs capital"),
        (ROEGER, {"costs": {"capital": "rents"}}, errors.RoleError, "another input beside capital"),
        (ROEGER, {"costs": {"labor": "wage", "capital": "rents"}}, errors.MissingColumnError, "Did you mean 'wages'"),
    ],
)
def test_parts_that_do_not_go_together_are_told(
    roles: dict[str, Any], changed: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        markup(industries(), None, **roles | changed)


def test_elasticities_have_no_place_in_a_regression() -> None:
    with pytest.raises(errors.ExcludedParameterError, match="elasticities has no place in method='hall'"):
        markup(industries(), pd.DataFrame({"term": ["labor"], "estimate": [0.5]}), **HALL)


def test_one_period_is_not_enough() -> None:
    with pytest.raises(errors.NoRowsLeftError, match="no unit is there in two periods in a row"):
        markup(industries().query("year == 2004"), **HALL)

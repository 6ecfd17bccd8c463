from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from industria.core.table import collect
from industria.errors import (
    InfiniteValueError,
    NegativeRowsError,
    NoDegreesOfFreedomError,
    ParameterRangeError,
    RepeatedColumnError,
)
from industria.evaluation.fixed_effects import fixed_effects
from industria.evaluation.normal_equations import NormalEquations, normal_equations
from industria.kernels.moments_in_rows import from_long
from industria.kernels.normal_equations import Solution, solved

COLUMNS = ["estimate", "standard_error", "statistic", "p_value", "low", "high"]
# Sums in another order differ in the last bits; a tenth decimal is what pooling promises.
ADDED_UP = 1e-10

EXAMPLE: tuple[dict[str, pa.Table], dict[str, Any]] = (
    {
        "panel": pa.table(
            {
                "plant": [plant for plant in "abcdefgh" for _ in range(3)],
                "year": [2001, 2002, 2003] * 8,
                "scrap": np.round(np.random.default_rng(3).lognormal(1, 0.5, 24), 1),
                "grant": [0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 1],
            }
        )
    },
    {"outcome": "scrap", "regressors": ["grant"], "absorb": ["plant"], "common": ["year"]},
)
PAIR = ["grant", "grant_last_year"]
SCRAP: dict[str, Any] = {"outcome": "log_scrap_rate", "regressors": PAIR, "absorb": ["firm"], "common": ["year"]}


def _pooled(parts: list[NormalEquations], terms: list[str]) -> Solution:
    """Add the moments of parts up, from their tables alone."""
    rows = [row for part in parts for row in collect(part.moments).to_pylist()]
    return solved(from_long(*([row[name] for row in rows] for name in ("kind", "row", "column", "value"))), terms)


def _assert_pooled(found: Solution, whole: NormalEquations) -> None:
    rows = whole.to_pandas().set_index("term").loc[list(found.names)]
    np.testing.assert_allclose(found.b, rows["estimate"], rtol=ADDED_UP, atol=ADDED_UP)
    np.testing.assert_allclose(np.sqrt(np.diag(found.V)), rows["standard_error"], rtol=ADDED_UP, atol=ADDED_UP)
    assert found.df == whole.df
    assert whole.support_rank == found.K


def test_gives_the_training_grants(firms: pd.DataFrame) -> None:
    """release-and-network.md 13 k: -.4215895085 (.2824603894) from 54 plants, 162 rows, and -.2523148738."""
    # The file carries logarithms of single precision, and the reference does not tell whose it took.
    told = 1e-8
    found = normal_equations(firms.assign(log_scrap_rate=np.log(firms["scrap_rate"])), **SCRAP)

    now, before = found.to_pandas().to_dict("records")
    assert now["estimate"] == pytest.approx(-0.2523148738, abs=told)
    assert before["estimate"] == pytest.approx(-0.4215895085, abs=told)
    assert before["standard_error"] == pytest.approx(0.2824603894, abs=told)
    assert (found.n_units, found.n_obs, found.df) == (54, 162, 53)


@pytest.mark.parametrize("outcome", ["log_scrap_rate", "training_hours_per_employee", "log_employment"])
def test_is_fixed_effects_on_one_site(firms: pd.DataFrame, outcome: str) -> None:
    """Firms absorbed and years written out are both taken out; panels with gaps too."""
    found = normal_equations(firms, **(SCRAP | {"outcome": outcome})).to_pandas()
    other = fixed_effects(firms, outcome=outcome, treatment=PAIR, unit="firm", time="year").to_pandas()

    np.testing.assert_allclose(found[COLUMNS], other[COLUMNS], rtol=ADDED_UP, atol=ADDED_UP)


@pytest.mark.parametrize(
    ("effects", "absorb", "cluster"),
    [((), (), "firm"), (("firm",), ("firm",), "firm"), (("firm", "year"), ("firm", "year"), "firm"), ((), (), "state")],
)
def test_counts_coefficients_as_fixed_effects_does(
    firms: pd.DataFrame, effects: tuple[str, ...], absorb: tuple[str, ...], cluster: str
) -> None:
    """With an intercept alone, one effect, or both absorbed; with weights; clusters coarser than units."""
    rows = firms.assign(state=firms["firm"] % 23, size=firms["employ"].fillna(20))
    told: dict[str, Any] = {"outcome": "log_scrap_rate", "weights": "size", "cluster": cluster}

    found = normal_equations(rows, regressors=PAIR, absorb=absorb, unit="firm", **told).to_pandas()
    other = fixed_effects(rows, treatment=PAIR, unit="firm", time="year", effects=effects, **told).to_pandas()

    np.testing.assert_allclose(found[COLUMNS], other[COLUMNS], rtol=ADDED_UP, atol=ADDED_UP)


def test_rows_without_a_unit_have_errors_that_allow_unequal_spread(firms: pd.DataFrame) -> None:
    """HC1 with rows for clusters, as fixed_effects has it."""
    rows = firms.dropna(subset=["log_scrap_rate"])
    found = normal_equations(rows, outcome="log_scrap_rate", regressors=PAIR)
    other = fixed_effects(
        rows, outcome="log_scrap_rate", treatment=PAIR, unit="firm", time="year", effects=(), vcov="HC1"
    )

    np.testing.assert_allclose(found.to_pandas()[COLUMNS], other.to_pandas()[COLUMNS], rtol=ADDED_UP, atol=ADDED_UP)
    assert found.units_used is None


@pytest.mark.parametrize("seed", range(6))
def test_any_split_by_clusters_adds_up_to_the_whole(firms: pd.DataFrame, seed: int) -> None:
    """Clusters of several firms, weights, two kinds of common effects, some of whose levels a part may lack."""
    rng = np.random.default_rng(seed)
    firms = firms.assign(
        region=firms["firm"].map({f: int(rng.integers(40)) for f in firms["firm"].unique()}),
        industry=rng.integers(4, size=len(firms)),
        weight=rng.uniform(0.5, 2, len(firms)),
    )
    told = SCRAP | {"common": ["year", "industry"], "cluster": "region", "weights": "weight"}
    part = firms["region"].map({r: int(rng.integers(2 + seed % 3)) for r in range(40)})

    parts = [normal_equations(rows, **told) for _, rows in firms.groupby(part)]

    _assert_pooled(_pooled(parts, PAIR), normal_equations(firms, **told))


def test_a_year_or_a_grant_that_a_site_never_had_is_no_obstacle(firms: pd.DataFrame) -> None:
    """One site without 1989 and without any grant: its own estimates are null, its sums count all the same."""
    some = firms["firm"].isin(firms["firm"].unique()[::4])
    never = firms.groupby("firm")["grant"].transform("max") == 0
    early = firms[some & never & (firms["year"] < 1989)]
    late = firms[~some]

    one, other = (normal_equations(rows, **SCRAP) for rows in (early, late))

    assert one.to_pandas()["estimate"].isna().all()
    assert "year=1989" not in collect(one.moments)["row"].to_pylist()
    assert collect(one.dropped)["reason"].to_pylist().count("cannot be told from effects and others") == 2
    _assert_pooled(_pooled([other, one], PAIR), normal_equations(pd.concat([early, late]), **SCRAP))


def test_where_a_site_withholds_its_cluster_sums_slopes_are_pooled_without_errors(firms: pd.DataFrame) -> None:
    parts = [normal_equations(firms[firms["firm"] % 2 == rest], **SCRAP) for rest in (0, 1)]
    rows = [row for part in parts for row in collect(part.moments).to_pylist()]
    n = collect(parts[0].moments).num_rows
    kept = [r for r in rows[:n] if not (r["kind"].startswith("cluster_") or r["row"] == "parts_with_cluster_sums")]

    found = solved(
        from_long(*([r[name] for r in kept + rows[n:]] for name in ("kind", "row", "column", "value"))), PAIR
    )

    np.testing.assert_allclose(found.b, normal_equations(firms, **SCRAP).to_pandas()["estimate"], atol=ADDED_UP)
    assert np.isnan(found.V).all(), "an error made of some clusters alone would be too small"


def test_moments_hold_sums_and_no_unit(firms: pd.DataFrame) -> None:
    """Each row adds up over sites: counts, levels of firms, and products of regressors and years."""
    moments = collect(normal_equations(firms, **SCRAP).moments).to_pandas()
    told = {(row["kind"], row["row"], row["column"]): row["value"] for row in moments.to_dict("records")}

    assert told["count", "rows", ""] == 162
    assert told["count", "clusters", ""] == told["levels", "firm", ""] == 54
    assert told["levels_across", "firm", ""] == 0
    # Within a firm of three years a dummy of one year has 2/3 left.
    assert told["cross_product", "year=1988", "year=1988"] == pytest.approx(54 * 2 / 3)
    assert set(moments[moments["kind"] != "count"]["row"]) - {"firm", ""} <= {
        *(names := ["grant", "grant_last_year", "year=1987", "year=1988", "year=1989"]),
        *(f"{a} * {b}" for a in names for b in names),
    }


def test_tells_what_a_release_asks(firms: pd.DataFrame) -> None:
    """Distinct rows beyond coefficients, plants beside a dummy, leverage of a plant and of a cluster in the sums."""
    whole, third = normal_equations(firms, **SCRAP), normal_equations(firms[firms["firm"] % 3 == 1], **SCRAP)

    assert whole.support_distinct_rows - whole.support_rank == 162 - (54 + 2 + 2)
    assert whole.support_smallest_group == 19
    assert whole.support_leverage < 0.1
    # Ten plants had a grant in 1989 alone; at one site only one of them is left, and the sums tell it.
    assert whole.support_moments_leverage == pytest.approx(1 / 10)
    assert third.support_moments_leverage == pytest.approx(1)


def test_units_are_told_to_the_site_alone(firms: pd.DataFrame) -> None:
    found = normal_equations(firms, **SCRAP)

    assert found.units_used is not None
    assert collect(found.units_used)["rows"].to_pylist() == [3] * 54
    assert "units_used" not in found.facts()


def test_few_clusters_have_errors_without_p_values(firms: pd.DataFrame) -> None:
    rows = firms.assign(state=firms["firm"] % 4)
    found = normal_equations(rows, **SCRAP, cluster="state").to_pandas()

    assert found["standard_error"].notna().all()
    assert found[["p_value", "low", "high"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"regressors": []}, ParameterRangeError, "regressors"),
        ({"regressors": ["log_scrap_rate"]}, RepeatedColumnError, "log_scrap_rate"),
        ({"common": ["firm"]}, RepeatedColumnError, "firm"),
        ({"regressors": ["infinite"]}, InfiniteValueError, "row = 1"),
        ({"weights": "below"}, NegativeRowsError, "first in row 1"),
    ],
)
def test_refuses_what_no_estimate_can_use(
    firms: pd.DataFrame, change: dict[str, Any], error: type[Exception], says: str
) -> None:
    rows = firms[firms["firm"] < 410600].assign(infinite=np.inf, below=-4321.0)

    with pytest.raises(error, match=says) as raised:
        normal_equations(rows, **(SCRAP | change))
    assert "4321" not in str(raised.value), "what a row holds stays at the site"


def test_a_regressor_that_bears_the_name_of_a_level_is_refused(firms: pd.DataFrame) -> None:
    rows = firms.rename(columns={"grant": "year=1988"})
    with pytest.raises(RepeatedColumnError, match="year=1988"):
        normal_equations(rows, **(SCRAP | {"regressors": ["year=1988"]}))


def test_as_many_coefficients_as_rows_are_refused() -> None:
    rows = pd.DataFrame(
        {
            "firm": ["a", "a", "a", "b", "b", "b"],
            "year": [1, 2, 3] * 2,
            "y": [1, 4, 2, 8, 5, 7],
            "x": [3, 1, 2, 9, 4, 6],
        }
    ).assign(z=[0, 5, 1, 2, 2, 8])

    with pytest.raises(NoDegreesOfFreedomError, match="6 rows cannot carry 6 coefficients"):
        normal_equations(rows, outcome="y", regressors=["x", "z"], absorb=["firm"], common=["year"])

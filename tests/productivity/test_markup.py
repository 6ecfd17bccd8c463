from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from industria import errors
from industria.core.table import Table, collect
from industria.productivity.markup import markup
from tests.strategies import plain, simulated_firms

ROLES: dict[str, Any] = {
    "unit": "firm",
    "time": "year",
    "output": "y",
    "flexible": "l",
    "expenditure": "wages",
    "revenue": "sales",
    "logs": True,
}
FUNCTION = pd.DataFrame(
    {"draw": [0, 0, 1, 1, 2, 2], "term": ["l", "k"] * 3, "estimate": [0.6, 0.4, 0.55, 0.45, 0.65, 0.35]}
)

CONTROL = pd.DataFrame({"draw": [0, 1, 2], "term": "control:age", "estimate": [0.02, 0.03, 0.01]})


def firms(n: int = 30, noise: float = 0.0, rise: float = 0.0) -> pd.DataFrame:
    """Firms whose markup is 1.25 in the first year and grows by `rise` a year; sales err by noise that y shares."""
    rows = simulated_firms(2, 4, firms=n, years=4).to_pandas()
    rng = np.random.default_rng(0)
    planned = 0.6 * rows["l"] + 0.4 * rows["k"]
    # Output that inputs tell exactly, but for the noise.
    e = rng.normal(0, noise, len(rows))
    share = 0.6 / (1.25 * np.exp(rise * (rows["year"] - 2001)))
    sales = planned + 1.0
    return rows.assign(
        firm="f" + rows["firm"].astype(str),
        industry=np.where(rows["firm"] % 2 == 1, "metal", "food"),
        y=planned + e,
        sales=sales + e,
        wages=sales + np.log(share),
    )


EXAMPLE: tuple[dict[str, pa.Table], dict[str, Any]] = (
    {
        "panel": plain(firms(16, 0.1).assign(age=lambda t: t["year"] % 3 + t["m"], weight=lambda t: 1 + t["year"] % 2)),
        "elasticities": plain(pd.concat([FUNCTION, CONTROL])),
    },
    ROLES | {"by": ["industry"], "proxy": "m", "controls": ["age"], "control_degree": 1, "weights": "weight"},
)
WORDS = ("l", "k", "control:age")


def frame(table: Table) -> pd.DataFrame:
    made: pd.DataFrame = collect(table).to_pandas()
    return made


def test_it_is_the_elasticity_over_the_share() -> None:
    found = markup(firms(), FUNCTION, corrected=False, **ROLES).to_pandas()

    np.testing.assert_allclose(found["markup"], 1.25, rtol=1e-12)
    np.testing.assert_allclose(found["output_elasticity"], 0.6, rtol=1e-12)
    np.testing.assert_allclose(found["expenditure_share"], 0.48, rtol=1e-12)


def test_noise_in_revenue_is_taken_out_by_stage_one() -> None:
    """De Loecker & Warzynski: the share is over revenue / exp(noise), or the spread of markups is that of noise."""
    rows = firms(200, noise=0.2)
    rough, corrected = (markup(rows, FUNCTION, corrected=c, **ROLES).to_pandas()["markup"] for c in (False, True))

    assert np.std(np.log(rough)) == pytest.approx(0.2, abs=0.01)  # 800 rows
    assert np.std(np.log(corrected)) < 0.03


def test_movements_stand_first_and_carry_the_draws() -> None:
    result = markup(firms(rise=0.1), FUNCTION, corrected=False, by="industry", **ROLES)
    cells = frame(result.cells)

    np.testing.assert_allclose(cells["change"], 0.1 * (cells["year"] - 2001), atol=1e-12)
    # With shares alone moving, an elasticity that is wrong moves the level and no change.
    np.testing.assert_allclose(cells["change_low"], cells["change"], atol=1e-12)
    assert (cells["n_units"] == 15).all()
    assert result.to_pandas().query("year == 2001")["low"].iloc[0] == pytest.approx(1.25 * 0.5525 / 0.6)
    assert result.summary().splitlines()[-1].startswith("The level of a markup is not identified from revenue")


def test_functions_with_products_give_each_row_its_elasticity() -> None:
    rows = firms(10)
    function = pd.DataFrame({"term": ["l", "k", "l^2", "k*l"], "estimate": [0.5, 0.4, 0.02, 0.01]})
    found = markup(rows, function, corrected=False, **ROLES).to_pandas().set_index(["firm", "year"])
    inputs = rows.set_index(["firm", "year"]).reindex(found.index)

    np.testing.assert_allclose(found["output_elasticity"], 0.5 + 0.04 * inputs["l"] + 0.01 * inputs["k"], rtol=1e-9)


@pytest.mark.parametrize(
    ("changed", "error", "says"),
    [
        ({"flexible": "m"}, errors.RoleError, r"flexible \(m\) has no term in elasticities: it has k, l"),
        ({"expenditure": "sales"}, errors.RepeatedColumnError, "sales"),
        ({"proxy": "m", "corrected": False}, errors.ExcludedParameterError, "proxy has no place in corrected=False"),
        ({"control_degree": 3, "corrected": False}, errors.ExcludedParameterError, "control_degree"),
        ({"control_degree": 9}, errors.ParameterRangeError, "a whole number from 1 to 5"),
        ({"controls": "m"}, errors.RoleError, "no term control:m"),
        ({"method": "halls"}, errors.ChoiceError, "Did you mean 'hall'"),
        ({"flexible": None}, errors.RoleError, "method='production' needs flexible"),
        ({"instruments": "m"}, errors.ExcludedParameterError, "instruments has no place in method='production'"),
        ({"costs": {"l": "wages"}}, errors.ExcludedParameterError, "costs has no place in method='production'"),
        ({"confidence": 1.0}, errors.ParameterRangeError, "confidence"),
        ({"revenue": "turnover"}, errors.MissingColumnError, "turnover"),
    ],
)
def test_parts_that_do_not_go_together_are_told(changed: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        markup(firms(5), FUNCTION, **ROLES | changed)


def test_a_term_of_no_column_is_told() -> None:
    with pytest.raises(errors.MissingColumnError, match="panel has no column 'labour'"):
        markup(firms(5), FUNCTION.assign(term=["labour", "k"] * 3), **ROLES)

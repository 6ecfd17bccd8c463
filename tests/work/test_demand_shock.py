from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from industria.errors import (
    MissingValueError,
    NegativeValueError,
    OutsideRangeError,
    ParameterRangeError,
    UnknownLabelError,
)
from industria.work import demand_shock
from tests.work.moves import NETWORK, observed, start

OCCUPATIONS = pa.table(
    {
        "occupation": ["clerk", "nurse"],
        "employment": [95.0, 190.0],
        "unemployment": [5.0, 10.0],
        "vacancies": [4.0, 8.0],
    }
)
TARGET = pa.table({"occupation": ["clerk", "nurse"], "demand": [50.0, 250.0]})
EXAMPLE = (
    {"network": NETWORK, "occupations": OCCUPATIONS, "target": TARGET},
    {"steps": 40, "shock_step": 10, "midpoint": 10.0},
)


def paths(**parameters: Any) -> pd.DataFrame:
    return demand_shock(NETWORK, OCCUPATIONS, TARGET, **parameters).to_pandas()


def test_without_a_shock_the_rates_are_those_of_the_field() -> None:
    """Del Rio-Chanona et al. (2021), computed once by a dense loop over 539 occupations; printed digits."""
    network, employment = observed()
    same = employment.rename(columns={"employment": "demand"})
    found = demand_shock(network.table, start(employment), same)
    totals = found.totals.collect("pandas").to_native().set_index("step")

    assert totals.loc[299].to_numpy() == pytest.approx([0.0554436, 0.0179430, 0.0323150], abs=6e-8)
    assert found.rate_end == pytest.approx(0.0556370, abs=6e-8)


def test_three_tenths_of_office_work_less() -> None:
    """The same, with the target of SOC 43 times 0.7 and all of it brought back to the old total."""
    network, employment = observed()
    office = employment["occupation"].str.startswith("43")
    demand = employment["employment"].where(~office, 0.7 * employment["employment"])
    target = employment[["occupation"]].assign(demand=demand * employment["employment"].sum() / demand.sum())
    found = demand_shock(network.table, start(employment), target)
    rows = found.to_pandas()
    rows = rows[rows["occupation"].str.startswith("43")].groupby("step")[["employment", "unemployment"]].sum()
    rate = rows["unemployment"] / rows.sum(axis=1)

    assert (found.rate_peak, found.peak_step) == (pytest.approx(0.0559842, abs=6e-8), 438)
    assert found.rate_end == pytest.approx(0.0556627, abs=6e-8)
    assert (rate[300:].max(), rate[300:].idxmax()) == (pytest.approx(0.0715113, abs=6e-8), 426)
    assert rate.iloc[-1] == pytest.approx(0.0621599, abs=6e-8)
    force = found.to_pandas().groupby("step")[["employment", "unemployment"]].sum().sum(axis=1)
    assert force.to_numpy() == pytest.approx(np.full(600, employment["employment"].sum()), rel=1e-9)


def dense(steps: int, shock_step: int, midpoint: float) -> np.ndarray[Any, Any]:
    """The equations of the authors with full matrices, as they stand in the paper."""
    A = NETWORK["probability"].to_numpy().reshape(2, 2)
    e, u, v = (OCCUPATIONS[name].to_numpy().copy() for name in ("employment", "unemployment", "vacancies"))
    d0, d1 = e + u, TARGET["demand"].to_numpy()
    out = []
    for t in range(1, steps + 1):
        d = d0 + (d1 - d0) / (1 + np.exp(-0.0425 * (t - shock_step - midpoint))) * (t > shock_step)
        gap = e + v - d
        separated = 0.016 * e + 0.984 * np.minimum(e, 0.16 * np.maximum(0, gap))
        opened = 0.012 * e + 0.988 * np.minimum(e, 0.16 * np.maximum(0, -gap))
        q = v * A / (v * A).sum(axis=1, keepdims=True)
        s = u[:, None] * q
        theta = v / s.sum(axis=0)
        f = s * theta * (1 - np.exp(-1 / theta))
        e, u, v = e - separated + f.sum(axis=0), u + separated - f.sum(axis=1), v + opened - f.sum(axis=0)
        out.append((e, u, v))
    return np.array(out)


def test_sparse_equals_dense() -> None:
    found = paths(**EXAMPLE[1])[["employment", "unemployment", "vacancies"]].to_numpy().reshape(40, 2, 3)

    assert found.transpose(0, 2, 1) == pytest.approx(dense(40, 10, 10.0), rel=1e-10)


@given(st.floats(0, 400), st.floats(0, 400))
@settings(max_examples=30)
def test_the_labor_force_is_conserved_and_nothing_falls_below_zero(clerks: float, nurses: float) -> None:
    assume(150 <= clerks + nurses <= 600)  # half and twice the labor force
    target = pa.table({"occupation": ["clerk", "nurse"], "demand": [clerks, nurses]})
    rows = demand_shock(NETWORK, OCCUPATIONS, target, steps=60, shock_step=5, midpoint=20.0).to_pandas()
    sums = rows.groupby("step")[["employment", "unemployment"]].sum().sum(axis=1)

    assert sums.to_numpy() == pytest.approx(np.full(60, 300.0), rel=1e-12)
    assert (rows[["employment", "unemployment", "vacancies", "long_term"]] >= 0).all().all()
    assert (rows["long_term"] <= rows["unemployment"] * (1 + 1e-12)).all()


def test_without_a_shock_a_connected_economy_comes_to_rest() -> None:
    target = pa.table({"occupation": ["clerk"], "demand": [100.0]})
    rows = demand_shock(NETWORK, OCCUPATIONS, target, steps=3000, shock_step=1).to_pandas().set_index("step")
    last, before = (rows.loc[step, ["employment", "unemployment", "vacancies"]].to_numpy() for step in (3000, 2990))

    assert last == pytest.approx(before, rel=1e-6)  # it nears its rest geometrically


def test_a_target_off_the_labor_force_is_told() -> None:
    """Demand of 50 and 235 beside a labor force of 300."""
    even, short = (
        demand_shock(NETWORK, OCCUPATIONS, target, **EXAMPLE[1])
        for target in (TARGET, pa.table({"occupation": ["clerk", "nurse"], "demand": [50.0, 235.0]}))
    )

    assert (even.target_ratio, even.caution) == (1.0, "")
    assert short.target_ratio == pytest.approx(0.95)
    assert "a fall of demand by 5.0% in all" in short.caution
    assert short.summary().endswith("Multiply it by 1.0526 to see these alone.")


@pytest.mark.parametrize(("clerks", "total"), [(0.05, "0.3"), (50_000.0, "300000"), (50 * 2.01, "603")])
def test_a_target_in_another_unit_is_refused(clerks: float, total: str) -> None:
    target = pa.table({"occupation": ["clerk", "nurse"], "demand": [clerks, 5 * clerks]})

    with pytest.raises(OutsideRangeError, match=rf"target\.demand is {total} .* twice the labor force, 300"):
        demand_shock(NETWORK, OCCUPATIONS, target)


def test_demand_at_the_start_in_another_unit_is_refused() -> None:
    start = OCCUPATIONS.append_column("demand", pa.array([0.1, 0.2]))

    with pytest.raises(OutsideRangeError, match=r"occupations\.demand is 0\.3 where all rows are added up"):
        demand_shock(NETWORK, start, TARGET)


def test_agents_follow_the_field_within_their_error() -> None:
    """Forty draws of 30,000 workers; the mean of the rate lies within four of its own errors."""
    field = demand_shock(NETWORK, OCCUPATIONS, TARGET, **EXAMPLE[1])
    drawn = np.array(
        [
            demand_shock(NETWORK, OCCUPATIONS, TARGET, **EXAMPLE[1], agents=True, population=30_000, rng=seed).rate_end
            for seed in range(40)
        ]
    )

    assert drawn.std() > 0
    assert drawn.mean() == pytest.approx(field.rate_end, abs=4 * drawn.std(ddof=1) / np.sqrt(len(drawn)))


def test_agents_are_whole_and_one_seed_draws_the_same() -> None:
    one, again, other = (paths(**EXAMPLE[1], agents=True, population=600, rng=seed) for seed in (1, 1, 2))

    assert one.equals(again)
    assert not one.equals(other)
    workers = 2 * one[["employment", "unemployment", "vacancies", "long_term"]].to_numpy()
    assert workers == pytest.approx(np.round(workers), abs=1e-9)
    sums = one.groupby("step")[["employment", "unemployment"]].sum().sum(axis=1)
    assert sums.to_numpy() == pytest.approx(np.full(40, 300.0))


@pytest.mark.parametrize(
    ("table", "column", "values", "error", "says"),
    [
        (
            "network",
            "probability",
            [0.8, 0.1, 0.1, 0.9],
            OutsideRangeError,
            "is 0.9 where origin = 'clerk'; it sums to 1",
        ),
        ("occupations", "occupation", ["clerk", "nurses"], UnknownLabelError, "Did you mean 'nurse'"),
        ("occupations", "employment", [-1.0, 1.0], NegativeValueError, r"occupations\.employment"),
        ("target", "demand", [-50.0, 250.0], NegativeValueError, r"target\.demand"),
    ],
)
def test_wrong_cells_are_named(table: str, column: str, values: Any, error: Any, says: str) -> None:
    tables = dict(EXAMPLE[0])
    tables[table] = tables[table].set_column(tables[table].column_names.index(column), column, pa.array(values))

    with pytest.raises(error, match=says):
        demand_shock(**tables)


def test_every_occupation_of_the_network_has_a_start() -> None:
    with pytest.raises(MissingValueError, match="occupation = 'nurse', which has no row"):
        demand_shock(NETWORK, OCCUPATIONS.slice(0, 1), TARGET.slice(0, 1))


@pytest.mark.parametrize(
    "parameters",
    [
        {"steps": 0},
        {"shock_step": 601},
        {"delta_u": 1.6},
        {"gamma": -0.1},
        {"rate": 0.0},
        {"midpoint": float("inf")},
        {"long_term_after": 0},
        {"population": 0},
    ],
)
def test_parameters_outside_their_range_are_refused(parameters: dict[str, Any]) -> None:
    with pytest.raises(ParameterRangeError, match=next(iter(parameters))):
        paths(**parameters)

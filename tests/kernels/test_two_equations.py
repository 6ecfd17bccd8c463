from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from industria.kernels.polynomials import exponents, monomials
from industria.kernels.two_equations import TwoEquations, joint
from tests.sources.official_files import WHOLE
from tests.strategies import simulated_firms


def equations(t: pd.DataFrame, unit: str, time: str, y: str, free: list[str], state: str, proxy: str) -> TwoEquations:
    t = t.sort_values([unit, time]).reset_index(drop=True)
    place = pd.Series(np.arange(len(t)), index=pd.MultiIndex.from_frame(t[[unit, time]]))
    before = place.reindex(pd.MultiIndex.from_arrays([t[unit], t[time] - 1])).to_numpy()
    now = np.flatnonzero(~np.isnan(before))
    lag = before[now].astype(int)
    V = t[[state, proxy]].to_numpy()
    h, one = monomials(V - V.mean(axis=0), exponents(2, 2)), np.ones((len(now), 1))
    L, K = t[free].to_numpy(), t[[state]].to_numpy()
    return TwoEquations(
        y=t[y].to_numpy()[now],
        X=np.column_stack([L, K])[now],
        h=h[now],
        h_lag=h[lag],
        Z1=np.column_stack([one, L[now], h[now]]),
        Z2=np.column_stack([one, L[lag], K[now], h[lag]]),
        w=np.ones(len(now)),
        unit=np.unique(t[unit].to_numpy()[now], return_inverse=True)[1].astype(np.int64),
        degree=1,
    )


def test_one_round_is_what_statspai_prints_for_chile() -> None:
    """StatsPAI 1.40: .22746 .19973 .15131, of which the first two moments are weighted as here in round one."""
    file = WHOLE / "productivity" / "chilean_prodest.csv"
    if not file.is_file():
        pytest.skip(f"the panel of plants is not on this machine: {file} is no file")
    of = equations(pd.read_csv(file), "idvar", "timevar", "Y", ["fX1", "fX2"], "sX", "pX")

    assert joint(of, two_step=False)[0].tolist() == pytest.approx([0.22746, 0.19973, 0.15131], abs=1e-5)


def test_both_rounds_find_the_truth_where_the_model_holds() -> None:
    of = equations(simulated_firms(2, 1).to_pandas(), "firm", "year", "y", ["l"], "k", "m")
    (one, V), (two, V2) = joint(of, two_step=False), joint(of)

    # Within three of their own standard errors.
    for b, of_b in ((one, V), (two, V2)):
        assert (np.abs(b - [0.6, 0.4]) < 3 * np.sqrt(np.diag(of_b))).all()


def test_a_process_of_higher_degree_starts_from_the_line() -> None:
    line = equations(simulated_firms(2, 1).to_pandas(), "firm", "year", "y", ["l"], "k", "m")
    parts = {name: getattr(line, name) for name in TwoEquations.__dataclass_fields__}
    curved = TwoEquations(**parts | {"degree": 2})

    assert joint(curved)[0].tolist() == pytest.approx(joint(line)[0].tolist(), abs=0.03)

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria import errors
from industria.core.table import collect
from industria.work.firm_effect_projection import firm_effect_projection
from industria.work.worker_firm_effects import worker_firm_effects
from tests.work.panels import design, left_out_variance, panel

seeds = st.integers(0, 10_000)
FIRMS = pd.DataFrame(
    {"firm": [f"f{k}" for k in range(8)], "size": np.arange(8.0) ** 2, "public": np.arange(8) % 3 == 0}
)
EXAMPLE: tuple[dict[str, pa.Table], dict[str, Any]] = (
    {
        "jobs": pa.Table.from_pandas(panel(3, firms=8, workers=60), preserve_index=False),
        "covariates": pa.Table.from_pandas(FIRMS, preserve_index=False),
    },
    {"traits": ["size", "public"], "weight": "weight"},
)


def by_hand(rows: pd.DataFrame, Z: Any, leave_out: str, w: Any) -> tuple[Any, Any, Any]:
    """Slopes and errors from the weight of every wage in every slope."""
    X, W, F = design(rows)
    w = np.asarray(w, float) / np.mean(w)
    y = rows["log_wage"].to_numpy()
    Z = Z - np.average(Z, axis=0, weights=w)
    bread = np.linalg.inv((Z * w[:, None]).T @ Z)
    effects = np.column_stack([np.zeros((len(y), W)), F[:, 1:]])
    c = bread @ (Z * w[:, None]).T @ effects @ np.linalg.inv((X * w[:, None]).T @ X) @ (X * w[:, None]).T
    psi = effects @ np.linalg.lstsq(X * np.sqrt(w)[:, None], y * np.sqrt(w), rcond=None)[0]
    left = psi - np.average(psi, weights=w) - Z @ (c @ y)
    white = bread @ ((Z * (w * left)[:, None]).T @ (Z * (w * left)[:, None])) @ bread
    stays = (rows.groupby("worker")["firm"].transform("nunique") == 1).to_numpy()
    of = rows.groupby(["worker", "firm"]).ngroup().to_numpy()
    blocks = [[i] for i in range(len(y)) if leave_out == "observation" or stays[i]]
    if leave_out == "match":
        blocks += [list(np.flatnonzero(of == g)) for g in np.unique(of[~stays])]
    variance = np.zeros(len(bread))
    for block in blocks:
        total = w[block].sum()
        # A block's mean wage stands in the slopes with the weights of its rows together.
        variance += (
            (c[:, block].sum(axis=1) / total) ** 2 * total * left_out_variance(X, y, w, block, np.average(y, weights=w))
        )
    return c @ y, variance, np.sqrt(np.diag(white))


@settings(max_examples=12)
@given(seeds, st.sampled_from(["match", "observation"]), st.booleans())
def test_slopes_and_errors_are_those_of_fitting_again_without_each_row(
    seed: int, leave_out: Any, weighted: bool
) -> None:
    jobs = panel(seed, firms=8, workers=50)
    try:
        result = firm_effect_projection(
            jobs, FIRMS, traits=["size", "public"], leave_out=leave_out, weight="weight" if weighted else None
        )
    except (errors.NoLeaveOutSetError, errors.CollinearTermError, errors.NoDegreesOfFreedomError):
        return
    effects = worker_firm_effects(jobs)
    workers, firms = (set(collect(t).column(0).to_pylist()) for t in (effects.worker_effects, effects.firm_effects))
    rows = jobs[jobs["worker"].isin(workers) & jobs["firm"].isin(firms)]
    Z = rows.merge(FIRMS, on="firm", how="left")[["size", "public"]].to_numpy(float)
    b, variance, white = by_hand(rows, Z, leave_out, rows["weight"] if weighted else np.ones(len(rows)))
    found = result.to_pandas()

    np.testing.assert_allclose(found["estimate"], b, atol=1e-9)
    np.testing.assert_allclose(found["white_error"], white, atol=1e-9)
    np.testing.assert_allclose(found["standard_error"] ** 2, np.where(variance > 0, variance, np.nan), atol=1e-9)


def test_traits_of_workers_are_taken_over_observations() -> None:
    jobs = panel(3)
    workers = jobs[["worker"]].drop_duplicates().assign(skill=lambda rows: np.arange(len(rows)) % 7)
    result = firm_effect_projection(jobs, workers, traits="skill", of="worker")
    model = worker_firm_effects(jobs)
    firms, used = (collect(t).to_pandas() for t in (model.firm_effects, model.worker_effects))
    kept = jobs.merge(workers, on="worker").merge(firms[["firm", "effect"]], on="firm").merge(used[["worker"]])

    assert result.n_units == kept["worker"].nunique()
    assert result.to_pandas()["estimate"].item() == pytest.approx(np.polyfit(kept["skill"], kept["effect"], 1)[0])


def test_draws_give_the_exact_errors_nearly() -> None:
    tables = EXAMPLE[0]
    exact = firm_effect_projection(**tables, traits=["size", "public"]).to_pandas()
    drawn = firm_effect_projection(**tables, traits=["size", "public"], method="randomized", draws=3200)

    assert (drawn.method, drawn.draws) == ("randomized", 3200)
    # Leverages, and so errors, are known to about 1/√3200.
    np.testing.assert_allclose(drawn.to_pandas()["standard_error"], exact["standard_error"], rtol=0.06)


def test_units_without_traits_are_counted_and_kept_in_the_effects() -> None:
    jobs, some = panel(3, firms=8, workers=60), FIRMS[FIRMS["firm"] != "f2"]
    result = firm_effect_projection(jobs, some, traits="size")
    gap = firm_effect_projection(jobs, FIRMS.assign(size=FIRMS["size"].where(FIRMS["firm"] != "f2")), traits="size")

    assert result.n_without_traits == 1
    assert result.n_units == 7
    assert gap.to_pandas().equals(result.to_pandas())


def test_the_errors_of_effects_that_share_movers_are_larger_than_whites() -> None:
    found = firm_effect_projection(panel(3, firms=8, workers=60), FIRMS, traits="size").to_pandas()

    assert found["standard_error"].item() > 1.5 * found["white_error"].item()


@pytest.mark.parametrize(
    ("covariates", "options", "error", "says"),
    [
        (FIRMS, {"traits": ["size", "twice"]}, errors.MissingColumnError, "twice"),
        (
            FIRMS.assign(twice=2 * FIRMS["size"] + 1),
            {"traits": ["size", "twice"]},
            errors.CollinearTermError,
            "'twice'",
        ),
        (FIRMS.assign(one=1.0), {"traits": "one"}, errors.CollinearTermError, "the constant"),
        (pd.concat([FIRMS, FIRMS[:1]]), {"traits": "size"}, errors.DuplicateLabelError, "'f0' 2 times"),
        (FIRMS.assign(size="big"), {"traits": "size"}, errors.ColumnTypeError, "size"),
        (FIRMS.assign(firm="g" + FIRMS["firm"]), {"traits": "size"}, errors.NoRowsLeftError, "none is a firm of jobs"),
        (FIRMS[:3], {"traits": ["size", "public"]}, errors.NoDegreesOfFreedomError, "3"),
        (FIRMS[:0], {"traits": "size"}, errors.EmptyTableError, "covariates"),
        (FIRMS, {"traits": "size", "of": "plant"}, errors.ChoiceError, "firm"),
        (FIRMS, {"traits": "size", "confidence": 95}, errors.ParameterRangeError, "confidence=95"),
        (FIRMS, {"traits": "size", "draws": 0}, errors.ParameterRangeError, "draws=0"),
        (FIRMS, {"traits": []}, errors.ParameterRangeError, "traits"),
    ],
)
def test_bad_input_is_told(covariates: pd.DataFrame, options: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        firm_effect_projection(panel(3, firms=8, workers=60), covariates, **options)

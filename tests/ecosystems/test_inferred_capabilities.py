from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.core.table import collect
from industria.ecosystems import inferred_capabilities
from industria.errors import (
    ChoiceError,
    DuplicateRowError,
    EmptyTableError,
    MissingValueError,
    NegativeValueError,
    ParameterRangeError,
    UnknownLabelError,
)
from industria.kernels.capability_inference import combined

# Four of ten actors hold c; three of four in 313; two of two in 313230.
NAICS = ["313230", "313230", "313110", "313110", "326199", "326199", "332710", "332710", "541380", None]
ACTORS = pa.table({"actor": list("abcdefghij"), "naics": NAICS})
HOLDERS = "abce"
CAPABILITIES = pa.table(
    {
        "actor": [*HOLDERS, "d", "e", "a"],
        "type": ["process"] * 4 + ["machine"] * 2 + ["process"],
        "code": ["c"] * 4 + ["press"] * 2 + ["old"],
        "evidence": ["declared", "inspected", None, "declared", "declared", "declared", "inferred"],
    }
)
RELATEDNESS = pa.table({"code_i": ["c", "press", "c"], "code_j": ["press", "c", "c"], "proximity": [0.4, 0.4, 1.0]})
EXAMPLE = ({"actors": ACTORS, "capabilities": CAPABILITIES, "relatedness": RELATEDNESS}, {"method": "both"})
WORDS = {*(code for code in NAICS if code), "declared", "inspected", "inferred"}
EXACT = 1e-12


def inferred(capabilities: Any = CAPABILITIES, actors: Any = ACTORS, **words: Any) -> dict[tuple[str, str], Any]:
    found = inferred_capabilities(actors, capabilities, **words).to_arrow().to_pylist()
    return {(row["actor"], row["code"]): row for row in found}


def by_definition(naics: list[str | None], holds: list[bool], m: float, i: int, out: bool) -> float:
    """Smooth up the code of one actor, level by level, passing over those that set nobody apart."""
    codes, before, p = [code or "" for code in naics], -1, math.nan
    for digits in (0, 2, 3, 4, 5, 6):
        code = codes[i][:digits].replace("32", "31").replace("33", "31") if digits == 2 else codes[i][:digits]
        group = [
            j
            for j, other in enumerate(codes)
            if len(other) >= digits
            and (other[:2].replace("32", "31").replace("33", "31") if digits == 2 else other[:digits]) == code
        ]
        if len(codes[i]) < digits:
            break
        if len(group) == before:
            continue
        before = len(group)
        n, k = len(group) - out, sum(holds[j] for j in group) - (out and holds[i])
        p = (k + m * p) / (n + m) if digits else (k / n if n else math.nan)
    return p


def test_meets_the_worked_example() -> None:
    """(2 + 5 x 5/9)/7 = .682540, where 313 is all there is of the sector and 3132 all there is of 313230."""
    naics = ["313230", "313230", "313110", "313110", *["541380"] * 6]
    row = inferred(actors=pa.table({"actor": list("abcdefghij"), "naics": naics}))["a", "c"]

    assert row["probability"] == pytest.approx(0.682540, abs=5e-7)
    assert (row["level"], row["n_similar"], row["declared"], row["evidence"]) == (6, 2, True, "declared")


def test_meets_the_definition() -> None:
    holds = [actor in HOLDERS for actor in "abcdefghij"]
    found = inferred(threshold=1e-9)

    for i, actor in enumerate("abcdefghij"):
        wanted = by_definition(NAICS, holds, 5.0, i, out=False)
        assert found[actor, "c"]["probability"] == pytest.approx(wanted, abs=EXACT)
    assert found["d", "c"]["evidence"] == "inferred"
    assert found["j", "c"]["level"] == 0


def test_scores_leave_the_actor_out() -> None:
    """Log loss, Brier score and area by the sums of their definitions, one pair after the other."""
    result = inferred_capabilities(ACTORS, CAPABILITIES)
    truth, told = [], []
    for code, holders in (("c", HOLDERS), ("press", "de")):
        holds = [actor in holders for actor in "abcdefghij"]
        truth += holds
        told += [by_definition(NAICS, holds, 5.0, i, out=True) for i in range(10)]
        assert code in {"c", "press"}
    pairs = [(a, b) for a, y in zip(told, truth, strict=True) if y for b, z in zip(told, truth, strict=True) if not z]
    area = np.mean([1.0 if a > b + 1e-9 else 0.5 if abs(a - b) < 1e-9 else 0.0 for a, b in pairs])
    held = np.clip(told, 1 / 20, 1 - 1 / 20)

    assert result.log_loss == pytest.approx(-np.mean(np.where(truth, np.log(held), np.log(1 - held))), abs=EXACT)
    assert result.brier == pytest.approx(np.mean((np.array(told) - truth) ** 2), abs=EXACT)
    assert result.auc == pytest.approx(area, abs=EXACT)
    bins = collect(result.calibration).to_pylist()
    assert sum(row["pairs"] for row in bins) == 20
    assert sum(row["pairs"] * row["observed"] for row in bins) == pytest.approx(sum(truth))
    assert sum(row["pairs"] * row["predicted"] for row in bins) == pytest.approx(sum(told))


def test_relatedness_is_the_weighted_share_of_what_is_held() -> None:
    near = pa.table(
        {
            "code_i": ["c", "c", "press"],
            "code_j": ["press", "elsewhere", "c"],
            "proximity": [0.3, 0.1, 0.3],
        }
    )
    found = inferred(relatedness=near, method="relatedness", threshold=0.7)

    assert found["d", "c"]["probability"] == pytest.approx(0.75)  # .3 of .3 + .1
    assert (found["d", "c"]["n_similar"], found["d", "c"]["level"]) == (1, None)
    assert found["a", "press"]["probability"] == pytest.approx(1.0)
    assert found["a", "c"]["probability"] == pytest.approx(0.0)
    assert ("j", "c") not in found


def test_both_together_tell_the_one_that_knows() -> None:
    """Where related capabilities tell all and industries nothing, the regression leans on the former."""
    rng = np.random.default_rng(3)
    n = 60
    base = rng.random(n) < 0.5
    noisy = np.where(rng.random(n) < 0.9, base, ~base)
    actors = pa.table({"actor": [f"a{i:02d}" for i in range(n)], "naics": [str(313110 + i % 7) for i in range(n)]})
    rows = [(f"a{i:02d}", code) for i in range(n) for code, has in (("x", base[i]), ("y", noisy[i])) if has]
    capabilities = pa.table(
        {"actor": [a for a, _ in rows], "type": ["process"] * len(rows), "code": [c for _, c in rows]}
    )
    near = pa.table({"code_i": ["x", "y"], "code_j": ["y", "x"], "proximity": [0.9, 0.9]})
    scores = {
        method: inferred_capabilities(actors, capabilities, near, method=method)
        for method in ("hierarchy", "relatedness", "both")
    }

    assert scores["both"].log_loss < scores["hierarchy"].log_loss  # type: ignore[operator]
    assert scores["both"].auc > 0.85  # type: ignore[operator]
    assert scores["both"].auc >= scores["hierarchy"].auc  # type: ignore[operator]


def test_industries_may_come_as_numbers() -> None:
    numbers = ACTORS.set_column(1, "naics", pa.array([None if code is None else int(code) for code in NAICS]))

    one, other = (inferred_capabilities(actors, CAPABILITIES).to_arrow() for actors in (ACTORS, numbers))

    assert one.equals(other)


@pytest.mark.parametrize("seed", range(4))
def test_one_step_leaves_an_actor_out_nearly_as_a_regression_without_it_does(seed: int) -> None:
    rng = np.random.default_rng(seed)
    p, omega = rng.uniform(0.1, 0.9, (60, 6)), rng.uniform(0, 1, (60, 6))
    X = np.stack([np.ones_like(p), np.log(p / (1 - p)), omega], axis=-1)
    Y = (rng.random(p.shape) < 1 / (1 + np.exp(-(X @ [-1, 1, 2])))).astype(float)

    fitted, left_out = combined(p, omega, Y, 1 / 120)
    without = np.array(
        [_logistic(X[a] @ _regression(np.delete(X, a, axis=0), np.delete(Y, a, axis=0))) for a in range(60)]
    )

    # The next term of the expansion is of the order of the square of the step, here 0.03^2.
    np.testing.assert_allclose(left_out, without, atol=1e-3)
    assert np.abs(fitted - without).max() > 0.01


def _logistic(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def _regression(X: Any, Y: Any) -> Any:
    """Newton's method to the end, with the penalty of 0.001 on both slopes."""
    X, Y, penalty, beta = X.reshape(-1, 3), Y.ravel(), 1e-3 * np.diag([0.0, 1.0, 1.0]), np.array([0.0, 1.0, 0.0])
    for _ in range(20):
        q = _logistic(X @ beta)
        beta = beta + np.linalg.solve((X.T * (q * (1 - q))) @ X + penalty, X.T @ (Y - q) - penalty @ beta)
    return beta


def test_inferred_capabilities_are_marked_and_never_counted() -> None:
    result = inferred_capabilities(ACTORS, CAPABILITIES, threshold=0.4)
    rows = collect(result.capabilities).to_pylist()
    made = [row for row in rows if row["evidence"] == "inferred"]

    assert ("a", "old") not in {(row["actor"], row["code"]) for row in rows}
    assert len(rows) == 6 + result.n_inferred
    assert made
    assert all(row["confidence"] >= 0.4 for row in made)
    again = inferred_capabilities(ACTORS, result.capabilities, threshold=0.4)
    assert again.to_arrow().equals(result.to_arrow())
    assert again.facts() == result.facts()


@given(st.integers(0, 10_000))
def test_what_is_told_of_one_leaves_probabilities_in_bounds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    naics = [
        str(rng.choice(["313230", "313", "31", "326199", "541380"])) if rng.random() < 0.9 else None for _ in "x" * 9
    ]
    actors = pa.table({"actor": [f"a{i}" for i in range(9)], "naics": pa.array(naics, pa.string())})
    held = sorted({(f"a{rng.integers(9)}", str(rng.integers(3))) for _ in range(12)})
    capabilities = pa.table({"actor": [a for a, _ in held], "type": ["test"] * len(held), "code": [c for _, c in held]})
    found = inferred(capabilities, actors, threshold=1e-12)

    for row in found.values():
        assert 0 <= row["probability"] <= 1
    for (actor, code), row in found.items():
        holds = [(f"a{i}", code) in held for i in range(9)]
        wanted = by_definition(list(naics), holds, 5.0, int(actor[1:]), out=False)
        assert row["probability"] == pytest.approx(wanted, abs=EXACT)


def test_what_nobody_has_confidence_in_is_no_evidence() -> None:
    """A row of confidence 0 leaves the probabilities of a registry without it."""
    certain = CAPABILITIES.append_column("confidence", pa.array([1.0] * CAPABILITIES.num_rows))
    doubted = certain.set_column(
        certain.num_columns - 1, "confidence", pa.array([0.0] + [1.0] * (CAPABILITIES.num_rows - 1))
    )
    found, without, before = (
        inferred_capabilities(ACTORS, rows).to_arrow() for rows in (doubted, certain.slice(1), certain)
    )

    assert found["probability"].to_pylist() == without["probability"].to_pylist()
    assert found["probability"].to_pylist() != before["probability"].to_pylist()


def test_of_nothing_declared_nothing_is_inferred() -> None:
    result = inferred_capabilities(ACTORS, CAPABILITIES.slice(0, 0))

    assert (result.n_capabilities, result.n_inferred, result.auc, result.log_loss) == (0, 0, None, None)
    assert result.to_arrow().num_rows == 0


@pytest.mark.parametrize(
    ("tables", "words", "error", "says"),
    [
        ({"actors": ACTORS.slice(0, 0)}, {}, EmptyTableError, "actors has no rows"),
        ({"actors": ACTORS.slice(0, 3)}, {}, UnknownLabelError, "capabilities.actor has 'd', which actors does not"),
        ({"actors": pa.table({"actor": ["a", "a"]})}, {}, DuplicateRowError, "actor = 'a', 2 times"),
        ({"actors": pa.table({"actor": ["a", None]})}, {}, MissingValueError, "actors.actor"),
        ({"relatedness": RELATEDNESS.set_column(2, "proximity", pa.array([-1.0, 0.1, 1.0]))}, {}, NegativeValueError,
         "relatedness.proximity"),
        ({}, {"method": "relatedness"}, ParameterRangeError, "'hierarchy' where there is no table `relatedness`"),
        ({}, {"method": "hierachy"}, ChoiceError, "Did you mean 'hierarchy'"),
        ({}, {"threshold": 0.0}, ParameterRangeError, "threshold=0.0"),
        ({}, {"prior_strength": -1.0}, ParameterRangeError, "prior_strength=-1.0"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_told(
    tables: dict[str, Any], words: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        inferred_capabilities(**({"actors": ACTORS, "capabilities": CAPABILITIES} | tables), **words)

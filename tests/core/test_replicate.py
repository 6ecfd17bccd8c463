from __future__ import annotations

import numpy as np
import pytest

from industria.core.replicate import replicate, seeds
from industria.core.table import Array
from industria.errors import UsageError

SALES = np.random.default_rng(5).lognormal(size=200)


def resampled_mean(rng: np.random.Generator, values: Array) -> float:
    """One draw of a bootstrap."""
    return float(rng.choice(values, size=len(values)).mean())


def resampled_slopes(rng: np.random.Generator, X: Array) -> Array:
    """One draw of a regression on enough rows that linear algebra would divide them among threads."""
    weight = rng.exponential(size=len(X))
    return np.asarray(np.linalg.solve(X.T @ (X * weight[:, None]), X.T @ weight))


def test_linear_algebra_gives_the_same_bits_too() -> None:
    X = np.random.default_rng(3).normal(size=(40_000, 60))
    alone, together = (replicate(resampled_slopes, 4, arrays=(X,), rng=1, workers=workers) for workers in (1, 2))

    assert np.array_equal(alone, together)


@pytest.mark.parametrize("workers", [2, 3])
def test_any_number_of_workers_gives_the_same_bits(workers: int) -> None:
    alone = replicate(resampled_mean, 25, arrays=(SALES,), rng=7, workers=1)

    assert replicate(resampled_mean, 25, arrays=(SALES,), rng=7, workers=workers) == alone


def test_replications_differ_from_each_other_and_seeds_from_seeds() -> None:
    first = replicate(resampled_mean, 25, arrays=(SALES,), rng=7)

    assert len(set(first)) == 25
    assert not set(first) & set(replicate(resampled_mean, 25, arrays=(SALES,), rng=8))


def test_more_replications_begin_with_the_same_ones() -> None:
    """A longer run refines a shorter one instead of replacing it."""
    few, many = (replicate(resampled_mean, n, arrays=(SALES,), rng=7) for n in (5, 9))

    assert many[:5] == few


def test_a_generator_moves_on_and_a_whole_number_does_not() -> None:
    rng = np.random.default_rng(7)
    first, second = (replicate(resampled_mean, 3, arrays=(SALES,), rng=rng) for _ in range(2))

    assert first == replicate(resampled_mean, 3, arrays=(SALES,), rng=7)
    assert first != second
    assert first == replicate(resampled_mean, 3, arrays=(SALES,), rng=np.random.SeedSequence(7))
    assert first == replicate(resampled_mean, 3, arrays=(SALES,), rng=np.int64(7))


@pytest.mark.parametrize("workers", [1, 2])
def test_progress_counts_to_the_end(workers: int) -> None:
    told: list[tuple[int, int]] = []
    replicate(
        resampled_mean, 20, arrays=(SALES,), rng=7, workers=workers, progress=lambda done, of: told.append((done, of))
    )

    assert told[-1] == (20, 20)
    assert [done for done, _ in told] == sorted({done for done, _ in told})


def test_the_environment_says_how_many_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INDUSTRIA_WORKERS", "0")

    with pytest.raises(UsageError, match="workers is 0"):
        replicate(resampled_mean, 3, arrays=(SALES,), rng=7)


@pytest.mark.parametrize("workers", ["two", "1.5"])
def test_workers_of_the_environment_that_are_no_number_are_told(workers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INDUSTRIA_WORKERS", workers)

    with pytest.raises(UsageError, match=f"INDUSTRIA_WORKERS is '{workers}'"):
        replicate(resampled_mean, 3, arrays=(SALES,), rng=7)


@pytest.mark.parametrize("rng", [-1, 1.5, None, "seven", True])
def test_what_is_no_seed_is_told(rng: object) -> None:
    with pytest.raises(UsageError, match=r"rng is .*whole number of 0 or more"):
        seeds(rng, 2)  # type: ignore[arg-type]


def test_no_replications_are_refused() -> None:
    with pytest.raises(UsageError, match="replications is 0"):
        replicate(resampled_mean, 0, rng=7)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import scipy
from scipy.sparse import csr_array

from industria import work
from industria.kernels.similarity import Kind, blocks, closest, space

OCCUPATIONS, SKILLS, TOP = 1627, 13_000, 20


@pytest.fixture(scope="module")
def profiles() -> Any:
    """Skills of ESCO's size: thirty to a hundred an occupation, some asked for everywhere and most by few."""
    rng = np.random.default_rng(1)
    chance = 1 / np.arange(1, SKILLS + 1) ** 0.8
    drawn = [rng.choice(SKILLS, rng.integers(30, 120), False, chance / chance.sum()) for _ in range(OCCUPATIONS)]
    rows = np.repeat(np.arange(OCCUPATIONS), [len(one) for one in drawn])
    return csr_array((np.ones(len(rows)), (rows, np.concatenate(drawn))), shape=(OCCUPATIONS, SKILLS))


def ratio_to_product(benchmark: Any, seconds: Callable[..., float], X: Any) -> float:
    ratio = float(benchmark.stats.stats.min / seconds(lambda: X @ X.T, 7))
    benchmark.extra_info[f"times the sparse product, scipy {scipy.__version__}"] = round(ratio, 2)
    return ratio


@pytest.mark.parametrize("kind", ["cosine", "jaccard", "needs"])
def test_the_closest_of_all_occupations_against_the_product_it_needs(
    benchmark: Any, seconds: Callable[..., float], profiles: Any, kind: Kind
) -> None:
    def found() -> list[Any]:
        laid = space(profiles, np.ones(SKILLS), kind)
        return [(S, closest(S, rows, TOP)) for rows, S in blocks([laid], np.arange(OCCUPATIONS))]

    S = np.vstack([block for block, _ in benchmark.pedantic(found, rounds=7, warmup_rounds=1)])

    common, size = (profiles @ profiles.T).toarray(), np.asarray(profiles.sum(axis=1))
    wanted = {
        "cosine": common / np.sqrt(np.outer(size, size)),
        "jaccard": common / (size[:, None] + size - common),
        "needs": common / size,
    }[kind]
    np.testing.assert_allclose(S, wanted, atol=1e-12)
    assert ratio_to_product(benchmark, seconds, profiles) < 3


def test_the_whole_measure_on_names_of_skills(benchmark: Any, seconds: Callable[..., float], profiles: Any) -> None:
    """Labels read, checked and numbered besides; the ratio is told, and the product is a part of it."""
    cells = profiles.tocoo()
    names = pa.array([f"skill {k:05d}" for k in range(SKILLS)])
    codes = pa.array([f"occupation {k:04d}" for k in range(OCCUPATIONS)])
    table = pa.table({"occupation": codes.take(pa.array(cells.row)), "element": names.take(pa.array(cells.col))})

    found = benchmark.pedantic(lambda: work.similarity(table, kind="needs", top=TOP).to_arrow(), rounds=3)

    assert found.num_rows == OCCUPATIONS * TOP
    ratio_to_product(benchmark, seconds, profiles)

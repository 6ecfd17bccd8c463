"""Counts of five dimensions, 5.2 million cells: made, protected from exact disclosure, proven and released, by stage.

Peers on tables of this size (sdcTools/UserSupport #146): sdcTable 0.31, SIMPLEHEURISTIC not done after 48 hours,
HYPERCUBE and HITAS beyond 100 GB. None is run here.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from scipy.linalg import null_space

from benchmarks.firm_tables import uniforms
from industria.kernels import suppression_by_cubes
from industria.release import Policy, _large_counts, protect, release
from industria.tables import frequency_table

BY = ["place", "industry", "sex", "origin", "age"]
THRESHOLD = 4
POLICY = Policy(threshold=THRESHOLD, concentration="none", time_limit=900)
ZERO = 1e-9  # rounding of a singular value decomposition of a thousand cells


def records(n: int, places: int = 3_000, origins: int = 75) -> pa.Table:
    """Rows of one or more persons: places lie in groups of fifty."""
    u = [uniforms(n, k, 3) for k in range(6)]
    shapes = [(places, 2.2), (10, 1.5), (2, 1.0), (origins, 2.4), (10, 1.8)]
    codes = [np.floor(size * of**power).astype(np.int32) for (size, power), of in zip(shapes, u, strict=False)]
    columns: dict[str, Any] = {
        name: pa.DictionaryArray.from_arrays(pa.array(of), [f"{name[0]}{i:04d}" for i in range(size)]).cast(pa.string())
        for name, of, (size, _) in zip(BY, codes, shapes, strict=True)
    }
    return pa.table(columns | {"persons": np.minimum(500.0, np.floor(u[5] ** -0.6))})


def trees(places: int = 3_000) -> pd.DataFrame:
    groups = [f"g{i:02d}" for i in range(-(-places // 50))]
    rows = [("place", f"p{i:04d}", groups[i // 50]) for i in range(places)]
    rows += [("place", group, "Total") for group in groups]
    return pd.DataFrame(rows, columns=["dimension", "code", "parent"])


class Stages:
    """Seconds of this process, and the most memory it ever had, at the end of each stage."""

    def __init__(self) -> None:
        self.told: dict[str, float] = {}

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        start = time.process_time()
        yield
        self.told[f"{name}: seconds of CPU"] = time.process_time() - start
        self.told[f"{name}: GB at most so far"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(f"\n{name}: " + ", ".join(f"{value:.2f}" for value in list(self.told.values())[-2:]), end="")

    def around(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def told(*given: Any, **named: Any) -> Any:
            with self.of(name):
                return call(*given, **named)

        return told


def persons(n: int) -> pa.Table:
    """One record a person."""
    rows = records(n)
    return rows.select(BY).take(pa.array(np.repeat(np.arange(n), rows["persons"].to_numpy().astype(int))))


def made(n: int, places: int = 3_000, origins: int = 75) -> pa.Table:
    found = frequency_table(records(n, places, origins), trees(places), by=BY, weight="persons")
    rows = found.table.select(*BY, nw.col("count")).collect("pyarrow").to_arrow()
    return rows.append_column("primary", pc.less(rows["count"], float(THRESHOLD)))


def sums_kept(table: pa.Table, places: int, z: Any) -> bool:
    """Whether a move keeps every sum: added up anew from the codes, in whole numbers, by nothing of ours."""
    codes = {name: pd.Categorical(table[name].to_pandas()) for name in BY}
    group = {f"p{i:04d}": f"g{i // 50:02d}" for i in range(places)}
    steps = [("place", group)] + [(name, None) for name in BY]
    for name, tree in steps:
        own = codes[name].categories
        up = [tree.get(c, "") if tree else ("Total" if c != "Total" and not _inner(name, c) else "") for c in own]
        number = {code: i for i, code in enumerate(own)}
        parent = np.array([number.get(code, -1) for code in up])
        key = np.zeros(len(z), np.int64)
        for one in BY:
            key = key * len(codes[one].categories) + (0 if one == name else codes[one].codes)
        below = parent[codes[name].codes]
        for code in np.unique(below[below >= 0]):
            children, parents = below == code, codes[name].codes == code
            _, place = np.unique(np.concatenate([key[children], key[parents]]), return_inverse=True)
            moves = np.concatenate([z[children], -z[parents]])
            total = np.zeros(int(place.max()) + 1, np.int64)
            np.add.at(total, place, moves)
            if total.any():
                return False
    return True


def _inner(name: str, code: str) -> bool:
    """Whether a code adds up to a group, not to the total."""
    return name == "place" and code.startswith("p")


@pytest.fixture
def move(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The moves that protection offers as proof."""
    offered: list[Any] = []
    judge = suppression_by_cubes.undetermined

    def heard(A: Any, z: Any, *rest: Any) -> Any:
        offered.append(z)
        return judge(A, z, *rest)

    monkeypatch.setattr(suppression_by_cubes, "undetermined", heard)
    return offered


def proven(table: pa.Table, withheld: Any, places: int, z: Any) -> None:
    """The move alone is enough: it keeps all sums, leaves alone all that is published, and moves all the rest."""
    assert not z[~withheld].any()
    assert z[withheld].all()
    assert sums_kept(table, places, z)


@pytest.mark.parametrize(
    ("n", "counts"),
    [(20_000, (379_785, 302_477)), pytest.param(700_000, (5_215_311, 3_701_110), marks=pytest.mark.slow)],
    ids=["400-thousand-cells", "5-million-cells"],
)
def test_counts_of_five_dimensions(benchmark: Any, move: list[Any], n: int, counts: tuple[int, int]) -> None:
    stages = Stages()
    with stages.of("frequency_table"):
        cells = made(n)
    with stages.of("protect"):
        found = benchmark.pedantic(
            lambda: protect(cells, trees(), by=BY, value="count", policy=POLICY), rounds=1, iterations=1
        )
    assert (found.n_cells, found.n_primary) == counts
    assert found.n_exact_only == 0
    with stages.of("proof, again"):
        table = found.table.collect("pyarrow").to_arrow()
        proven(table, table["value"].is_null().to_numpy(), 3_000, move[-1])
    open_to_all = found.n_cells - found.n_primary
    benchmark.extra_info |= stages.told | {"of other cells withheld besides": found.n_secondary / open_to_all}
    assert sum(value for name, value in stages.told.items() if name.endswith("CPU")) < 15 * 60
    assert max(value for name, value in stages.told.items() if name.endswith("so far")) < 4


@pytest.mark.parametrize(
    ("n", "counts"),
    [(20_000, (379_785, 302_477)), pytest.param(700_000, (5_215_311, 3_701_110), marks=pytest.mark.slow)],
    ids=["400-thousand-cells", "5-million-cells"],
)
def test_counts_that_leave(benchmark: Any, move: list[Any], monkeypatch: Any, n: int, counts: tuple[int, int]) -> None:
    """A million and a half persons, each behind 48 cells; whoever reads the table knows that no cell of it is empty."""
    stages, released = Stages(), sys.modules["industria.release.release"]
    for module, name, told in (
        (released, "of_results", "table and contributors"),
        (_large_counts, "framed", "cells and sums"),
        (_large_counts, "counted", "contributors by cell"),
        (_large_counts, "by_cubes", "protection and proof"),
        (released, "certificate", "certificate"),
        (released, "site_table", "what stays"),
    ):
        monkeypatch.setattr(module, name, stages.around(told, getattr(module, name)))
    with stages.of("records"):
        counts_of = frequency_table(persons(n), trees(), by=BY)
    with stages.of("release"):
        found = benchmark.pedantic(lambda: release({"persons": counts_of}, POLICY), rounds=1, iterations=1)
    assert (found.n_cells, found.n_primary) == counts
    assert found.certificate["attack"]["method"] == "exact proof"
    with stages.of("proof, again"):
        stays = found.site_table("persons")
        withheld = pc.not_equal(stays["status"], "published").to_numpy()
        assert found.table("persons")["count"].null_count == withheld.sum()
        proven(stays, withheld, 3_000, move[-1][found._found.places["persons"][0].cell])
    open_to_all = found.n_cells - found.n_primary
    benchmark.extra_info |= stages.told | {"of other cells withheld besides": found.n_secondary / open_to_all}
    assert stages.told["release: seconds of CPU"] < 15 * 60
    # What the site keeps of each cell, with its value and why, is made beside all this.
    assert stages.told["certificate: GB at most so far"] < 4


@pytest.mark.parametrize("n", [60, 100])
def test_all_cells_of_a_small_cube(monkeypatch: pytest.MonkeyPatch, move: list[Any], n: int) -> None:
    """Where all null vectors can be had, none leaves a withheld cell where it is."""
    monkeypatch.setattr(sys.modules["industria.release.protect"], "LARGE", 0)
    heard: list[Any] = []
    judge = suppression_by_cubes.undetermined
    monkeypatch.setattr(suppression_by_cubes, "undetermined", lambda *told: heard.append(told) or judge(*told))
    found = protect(made(n, 100, 4), trees(100), by=BY, value="count", policy=POLICY)
    A, withheld = heard[-1][0], heard[-1][2]

    table = found.table.collect("pyarrow").to_arrow()
    proven(table, table["value"].is_null().to_numpy(), 100, move[-1])
    null = null_space(A.toarray()[:, withheld])
    assert (np.abs(null).max(axis=1) > ZERO).all()

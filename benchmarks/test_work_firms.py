from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria import work
from industria.kernels.groups import renumbered
from industria.kernels.leave_out import influence, statistics, variances
from industria.kernels.leave_out_set import KEPT, leave_out_set
from industria.kernels.two_way import Matches, firm_matrix, inverse, iteratively, match_up

PEER = Path(__file__).with_name("pytwoway_times.py")
STATUS = Path("/proc/self/status")


def panel(workers: int, firms: int, periods: int, moving: float) -> dict[str, Any]:
    """Workers of a kind at firms where their kind is common; each period a share draws a firm anew."""
    draw = np.random.default_rng(3)
    kind, shuffled = draw.normal(0, 1, workers), draw.permutation(firms)

    def drawn() -> Any:
        return np.argsort(np.argsort(kind + draw.normal(0, 1.5, workers))) * firms // workers

    f = np.empty((workers, periods), np.int64)
    f[:, 0] = drawn()
    for t in range(1, periods):
        f[:, t] = np.where(draw.random(workers) < moving, drawn(), f[:, t - 1])
    w, firm = np.repeat(np.arange(workers), periods), shuffled[f].ravel()
    pay = kind[w] / 2 + draw.normal(0, 0.3, firms)[firm] + draw.normal(0, 0.3, len(w))
    return {"i": w, "j": firm, "t": np.tile(np.arange(periods), workers), "y": pay}


@pytest.fixture(scope="module")
def small() -> dict[str, Any]:
    """56,853 observations, 1,995 firms and 6,320 movers are left of it."""
    return panel(19_000, 2_000, 3, 0.18)


@pytest.fixture(scope="module")
def large() -> dict[str, Any]:
    """Two and a half million observations of fifty thousand firms."""
    return panel(500_000, 50_000, 5, 0.05)


def jobs_of(columns: dict[str, Any]) -> pd.DataFrame:
    names = {"i": "worker", "j": "firm", "t": "period", "y": "log_wage"}
    return pd.DataFrame({names[name]: column for name, column in columns.items()})


def peer_of(columns: dict[str, Any], what: str, folder: Path) -> dict[str, Any] | None:
    """Time pytwoway in its own environment; None, and why, where there is none."""
    python = os.environ.get("INDUSTRIA_PYTWOWAY")
    if not python:
        print("\npytwoway is not compared: INDUSTRIA_PYTWOWAY names no Python of an environment with pytwoway==0.3.21,")
        print("numpy<2, scipy<1.12, pandas<2.1, pyamg<5.1 and setuptools<81")
        return None
    np.savez(folder / "panel.npz", **columns)
    done = subprocess.run(
        [python, str(PEER), str(folder / "panel.npz"), what], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def figures(result: Any, column: str) -> dict[str, float]:
    rows = result.to_pandas()
    return dict(zip(rows["component"], rows[column], strict=True))


def test_exact_leave_out_against_two_hundred_draws(benchmark: Any, small: dict[str, Any], tmp_path: Path) -> None:
    """Ours reads, prunes, estimates, corrects and writes; theirs is timed on cleaned, collapsed data."""
    jobs = jobs_of(small)

    result = benchmark.pedantic(work.worker_firm_effects, (jobs,), rounds=3, warmup_rounds=1)

    assert (result.method, result.n_obs, result.n_firms, result.n_movers) == ("exact", 56_853, 1_995, 6_320)
    peer = peer_of(small, "leave-out", tmp_path)
    if peer is None:
        return
    # Two hundred draws are a per cent or so off.
    assert figures(result, "leave_out")["firm"] == pytest.approx(peer["var(psi)_he"], rel=0.03)
    ratio = benchmark.stats.stats.min / peer["seconds"]
    benchmark.extra_info["times 200 draws of pytwoway 0.3.21"] = round(ratio, 2)
    print(f"\nexact leave-out: {ratio:.2f} x 200 draws of pytwoway ({peer['seconds']:.1f} s)")
    assert ratio < 1.5


def matches_of(columns: dict[str, Any]) -> tuple[Matches, int]:
    firms = int(columns["j"].max()) + 1
    pairs, n = np.unique(columns["i"] * firms + columns["j"], return_counts=True)
    w, f = np.divmod(pairs, firms)
    kept = leave_out_set(w, f, n) == KEPT
    return match_up(renumbered(w[kept]), renumbered(f[kept]), n[kept].astype(float)), int(n[kept].sum())


def test_exact_influence_against_one_inverse(
    benchmark: Any, seconds: Callable[..., float], small: dict[str, Any]
) -> None:
    """Leverages and the influence on three variances, from the sparse firm matrix."""
    matches, n = matches_of(small)
    L = firm_matrix(matches)
    over = statistics(matches, matches.omega[:, None], np.array([n]))
    A = L.toarray() + np.eye(matches.J)

    found = benchmark.pedantic(lambda: influence(matches, over, inverse(L)), rounds=3, warmup_rounds=1)

    assert found.p @ matches.omega == pytest.approx(len(matches.s) + matches.J - 1)
    ratio = benchmark.stats.stats.min / seconds(lambda: np.linalg.inv(A)) / 3
    benchmark.extra_info["times one inverse of the firm matrix, a component"] = round(ratio, 2)
    print(f"\nexact influence: {ratio:.2f} x one inverse of the firm matrix, a component")
    assert ratio < 3


def megabytes(field: str) -> float:
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(field))
    return int(line.split()[1]) / 1024


def test_plug_in_of_two_million_against_the_fastest_solver(
    benchmark: Any, seconds: Callable[..., float], large: dict[str, Any], tmp_path: Path
) -> None:
    """Ours from rows to tables of effects; then the bare fit of collapsed data, at the tolerance of the peer."""
    jobs = jobs_of(large)

    result = benchmark.pedantic(
        work.worker_firm_effects, (jobs,), {"method": "randomized", "draws": 0}, rounds=2, warmup_rounds=1
    )

    print(f"\nplug-in: {result.n_obs:,} observations, {result.n_firms:,} firms, {result.n_movers:,} movers")
    if STATUS.exists():
        before = megabytes("VmRSS")
        Path("/proc/self/clear_refs").write_text("5")
        work.worker_firm_effects(jobs, method="randomized", draws=0)
        times = (megabytes("VmHWM") - before) * 2**20 / (3 * 8 * len(jobs))
        benchmark.extra_info["peak memory, times the three columns"] = round(times, 1)
        print(f"peak memory {times:.1f} x the bytes of the three columns")
        assert times < 12
    peer = peer_of(large, "plug-in", tmp_path)
    if peer is None:
        return
    whole = benchmark.stats.stats.min / (peer["cleaning"] + peer["seconds"])
    benchmark.extra_info["times pytwoway 0.3.21, cleaning and fit"] = round(whole, 2)
    matches, _ = matches_of(large)
    bare = seconds(lambda: plug_in(matches, np.arange(len(matches.w), dtype=float))) / peer["seconds"]
    benchmark.extra_info[f"times pytwoway by {peer['solver']}, the fit alone"] = round(bare, 2)
    print(f"{whole:.2f} x pytwoway from rows to variances ({peer['cleaning'] + peer['seconds']:.1f} s)")
    print(f"{bare:.2f} x its fit alone, of collapsed data, by {peer['solver']} ({peer['seconds']:.2f} s)")
    assert whole < 1
    assert bare < 1


def plug_in(matches: Matches, y: Any) -> Any:
    """Variances of effects from the mean wages of matches, as a fit of collapsed data gives them."""
    within = matches.omega * (y - matches.means(y)[matches.w])
    b = np.bincount(matches.f, within, matches.J)[:, None]
    firm = iteratively(firm_matrix(matches), tolerance=1e-10)(b)[:, 0]
    worker = matches.means(y - firm[matches.f])
    over = statistics(matches, matches.omega[:, None], np.array([len(y)]))
    return variances(matches, over, firm, worker)


def test_draws_of_two_million(benchmark: Any, large: dict[str, Any]) -> None:
    """Until the Monte Carlo error is one per cent of the plug-in variance of firm effects."""
    jobs = jobs_of(large)

    result = benchmark.pedantic(work.worker_firm_effects, (jobs,), {"method": "randomized"}, rounds=1)

    error = max(figures(result, "monte_carlo_se")[name] for name in ("firm", "worker", "covariance"))
    assert error <= 0.01 * figures(result, "plug_in")["firm"]
    each = benchmark.stats.stats.min / result.draws
    benchmark.extra_info["draws"], benchmark.extra_info["seconds a draw"] = result.draws, round(each, 3)
    print(f"\n{result.draws} draws, {each:.2f} s a draw with all that is around them, error {error:.5f}")

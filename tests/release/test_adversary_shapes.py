"""Numbers that leave in another shape: twice, alone, and with too little noise, against who takes all of them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from scipy.optimize import Bounds, LinearConstraint, milp

from industria.errors import ReleaseRefusedError
from industria.release import Policy, make_key
from industria.release.release import Release, release
from tests.release.cells import counted, counts, firms

ROWS, COLUMNS = ["row", "column"], ["row", "column", "kind"]
CODES = {"row": "abc", "column": "xyz", "kind": "pq"}


SUPPRESSED = Policy(threshold=3, concentration="none")


def rounding(base: int, **more: Any) -> Policy:
    return Policy(threshold=3, concentration="none", method="round", rounding_base=base, **more)


def drawn(seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(25, 60))
    of = {
        name: rng.choice(list(codes), n, p=[0.6, 0.25, 0.15][: len(codes)]) for name, codes in list(CODES.items())[:2]
    }
    return firms({"all": [1.0] * n}, ["all"]).assign(**of, kind=rng.choice(list("pq"), n, p=[0.7, 0.3]))


def told(found: Release, base: int) -> dict[tuple[str, tuple[str, ...]], tuple[float, float]]:
    """Read which counts each row allows; a row that is there is of somebody."""
    reach = base * (2 if any("further" in note for note in found.certificate["not_checked"]) else 1)
    return {
        (step, tuple(row[name] for name in by)): (max(1, row["count"] - reach + 1), row["count"] + reach - 1)
        for step, by in (("t", ROWS), ("u", COLUMNS))
        if step in found.steps
        for row in found.table(step).to_pylist()
    }


def reached(releases: Mapping[int, Release], cell: tuple[str, ...]) -> tuple[float, float]:
    """Solve in whole numbers for a cell of the first table, over the rows of all releases."""
    atoms = list(product(*CODES.values()))
    lines, low, high = [], [], []
    for base, found in releases.items():
        for (_, key), (least, most) in told(found, base).items():
            lines.append(
                [float(all(code in ("Total", own) for code, own in zip(key, atom, strict=False))) for atom in atoms]
            )
            low.append(least)
            high.append(most)
    asked = np.array([float(atom[: len(cell)] == cell) for atom in atoms])
    rows, whole = LinearConstraint(np.array(lines), low, high), np.ones(len(atoms))
    ends = [milp(sign * asked, integrality=whole, bounds=Bounds(0, np.inf), constraints=rows).fun for sign in (1, -1)]
    return ends[0], -ends[1]


@pytest.mark.parametrize("seed", [4, 8, 12])
def test_two_roundings_of_one_cell_do_not_narrow_it_together(tmp_path: Path, seed: int) -> None:
    """Each of the two hides a count of two firms, and both together leave two or three."""
    make_key(tmp_path / "key")
    records = drawn(seed)
    steps = {"t": counts(records, ROWS)}

    def made(base: int, *earlier: Path) -> Release:
        out = tmp_path / str(base)
        key, folder = tmp_path / "key", tmp_path / "site"
        return release(steps, rounding(base), out=out, earlier=earlier, key=key, site_folder=folder)

    first = made(4)
    assert first.path is not None
    steps["u"] = counts(records, COLUMNS)
    alone = release(steps, rounding(5))
    sensitive = [
        (tuple(row[name] for name in ROWS), row["value"])
        for row in alone.site_table("t").to_pylist()
        if row["status"] == "primary" and "Total" not in [row[name] for name in ROWS]
    ]
    ends = {cell: reached({4: first, 5: alone}, cell) for cell, _ in sensitive}
    assert any(high - low < 2 or high < x + 1 for (cell, x) in sensitive for low, high in [ends[cell]])

    with pytest.raises(ReleaseRefusedError, match="leaves an outsider too close"):
        made(5, first.path)


def test_a_number_in_no_sum_goes_to_its_nearest_multiple_and_everybody_knows() -> None:
    """In fives, a zero beside a row is one firm or two; in sevens up to three."""
    table = counts(counted({"a": 1, "b": 8, "c": 13}, ["code"]), ["code"], margins=False)

    with pytest.raises(ReleaseRefusedError, match="leaves an outsider too close"):
        release({"t": table}, rounding(5))

    found = release({"t": table}, rounding(7))
    assert [row["count"] for row in found.table("t").to_pylist()] == [0, 7, 14]


@pytest.mark.parametrize(("deviation", "leaves"), [(1, False), (3, True)])
def test_noise_of_one_firm_hides_no_firm(tmp_path: Path, deviation: int, leaves: bool) -> None:
    """A row that shows zero is of somebody: with noise of at most one it is of one firm."""
    make_key(tmp_path / "key")
    numbers = {(f"r{i}", f"c{j}"): 1 + (i * j) % 3 for i in range(6) for j in range(6)}
    table = counts(counted(numbers, ROWS), ROWS)
    policy = Policy(concentration="none", method="perturb", noise_variance=0.6, noise_deviation=deviation)

    def made() -> Release:
        return release({"t": table}, policy, out=tmp_path / "out", key=tmp_path / "key", site_folder=tmp_path / "site")

    if not leaves:
        with pytest.raises(ReleaseRefusedError, match="take a larger noise_deviation"):
            made()
        return
    site = {(row["row"], row["column"]): row for row in made().site_table("t").to_pylist()}
    for row in made().table("t").to_pylist():
        if site[row["row"], row["column"]]["status"] == "primary":
            assert row["count"] + deviation - max(1, row["count"] - deviation) >= 2


def secret(place: Path, seed: int) -> Path:
    """Write a key that is the same each time, and with it the noise."""
    key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    place.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    place.chmod(0o600)
    return place


def test_noise_beside_true_sums_of_before_tells_no_count(tmp_path: Path) -> None:
    """What was withheld, with its margins published, leaves noised: who has both solves for it."""
    rng = np.random.default_rng(7)
    numbers = {(f"r{i}", f"c{j}"): int(x) for i in range(5) for j in range(4) if (x := rng.integers(0, 9)) > 0}
    table = counts(counted(numbers, ROWS), ROWS)
    noised = Policy(concentration="none", method="perturb", noise_variance=2.0, noise_deviation=3)
    leaves = []
    for seed in range(5):
        key, folder = secret(tmp_path / f"key {seed}", seed), tmp_path / f"site {seed}"
        first = release({"t": table}, SUPPRESSED, out=tmp_path / f"first {seed}", key=key, site_folder=folder)
        assert first.path is not None
        second = None
        with suppress(ReleaseRefusedError):
            out, before = tmp_path / f"second {seed}", [first.path]
            second = release({"t": table}, noised, out=out, earlier=before, key=key, site_folder=folder)
        leaves.append(second is not None)
        for at, (cell, true) in enumerate(numbers.items()):
            if second is not None and true < 3:
                low, high = both(first, second, list(numbers), at)
                assert high - low >= 2, cell
    assert set(leaves) == {True, False}


def both(exact: Release, noised: Release, cells: list[tuple[str, str]], at: int) -> tuple[float, float]:
    """Solve for a cell over the published numbers of one release, and the noised ones of another."""
    lines, low, high = [], [], []
    for found, off in ((exact, 0), (noised, 3)):
        for row in found.table("t").to_pylist():
            if row["count"] is not None:
                lines.append([float(row["row"] in ("Total", r) and row["column"] in ("Total", c)) for r, c in cells])
                low.append(max(1, row["count"] - off))
                high.append(row["count"] + off)
    rows, whole = LinearConstraint(np.array(lines), low, high), np.ones(len(cells))
    asked = np.eye(len(cells))[at]
    ends = [milp(sign * asked, integrality=whole, bounds=Bounds(1, np.inf), constraints=rows).fun for sign in (1, -1)]
    return ends[0], -ends[1]

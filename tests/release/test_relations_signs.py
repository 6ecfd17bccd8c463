"""That something is below zero, or nothing is empty, is told by a sealed file only where published numbers tell it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from industria.core.result import Result
from industria.core.table import collect
from industria.release import Policy, attack, open_release
from industria.release._relations import MEMBER
from industria.release.keys import make_key
from industria.release.release import Release, release
from industria.tables import histogram
from tests.release.cells import firms, magnitudes

POLICY = Policy(threshold=3, p=0.1)
CELLS: dict[Any, list[float]] = {
    ("a", "north"): [30.0, 20.0],
    ("a", "south"): [40.0, 41.0, 42.0, 43.0],
    ("b", "north"): [50.0, 51.0, 52.0, 53.0],
    ("b", "south"): [60.0, 61.0, 62.0, 63.0],
}


def left(folder: Path, steps: dict[str, Result], policy: Policy = POLICY) -> Release:
    folder.mkdir(parents=True, exist_ok=True)
    make_key(folder / "key")
    return release(steps, policy, out=folder / "out", key=folder / "key", site_folder=folder / "site")


def told(found: Release) -> list[dict[str, Any]]:
    assert found.path is not None
    systems: list[dict[str, Any]] = json.loads(open_release(found.path).members[MEMBER])
    return systems


def profits(cells: dict[Any, list[float]]) -> dict[str, Result]:
    return {"t": magnitudes(firms(cells, ["industry", "region"]), ["industry", "region"])}


def test_that_a_withheld_cell_has_a_loss_in_it_is_not_told(tmp_path: Path) -> None:
    """The same sums, of 30 and 20 or of 130 and -80: whoever reads the file cannot tell which."""
    plain = left(tmp_path / "plain", profits(CELLS))
    loss = left(tmp_path / "loss", profits(CELLS | {("a", "north"): [130.0, -80.0]}))

    assert plain.table("t").equals(loss.table("t"))
    assert told(plain) == told(loss)


def test_of_a_loss_that_nobody_is_told_the_certificate_says_what_a_reader_reckons(tmp_path: Path) -> None:
    found = left(tmp_path, profits(CELLS | {("a", "north"): [130.0, -80.0]}))
    assert found.path is not None
    rows = collect(attack(found.path).table).to_pylist()
    said = found.certificate["attack"]["narrowest"]

    assert (said["low"], said["high"]) in [(row["low"], row["high"]) for row in rows]
    # The office knows better, and what is required was reckoned with what it knows.
    assert attack(found.path, site=tmp_path / "site").n_under_protected == 0


def test_a_published_number_below_zero_tells_that_there_are_some(tmp_path: Path) -> None:
    cells = CELLS | {("b", "south"): [-60.0, -61.0, -62.0, -63.0]}
    more = {(industry, "east"): [70.0, 71.0, -372.0, 73.0] for industry in "ab"}

    (system,) = told(left(tmp_path, profits(cells | more)))

    assert system["signed"]


def test_numbers_that_no_amounts_from_zero_up_could_make_tell_it_too(tmp_path: Path) -> None:
    """All but two regions are published, and make more than the total: the two are below zero together."""
    cells = {(code,): [20.0, 21.0, 22.0, 23.0] for code in "cdef"} | {("a",): [-9.0, 1.0], ("b",): [-8.0, 2.0]}
    found = left(tmp_path, {"t": magnitudes(firms(cells, ["region"]), ["region"])})

    (system,) = told(found)

    assert found.table("t")["value"].null_count == 2
    assert system["signed"]


@pytest.mark.parametrize("empty", [False, True])
def test_whether_a_withheld_bin_is_empty_is_not_told(tmp_path: Path, empty: bool) -> None:
    sizes = [1.0] * 2 + [11.0] * (0 if empty else 2) + [21.0] * 30 + [31.0] * 6
    rows = pd.DataFrame({"firm": range(len(sizes)), "size": sizes})
    found = histogram(rows, column="size", edges=[0, 10, 20, 30, 40], unit="firm")

    (system,) = told(left(tmp_path, {"t": found}, POLICY.model_copy(update={"zeros": "withhold"})))

    assert system["least"] == 0

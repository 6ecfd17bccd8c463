"""A release ends soon after its time, and tells what there was no time for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.errors import ReleaseRefusedError
from industria.release import Policy, approve, make_key, open_release, release
from industria.release._attacked import attacked, attacked_in_time
from industria.release._deadline import Deadline
from industria.release._search import Search
from tests.release.cells import magnitudes


def plants() -> pd.DataFrame:
    """Plants of thirty trades in thirty towns, often one or two in a cell."""
    rng = np.random.default_rng(11)
    n = 1_200
    rows = pd.DataFrame({"firm": [f"f{i}" for i in range(n)], "trade": rng.integers(0, 30, n).astype(str)})
    rows["town"] = rng.integers(0, 30, n).astype(str)
    rows["value"] = np.round(np.exp(rng.normal(3, 1, n)), 1)
    return rows


def test_contributors_whom_no_time_is_left_for_are_told_and_so_are_ends_of_intervals() -> None:
    found = release({"t": magnitudes(plants(), ["trade", "town"])}, Policy(threshold=2, p=0.1, time_limit=0.01))

    told = " ".join(found.certificate["not_checked"])
    assert "what some contributors know of themselves, for whom no time was left" in told
    assert "the ends of intervals" in told


def test_of_too_many_contributors_too_it_is_told_that_time_was_over(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("_search", "_protected"):
        monkeypatch.setattr(f"industria.release.{module}.MANY", 20)
    found = release({"t": magnitudes(plants(), ["trade", "town"])}, Policy(threshold=2, p=0.1, time_limit=0.01))

    told = " ".join(found.certificate["not_checked"])
    assert "what more than 20 contributors know of themselves" in told
    assert "what some contributors know of themselves, for whom no time was left" in told


def test_a_release_that_not_all_attacked_wants_a_second_person(tmp_path: Path) -> None:
    site, second = tmp_path / "site.key", tmp_path / "second.key"
    for key in (site, second):
        make_key(key)
    table, policy = magnitudes(plants(), ["trade", "town"]), Policy(threshold=2, p=0.1, time_limit=0.01)
    found = release({"t": table}, policy, out=tmp_path / "out", key=site, site_folder=tmp_path / "site")
    assert found.path is not None

    with pytest.raises(ReleaseRefusedError, match="second person"):
        open_release(found.path)
    approve(found.path, key=second, note="I saw that not all contributors attacked.")

    assert open_release(found.path).approval is not None
    with pytest.raises(ReleaseRefusedError, match="time was over before all contributors had attacked it"):
        release({"t": table}, policy, strict=True)


def test_with_time_they_are_asked() -> None:
    rows = plants()
    some = rows[(rows["trade"].astype(int) < 5) & (rows["town"].astype(int) < 5)]
    found = release({"t": magnitudes(some, ["trade", "town"])}, Policy(threshold=2, p=0.1, time_limit=0.01))

    # A small system is attacked whatever its time.
    assert not any("contributors" in note for note in found.certificate["not_checked"])


def test_an_attack_in_pieces_is_the_attack(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Search] = []
    whole = Search.__init__

    def noted(self: Search, *of: Any) -> None:
        seen.append(self)
        whole(self, *of)

    monkeypatch.setattr(Search, "__init__", noted)
    monkeypatch.setattr("industria.release._attacked.SURE", 7)
    rows = plants()
    some = rows[(rows["trade"].astype(int) < 6) & (rows["town"].astype(int) < 6)]
    release({"t": magnitudes(some, ["trade", "town"])}, Policy(threshold=2, p=0.1, insiders="none"))
    of = (seen[0].joint, seen[0].found, seen[0].pattern.withheld, seen[0].policy)

    told = attacked_in_time(*of, Deadline.within(60.0))
    assert told is not None
    np.testing.assert_allclose(told.low, attacked(*of).low, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(told.high, attacked(*of).high, rtol=1e-9, atol=1e-6)
    assert attacked_in_time(*of, Deadline.within(0.0)) is None

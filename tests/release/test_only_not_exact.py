"""Cells of large systems for whose levels there was no time: they are not exact, and the certificate says no more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from industria.errors import ReleaseRefusedError
from industria.kernels.suppression import Suppression, suppression
from industria.release import Policy, make_key, release
from tests.release.cells import firms, magnitudes

OF = {"a": [100], "b": [1, 1, 1], "c": [40, 30, 30, 20], "d": [90, 80, 70]}
POLICY = Policy(threshold=1, p=0.2, insiders="none", unions=False)


def in_a_hurry(A: Any, x: Any, *, exact_only: bool = True, **asked: Any) -> Suppression:
    """Protect cells from being exact, and no more."""
    nothing = np.zeros(len(x))
    found = suppression(A, x, **(asked | {"up": nothing, "down": nothing, "width": nothing}))
    return found._replace(exact_only=asked["primary"] & exact_only)


def test_cells_of_which_only_that_is_certain_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The 100 of one firm stand beside 3 of three others: between 0 and 103 in all, and the level is 120."""
    make_key(tmp_path / "key.pem")
    monkeypatch.setattr("industria.release._suppressed.suppression", in_a_hurry)
    monkeypatch.setattr("industria.release._search.SOLVED", 0)

    found = release(
        {"t": magnitudes(firms(OF, ["code"]), ["code"])},
        POLICY,
        out=tmp_path / "out",
        key=tmp_path / "key.pem",
        site_folder=tmp_path / "site",
    )

    assert found.path is not None
    assert sum("only certain that they are not exact" in note for note in found.certificate["not_checked"]) == 1
    kept = json.loads((tmp_path / "site" / found.path.stem / "certificate.json").read_bytes())
    assert kept["only_not_exact"] == ["value of code = 'a'"]
    assert "only_not_exact" not in found.certificate


def test_where_that_is_not_certain_either_nothing_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    def in_vain(A: Any, x: Any, **asked: Any) -> Suppression:
        return in_a_hurry(A, x, exact_only=False, **asked)

    monkeypatch.setattr("industria.release._suppressed.suppression", in_vain)

    with pytest.raises(ReleaseRefusedError, match="the attack comes too close"):
        release({"t": magnitudes(firms(OF, ["code"]), ["code"])}, POLICY)

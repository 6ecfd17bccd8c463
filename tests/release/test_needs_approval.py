"""What a second person must approve opens, and is pooled, only once they have signed it."""

from __future__ import annotations

from pathlib import Path

import pytest

from industria.errors import ReleaseRefusedError
from industria.release import Policy, approve, attack, make_key, open_release, pool, release
from tests.release.cells import firms, magnitudes
from tests.release.sites import key_of, sealed

NOTE = "All tables were looked at."


def released(folder: Path, *, checker: bool) -> Path:
    make_key(folder / "site.key")
    table = magnitudes(firms({"a": [3, 2, 1], "b": [60, 50, 40], "c": [90, 80, 70]}, ["code"]), ["code"])
    policy = Policy(threshold=3, p=0.1, checker=checker)
    made = release({"t": table}, policy, out=folder / "out", key=folder / "site.key")
    assert made.path is not None
    return made.path


def test_a_policy_that_wants_a_second_person_is_held_to_it(tmp_path: Path) -> None:
    file = released(tmp_path, checker=True)

    with pytest.raises(ReleaseRefusedError, match="site wants a second person to approve it, and nobody has"):
        open_release(file)
    approve(file, key=key_of(tmp_path, "second"), note=NOTE)
    assert open_release(file).manifest["needs_approval"] is True


def test_without_such_a_policy_it_opens_at_once(tmp_path: Path) -> None:
    assert open_release(released(tmp_path, checker=False)).manifest["needs_approval"] is False


def test_who_is_to_approve_it_attacks_it_before(tmp_path: Path) -> None:
    assert attack(released(tmp_path, checker=True)).n_exact == 0


def test_a_pool_takes_only_what_is_approved(tmp_path: Path) -> None:
    files = [sealed(tmp_path, "north"), sealed(tmp_path, "south", needs_approval=True)]

    with pytest.raises(ReleaseRefusedError, match="site south wants a second person"):
        pool(files)
    approve(files[1], key=key_of(tmp_path, "second"), note=NOTE)
    assert [one.site for one in pool(files).releases] == ["north", "south"]

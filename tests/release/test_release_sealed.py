"""What leaves in a sealed file, and what stays at the site."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from industria.core.result import Result
from industria.core.table import from_arrays
from industria.errors import NeededParameterError, ReleaseRefusedError, UnknownStepError
from industria.release import Policy, attack, make_key, open_release
from industria.release.release import Release, release
from industria.tables import magnitude_table
from tests.release.cells import counted, counts, firms, magnitudes

BRANCHES = {"B05": [9000, 300, 200], "B06": [400, 30, 20], "B07": [300, 25, 15], "B08": [450] * 20, "B09": [12] * 10}
POLICY = Policy(threshold=2, dominance=((2, 0.8125),))


def table() -> Any:
    return magnitudes(firms(BRANCHES, ["branch"]), ["branch"])


def sealed(folder: Path, **more: Any) -> Release:
    key = folder / "site.key"
    if not key.exists():
        make_key(key)
    asked = {"out": folder / "out", "site_folder": folder / "site", "key": key, "site": "north"} | more
    return release({"t": table()}, POLICY, **asked)


def test_the_sealed_file_holds_what_leaves_and_its_certificate(tmp_path: Path) -> None:
    found = sealed(tmp_path)

    assert found.path is not None
    opened = open_release(found.path)
    assert opened.table("t").to_pydict() == found.table("t").to_pydict()
    assert opened.certificate == json.loads(json.dumps(found.certificate))
    assert opened.tables("t") == ["hierarchies"]
    said = opened.step("t")
    assert (said["by"], said["additive"], said["pools"]) == (["branch"], ["value"], "sums")
    assert found.sha256 == opened.sha256


def test_no_withheld_value_no_name_and_no_parameter_leaves(tmp_path: Path) -> None:
    found = sealed(tmp_path)

    assert found.path is not None
    members = open_release(found.path).members
    everything = b"\n".join([*members.values(), json.dumps(dict(found.certificate)).encode()])
    digest = str(table().population)
    for word in ("9500", "9000.0", "B05-0", "0.8125", digest):
        assert word.encode() not in everything


def test_the_site_keeps_why(tmp_path: Path) -> None:
    found = sealed(tmp_path)

    assert found.site_folder == tmp_path / "site"
    assert found.path is not None
    kept = tmp_path / "site" / found.path.stem
    rows = pq.read_table(kept / "t.parquet")
    assert rows.column_names == [
        *("branch", "value", "status", "rules", "required_low", "required_high", "required_width", "low", "high"),
        "witness",
    ]
    assert b"CONFIDENTIAL" in rows.schema.metadata[b"confidential"]
    assert (tmp_path / "site" / "CONFIDENTIAL.txt").exists()
    certificate = json.loads((kept / "certificate.json").read_bytes())
    assert certificate["contributors"] == [{"variable": "value", "number": 0, "asked": 0}]
    ledger = pq.read_table(tmp_path / "site" / "ledger.parquet")
    assert set(ledger["release"].to_pylist()) == {found.sha256}
    assert not any("B05-0" in str(word) for word in ledger["who"].to_pylist())


def test_an_earlier_sealed_file_is_found_in_the_ledger(tmp_path: Path) -> None:
    first = sealed(tmp_path)
    assert first.path is not None
    second = sealed(tmp_path, earlier=[first.path], out=tmp_path / "out" / "again.release")

    assert second.table("t").equals(first.table("t"))
    assert second.certificate["earlier"] == [first.sha256]


def test_an_earlier_file_that_the_site_does_not_know_is_refused(tmp_path: Path) -> None:
    first = sealed(tmp_path)
    assert first.path is not None

    with pytest.raises(ReleaseRefusedError, match="does not know it"):
        sealed(tmp_path, earlier=[first.path], site_folder=tmp_path / "elsewhere", out=tmp_path / "out" / "b.release")
    with pytest.raises(ReleaseRefusedError, match="no earlier release of this name"):
        sealed(tmp_path, earlier=[tmp_path / "nothing.release"], out=tmp_path / "out" / "b.release")


def test_an_earlier_release_of_something_else_is_refused() -> None:
    other = release({"n": counts(counted({"a": 5, "b": 6}, ["code"]), ["code"])}, POLICY)

    with pytest.raises(ReleaseRefusedError, match="of another study"):
        release({"t": table()}, POLICY, earlier=[other])


def test_the_folder_of_the_site_may_not_lie_where_things_leave(tmp_path: Path) -> None:
    with pytest.raises(ReleaseRefusedError, match="from where things leave"):
        sealed(tmp_path, site_folder=tmp_path / "out" / "site")


def test_the_folder_of_the_site_may_not_lie_beside_a_file_that_leaves(tmp_path: Path) -> None:
    with pytest.raises(ReleaseRefusedError, match="from where things leave"):
        sealed(tmp_path, out=tmp_path / "out" / "x.release", site_folder=tmp_path / "out" / "site")
    assert not (tmp_path / "out").exists()


def test_nothing_leaves_that_the_ledger_does_not_know(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(import_module("industria.release.release"), "keep", stopped)
    with pytest.raises(KeyboardInterrupt):
        sealed(tmp_path)
    assert not list((tmp_path / "out").iterdir())


def test_a_sealed_file_needs_a_key(tmp_path: Path) -> None:
    with pytest.raises(NeededParameterError, match="key"):
        release({"t": table()}, POLICY, out=tmp_path)


def test_strict_refuses_instead_of_withholding() -> None:
    with pytest.raises(ReleaseRefusedError, match="4 of 6 rows may not leave"):
        release({"t": table()}, POLICY, strict=True)


def test_a_step_that_tells_of_nobody_does_not_leave() -> None:
    found = release({"t": table(), "plain": Result(table=from_arrays({"x": [1.0]}))}, POLICY)

    assert found.steps == ["t"]
    assert "who stands behind" in found.refused["plain"]
    assert any("plain" in words for words in found.certificate["not_checked"])
    with pytest.raises(ReleaseRefusedError, match="does not leave"):
        found.table("plain")
    with pytest.raises(UnknownStepError):
        found.table("tt")
    with pytest.raises(UnknownStepError):
        release({"t": table()}, POLICY, steps=["tt"])


def test_what_is_no_result_is_refused() -> None:
    with pytest.raises(ReleaseRefusedError, match="give a result"):
        release({"t": table().to_pandas()}, POLICY)


def test_tidy_lists_every_number_at_its_address() -> None:
    found = release({"t": table()}, POLICY)

    rows = found.tidy().to_pylist()
    assert rows[0] == {"step": "t", "cell": "[branch=B05].value", "value": None, "status": "withheld"}
    assert len(rows) == found.n_cells == 6
    assert (found.n_withheld, found.n_primary, found.n_secondary) == (4, 3, 1)


def test_intervals_are_shown_where_the_policy_says_so() -> None:
    found = release({"t": table()}, Policy(**{**dict(POLICY), "publish_intervals": True}))

    rows = found.table("t").to_pandas().set_index("branch")
    assert rows.loc["B05", ["low", "high"]].tolist() == [0.0, 19290.0]
    assert rows.loc["B09", ["low", "high"]].isna().all()


def test_a_kept_cell_that_is_sensitive_is_refused() -> None:
    with pytest.raises(ReleaseRefusedError, match="take it out of `keep`"):
        release({"t": table()}, Policy(**{**dict(POLICY), "keep": ({"branch": "B05"},)}))


def test_a_kept_cell_is_published_and_another_gives_way() -> None:
    kept = release({"t": table()}, Policy(**{**dict(POLICY), "keep": ({"branch": "B08"},)}))

    rows = kept.table("t").to_pandas().set_index("branch")
    assert rows.loc["B08", "status"] == "published"
    assert rows.loc["Total", "status"] == "withheld"


def test_nothing_withheld_says_so() -> None:
    found = release({"n": counts(counted({"a": 5, "b": 6}, ["code"]), ["code"])}, POLICY)

    assert found.certificate["statement"].startswith("0 of 3 cells withheld")


def test_coarser_designs_are_proposed_where_much_is_withheld() -> None:
    of = {
        ("x", "a"): [9, 1],
        ("x", "b"): [5, 5, 5],
        ("y", "a"): [8, 1],
        ("y", "b"): [7, 7, 7],
        ("z", "a"): [6],
        ("z", "b"): [5] * 4,
    }
    found = release({"t": magnitudes(firms(of, ["row", "column"]), ["row", "column"])}, Policy(threshold=3, p=0.1))

    designs = {one["design"]: one for one in found.proposal}
    assert set(designs) == {"without row", "without column"}
    assert designs["without row"]["withheld"] == 0
    assert designs["without row"]["cells"] == 3


def test_what_is_known_before_is_never_told_as_an_interval() -> None:
    """An end that is a part of a value would tell the value."""
    prior = Policy(**{**dict(POLICY), "prior": (0.5, 1.7), "publish_intervals": True})

    found = release({"t": table()}, prior)

    narrowest = found.certificate["attack"]["narrowest"]
    assert (narrowest["low"], narrowest["high"]) == (0.0, 19290.0)
    told = found.table("t").to_pandas().set_index("branch")
    assert told.loc["B06", ["low", "high"]].tolist() == [0.0, 19290.0]
    assert found.site_table("t").to_pandas().set_index("branch").loc["B06", "low"] == 225.0


def test_one_amount_over_two_kinds_of_units_is_refused() -> None:
    by_record = magnitude_table(firms(BRANCHES, ["branch"]), variable="value", by=["branch"])

    with pytest.raises(ReleaseRefusedError, match="over 'firm' and over single records"):
        release({"t": table(), "u": by_record}, POLICY)


def test_a_table_too_large_to_solve_tells_no_ends_of_witnesses(monkeypatch: pytest.MonkeyPatch) -> None:
    """They stand where the rules ask for them, from which the value could be reckoned."""
    monkeypatch.setattr("industria.release._search.SOLVED", 0)
    found = release({"t": table()}, Policy(**{**dict(POLICY), "publish_intervals": True}))

    assert found.certificate["attack"]["method"] == "witness"
    assert found.certificate["attack"]["narrowest"] is None
    assert "beyond what the rules allow" in found.certificate["statement"]
    assert found.table("t").column_names == ["branch", "value", "status"]
    rows = found.site_table("t").to_pandas().query("status == 'primary'")
    assert (rows["high"] >= rows["required_high"] - 1e-6).all()
    assert (rows["low"] <= rows["required_low"] + 1e-6).all()
    assert any("intervals" in words for words in found.certificate["not_checked"])


def test_the_attack_on_the_sealed_file_finds_every_cell_protected(tmp_path: Path) -> None:
    """Also where a dimension is called `column`, and where a table has two sums."""
    of = {
        (row, c): n
        for row, numbers in (("1", (1, 1, 7, 1)), ("2", (1, 2, 8, 5)))
        for c, n in zip("ABHM", numbers, strict=True)
    }
    make_key(tmp_path / "key")
    found = release(
        {
            "t": magnitudes(firms(BRANCHES, ["branch"]), ["branch"], counts=True),
            "g": counts(counted(of, ["row", "column"]), ["row", "column"]),
        },
        POLICY,
        out=tmp_path / "out",
        key=tmp_path / "key",
        site_folder=tmp_path / "site",
    )

    told = attack(found.path, site=tmp_path / "site")

    rows = told.to_pandas()
    assert (told.n_attacked, told.n_exact, told.n_under_protected) == (found.n_withheld, 0, 0)
    assert rows["value"].notna().all()
    assert rows.groupby("step").size().to_dict().keys() == {"t", "g"}

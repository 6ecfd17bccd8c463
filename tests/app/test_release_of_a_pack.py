"""Releasing the run of a pack: the least that the pack asks for holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from industria.errors import ReleaseRefusedError
from industria.release import Policy, make_key, open_release, pack, release
from tests.app.conftest import Call
from tests.release.small_network import TEXT, small_network

ANSWERS = '[firms]\npersons = "heads"\nframe = "all"\n'
RELEASED = '[release]\nsteps = [{}]\npublic = ["groups"]\n\n[sources.firms]'
BESIDE = """
[[step]]
name = "beside"
use = "tables.query"
spread = "spread"
groups = "groups"
sql = 'SELECT DISTINCT sort, sector, n FROM spread JOIN (SELECT "group" AS sort, sector FROM groups) USING (sort)'
"""
LEAST = Policy(threshold=4, p=0.1)


@pytest.fixture
def site(tmp_path: Path, industria: Call) -> Path:
    """A folder in which the pack of a network has run, with a key."""
    return ran(tmp_path, industria, TEXT, '"spread"')


def ran(folder: Path, industria: Call, text: str, steps: str) -> Path:
    study = small_network(folder, text.replace("[sources.firms]", RELEASED.format(steps), 1))
    pack(study, out=folder / "sales.pack", policy=LEAST)
    (folder / "answers.toml").write_text(ANSWERS, encoding="utf-8")
    make_key(folder / "site.key")
    words = ["--set", f"firms={folder / 'site.csv'}", "--answers", folder / "answers.toml"]
    assert industria("run", folder / "sales.pack", *words, "--out", folder / "here")[0] == 0
    return folder


def released(site: Path, industria: Call, rules: str) -> tuple[int, str, str]:
    (site / "rules.toml").write_text(rules, encoding="utf-8")
    words = ["--policy", site / "rules.toml", "--out", site / "out", "--key", site / "site.key"]
    return industria("release", site / "here", *words)


def test_a_policy_weaker_than_that_of_the_pack_seals_nothing(site: Path, industria: Call) -> None:
    code, _, wrong = released(site, industria, 'threshold = 1\nconcentration = "none"\n')

    assert code == ReleaseRefusedError.exit_code
    assert "weaker than that of the pack in threshold, p" in wrong
    assert not (site / "out").exists()


def test_a_release_without_the_command_line_asks_the_run_too(site: Path) -> None:
    with pytest.raises(ReleaseRefusedError, match="weaker than that of the pack in threshold"):
        release(site / "here", Policy(threshold=3, p=0.1))


def test_a_stricter_policy_releases(site: Path, industria: Call) -> None:
    assert released(site, industria, "threshold = 5\np = 0.2\n")[0] == 0
    record = json.loads((site / "here" / "run" / "run.json").read_text())
    assert record["pack"]["minimum_policy"] == {"threshold": 4, "p": 0.1}


def test_what_a_second_person_must_approve_is_attacked_before_and_not_read(site: Path, industria: Call) -> None:
    released(site, industria, "threshold = 5\np = 0.2\nchecker = true\n")
    (file,) = (site / "out").glob("*.release")

    assert industria("attack", file)[0] == 0
    code, _, wrong = industria("explain", file, "spread[sort=goods,column=sales].n")
    assert code == ReleaseRefusedError.exit_code
    assert "wants a second person" in wrong


def test_a_step_over_a_source_that_travelled_along_is_made_again(tmp_path: Path, industria: Call) -> None:
    """The file that the publisher of the study read it from is at no site."""
    site = ran(tmp_path, industria, TEXT + BESIDE, '"spread", "beside"')

    assert released(site, industria, "threshold = 4\np = 0.1\n")[0] == 0
    (file,) = (site / "out").glob("*.release")
    assert sorted(open_release(file).table("beside")["sector"].to_pylist()) == ["a", "b", "c"]


def test_coverage_of_too_few_cells_is_withheld(site: Path, industria: Call) -> None:
    """The official totals have four cells, two of which have two firms each."""
    assert released(site, industria, "threshold = 4\np = 0.1\n")[0] == 0
    (file,) = (site / "out").glob("*.release")

    told = open_release(file).manifest
    assert told["coverage"] == {"firms.sales": None}
    assert told["definitions"]["firms.persons"] == "heads"

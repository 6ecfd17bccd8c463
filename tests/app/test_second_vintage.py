"""A second vintage beside the first: `industria release --earlier` withholds the difference, and names the pair."""

from __future__ import annotations

import json
from pathlib import Path

from industria.release.keys import make_key
from industria.study.load import load
from industria.study.run import run
from tests.app.conftest import Call

STUDY = """
title = "Firms"
question = "How many?"

[sources.firms]
use = "files.csv"
path = "firms.csv"

[[step]]
name = "some"
use = "tables.query"
firms = "firms"
sql = "SELECT * FROM firms WHERE persons >= {least}"

[[step]]
name = "{name}"
use = "tables.frequency_table"
records = "some"
by = ["region"]
unit = "firm"

[release]
steps = ["{name}"]
"""
LARGE = {"east": 12, "north": 9, "south": 20, "west": 14}
SMALL = {"east": 1, "north": 6, "south": 8, "west": 7}


def written(folder: Path, name: str, least: int) -> Path:
    """Run the study anew, over firms of so many persons or more."""
    sizes = [(region, size) for of, size in ((LARGE, 20), (SMALL, 3)) for region, n in of.items() for _ in range(n)]
    rows = [f"f{i},{region},{size}" for i, (region, size) in enumerate(sizes)]
    folder.mkdir(exist_ok=True)
    (folder / "firms.csv").write_text("firm,region,persons\n" + "\n".join(rows) + "\n", encoding="utf-8")
    (folder / "study.toml").write_text(STUDY.format(name=name, least=least), encoding="utf-8")
    (folder / "rules.toml").write_text('threshold = 3\nconcentration = "none"\n', encoding="utf-8")
    run(load(folder))
    return folder


def test_the_difference_with_the_first_is_withheld_and_its_pair_named(industria: Call, tmp_path: Path) -> None:
    make_key(tmp_path / "site.key")
    way = ("--policy", "rules.toml", "--key", tmp_path / "site.key")
    study = written(tmp_path / "study", "larger", 10)
    code, told, _ = industria("release", study, *way, "--out", tmp_path / "out" / "first.release")
    assert (code, "withheld: 0" in told, "protected besides" in told) == (0, True, False)

    study = written(study, "every", 0)
    first = tmp_path / "out" / "first.release"
    code, told, _ = industria(
        "release", study, *way, "--earlier", first, "--out", tmp_path / "out" / "second.release", "--language", "es"
    )

    (line,) = (line for line in told.splitlines() if line.startswith("protegidas además: "))
    assert code == 0
    assert "count of region = 'east' in 'every'" in line
    assert "count of region = 'east' in 'larger' of release" in line
    cells = json.loads(industria("attack", tmp_path / "out" / "second.release", "--earlier", first, "--json")[1])
    hidden = {row["cell"] for row in cells["cells"]}
    assert "[region=east].count" in hidden
    assert cells["exact"] == 0

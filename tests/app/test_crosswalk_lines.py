"""What `industria run` says of steps that carry a table over to other codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.study.codes import study_of_codes

Call = Callable[..., tuple[int, str, str]]

LINE = "Crosswalk carried: 30.0% of jobs through split codes, 10.0% resolved by hierarchy, 0.02% missing"


def test_run_prints_a_line_for_each_crosswalk_also_where_nothing_is_computed(industria: Call, tmp_path: Path) -> None:
    folder = study_of_codes(tmp_path).folder

    for _ in range(2):
        code, out, _err = industria("run", folder)
        assert code == 0
        assert next(line for line in out.splitlines() if line.startswith("Crosswalk")) == LINE
        assert out.count("Crosswalk ") == 3


def test_json_has_the_shares(industria: Call, tmp_path: Path) -> None:
    told = json.loads(industria("run", study_of_codes(tmp_path).folder, "--json")[1])

    assert [(one["step"], one["mass"], one["resolved_share"]) for one in told["crosswalks"]][1:] == [
        ("passages", "jobs", 0.0),
        ("shift", "jobs", None),
    ]


def test_a_brief_ends_its_sources_with_the_same_lines(industria: Call, tmp_path: Path) -> None:
    folder = study_of_codes(tmp_path).folder
    brief = "# Codes\n\n{% sources %}\n\n{% unknowns %}\n\nMuch.\n\n{% endunknowns %}\n"
    (folder / "brief.md").write_text(brief, encoding="utf-8")

    assert industria("run", folder, "--quiet")[0] == 0
    page = (folder / "run" / "brief.html").read_text(encoding="utf-8")
    assert "<li>Crosswalk carried: <a" in page
    assert 'data-address="carried.missing_share">0.02%</data></a> missing</li>' in page
    values = json.loads((folder / "run" / "run.json").read_text(encoding="utf-8"))["values"]
    assert "shift.split_share" in [value["address"] for value in values]

"""The commands about runs, as a person or a program calls them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.study.small import FIRMS, TEXT, small_study

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the small study."""
    return small_study(tmp_path / "scrap").folder


def answer(told: tuple[int, str, str]) -> Any:
    assert told[0] == 0, told[2]
    return json.loads(told[1])


def test_run_prints_the_answer_and_the_claims(industria: Call, folder: Path) -> None:
    code, out, err = industria("run", folder)

    assert code == 0
    assert [line for line in out.splitlines() if line] == [
        "Scrap",
        "How much is scrapped?",
        "  holds  Sector a scraps less than four hours",
        "         2.0 hours; n = 6",
        "  weak   Sector b scraps more than one hour",
        "         15 hours (95%: −7 to 37); n = 6",
        "claims: 1 hold, 1 weak, 0 fail",
        f"  firms · sha256 {sha256((folder / 'firms.csv').read_bytes()).hexdigest()[:12]}",
        str(folder / "run"),
    ]
    assert [line.split()[0] for line in err.splitlines()] == ["means", "ranks"]


def test_a_second_run_says_what_it_did_not_compute(industria: Call, folder: Path) -> None:
    industria("run", folder, "--quiet")

    assert [line.split() for line in industria("run", folder)[2].splitlines()] == [
        ["means", "unchanged"],
        ["ranks", "unchanged"],
    ]


PROSE = """# Scrap

The mean is {{ means[sector=a].estimate | number(1) }} hours.

{% unknowns %}
Why.
{% endunknowns %}
"""

AGAIN = """
import sys
from industria.app.main import main

sys.argv[1:], heavy = sys.argv[2:], sys.argv[1].split(",")
try:
    main()
finally:
    print(sorted(set(heavy) & sys.modules.keys()), file=sys.stderr)
"""
# Typer itself takes pydantic to read its words.
HEAVY = "duckdb,jinja2,markdown_it,narwhals,numpy,pandas,pyarrow,scipy"


def again(*words: object) -> tuple[int, str, str]:
    """Call the command line in a process of its own; the last line of complaints tells what it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", AGAIN, HEAVY, *map(str, words)], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("form", [(), ("--json",), ("--quiet",)])
@pytest.mark.parametrize("bound", ["below = 4", "below = 1"], ids=["holds", "fails"])
def test_a_run_that_stands_answers_as_before_and_loads_nothing(form: tuple[str, ...], bound: str, folder: Path) -> None:
    """To see that nothing changed takes no engine; what is said is what a run would say that reuses every step."""
    small_study(folder, TEXT.replace("below = 4", bound))
    (folder / "brief.md").write_text(PROSE, encoding="utf-8")
    again("run", folder)
    (folder / "run" / "brief.pdf").unlink()

    anew, second = again("run", folder, *form), again("run", folder, *form)

    assert second[:2] == anew[:2]
    assert second[0] == (6 if bound == "below = 1" else 0)
    assert second[2].splitlines()[:-1] == anew[2].splitlines()[:-1]
    assert "duckdb" in anew[2].splitlines()[-1]
    assert second[2].splitlines()[-1] == "[]"


def test_a_package_that_a_brief_lacks_is_told_each_time(
    industria: Call, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "brief.md").write_text(PROSE, encoding="utf-8")

    def lacks(module: str) -> None:
        raise ModuleNotFoundError(module, name="typst")

    monkeypatch.setattr("industria.app._runs.import_module", lacks)

    first, second = industria("run", folder), industria("run", folder)

    assert "it needs 'typst'" in first[2]
    assert "it needs 'typst'" in second[2]


def test_a_limit_that_is_none_is_refused_for_a_run_that_stands_too(industria: Call, folder: Path) -> None:
    industria("run", folder, "-q")

    assert industria("run", folder, "--memory", "lots")[0] == 2


def test_quiet_is_quiet(industria: Call, folder: Path) -> None:
    assert industria("run", folder, "--quiet") == (0, "", "")


def test_a_claim_that_fails_ends_with_6(industria: Call, folder: Path) -> None:
    small_study(folder, TEXT.replace("below = 4", "below = 1"))

    code, out, _ = industria("run", folder)

    assert code == 6
    assert "claims: 0 hold, 1 weak, 1 fail" in out
    assert industria("run", folder, "--allow-failed-claims")[0] == 0


@pytest.mark.parametrize(
    ("old", "new", "code", "told"),
    [
        ('name = "ranks"', 'nam = "ranks"', 2, "study.toml:16"),
        ("measures.py:ranks", "measures.py:rank", 2, "study.toml:18"),
        ('outcome = "scrap"', 'outcome = "scarp"', 2, "Did you mean 'scrap'"),
        ("minimum = 0", "minimum = 2", 3, "scrap is at least 2"),
        ('path = "firms.csv"', 'path = "firm.csv"', 4, "firms.csv"),
        ("confidence = 0.95", "confidence = 95", 2, "study.toml"),
    ],
)
def test_what_is_wrong_ends_with_its_code(
    industria: Call, folder: Path, old: str, new: str, code: int, told: str
) -> None:
    (folder / "study.toml").write_text(TEXT.replace(old, new), encoding="utf-8")

    found = industria("run", folder)

    assert found[0] == code
    assert told in found[2]
    assert "Traceback" not in found[2]


def test_run_answers_in_json(industria: Call, folder: Path) -> None:
    told = answer(industria("run", folder, "--json"))

    assert told["tally"] == "claims: 1 hold, 1 weak, 0 fail"
    assert [step["reused"] for step in told["steps"]] == [False, False]
    assert told["folder"] == str(folder / "run")


def test_limits_are_taken(industria: Call, folder: Path) -> None:
    assert industria("run", folder, "--memory", "800MB", "--bit-exact", "--fresh", "--no-brief", "-q")[0] == 0
    assert industria("run", folder, "--memory", "lots")[0] == 2
    assert industria("run", folder, "--no-local-code")[0] == 2


def test_status_names_the_source_that_changed(industria: Call, folder: Path) -> None:
    industria("run", folder, "-q")
    (folder / "firms.csv").write_text(FIRMS.replace("3.0", "30.0"), encoding="utf-8")

    assert answer(industria("status", folder, "--why", "--json")) == {
        "steps": [
            {"step": "means", "state": "stale", "why": "input firms changed: data revision"},
            {"step": "ranks", "state": "stale", "why": "after means"},
        ]
    }
    assert industria("status", folder, "--why")[1].split() == [
        "means",
        "stale",
        "input",
        "firms",
        "changed:",
        "data",
        "revision",
        "ranks",
        "stale",
        "after",
        "means",
    ]
    assert industria("status", folder)[1].split() == ["means", "stale", "ranks", "stale"]


def test_read_prints_a_table_in_three_forms(industria: Call, folder: Path) -> None:
    industria("run", folder, "-q")

    lines = industria("read", folder, "means")[1].splitlines()
    assert lines[0].split() == ["sector", "estimate", "standard_error"]
    assert lines[1].split() == ["a", "2", "0.5774"]
    assert "n_obs 6, df 2.0" in lines
    assert any(line.split()[:2] == ["estimate", "[hours]"] for line in lines)
    assert industria("read", folder / "run", "means.used", "--csv")[1].splitlines()[1] == '"f1",1'
    told = answer(industria("read", folder, "ranks", "--json"))
    assert told["rows"] == [{"sector": "a", "rank": 1}, {"sector": "b", "rank": 2}]
    assert told["columns"][1] == {"name": "rank", "type": "int64", "unit": "rank", "meaning": "by rising mean"}
    assert industria("read", folder, "rank")[0] == 2


def test_explain_traces_to_the_bytes(industria: Call, folder: Path) -> None:
    industria("run", folder, "-q")

    told = answer(industria("explain", folder / "run", "means[sector=a].estimate", "--json"))
    page = industria("explain", folder / "run", "means[sector=a].estimate")[1]

    assert told["value"] == 2.0
    assert told["sources"]["firms"]["sha256"] in page
    assert "2.0 hours" in page
    assert "sum(x) / n" in page
    assert industria("explain", folder, "means.estimate")[0] == 2


def test_explain_names_rows_used_read_and_of_the_result(industria: Call, folder: Path) -> None:
    industria("run", folder, "-q")

    lines = [line.split(maxsplit=2) for line in industria("explain", folder / "run", "means.n_obs")[1].splitlines()]
    ranks = industria("explain", folder / "run", "ranks[sector=b].rank")[1]

    assert ["rows", "used", "6 (read: 6 of firms)"] in lines
    assert ["rows", "of", "result  2"] in lines
    assert re.search(r"rows used +2 of means\n", ranks)


def test_explain_shows_parameters_that_were_left_alone(industria: Call, folder: Path) -> None:
    """A reader must see that nothing was clustered, not guess it."""
    from industria.app.explain import _page

    industria("run", folder, "-q")
    found = answer(industria("explain", folder / "run", "means.n_obs", "--json"))

    assert "cluster = none, outcome = 'scrap'" in _page({**found, "parameters": {"cluster": None, "outcome": "scrap"}})


def test_explain_names_the_choices_of_steps_on_the_way_and_editions(industria: Call, folder: Path) -> None:
    """A score rests on weights that an earlier step was given, and on the year of its jobs."""
    from industria.app.explain import _page

    industria("run", folder, "-q")
    found = answer(industria("explain", folder / "run", "means.n_obs", "--json"))
    found["steps"][0]["parameters"] = {"core_weight": 2.0, "weight": None, "sql": "SELECT 1", "long": "x" * 80}
    found["sources"]["firms"] |= {"title": "Jobs, May 2023", "vintage": "May 2023"}
    other = {**found["sources"]["firms"], "title": "Tasks", "vintage": "O*NET 27.2"}
    page = _page({**found, "sources": {**found["sources"], "tasks": other}})

    assert re.search(r"from firms; core_weight = 2.0\n", page)
    assert re.search(r"firms +Jobs, May 2023 +\d+ rows", page)
    assert re.search(r"tasks +Tasks, O\*NET 27.2 +\d+ rows", page)


def test_diff_lists_what_moved_and_which_claim_flipped(industria: Call, folder: Path) -> None:
    industria("run", folder, "-q")
    (folder / "firms.csv").write_text(FIRMS.replace("3.0", "30.0"), encoding="utf-8")
    industria("run", folder, "-q")

    told = answer(industria("diff", folder / "run.previous", folder / "run", "--json"))
    page = industria("diff", folder / "run.previous", folder / "run")[1]

    assert told["claims"][0]["new"] == "fails"
    assert told["values"][0] == {
        "address": "means[sector=a].estimate",
        "old": 2.0,
        "new": 11.0,
        "cause": "data",
        "in_brief": False,
    }
    assert "Sector a scraps less than four hours  holds -> fails" in page
    assert "2 -> 11" in page
    assert industria("diff", folder, folder)[1] == "nothing moved\n"


def test_verify_ends_with_5_where_a_number_differs(industria: Call, folder: Path) -> None:
    industria("run", folder, "-q")
    assert industria("verify", folder / "run")[:2] == (0, f"{folder / 'run'}: 2 steps come out again.\n")
    assert answer(industria("verify", folder, "--json"))["verified"] is True

    (folder / "firms.csv").write_text(FIRMS.replace("3.0", "3.1"), encoding="utf-8")

    code, _, err = industria("verify", folder / "run")
    assert code == 5
    assert "means[sector=a].estimate" in err
    code, out, _ = industria("verify", folder, "--json")
    assert (code, json.loads(out)["verified"]) == (5, False)


def test_a_study_without_prose_has_no_brief(industria: Call, folder: Path) -> None:
    industria("run", folder, "-q")

    code, _, err = industria("brief", folder)

    assert code == 2
    assert "has no brief.md" in err


def test_commands_about_a_run_that_is_not_there_say_what_to_do(industria: Call, folder: Path) -> None:
    for words in (
        ("read", folder, "means"),
        ("explain", folder, "means.n_obs"),
        ("verify", folder),
        ("diff", folder, folder),
    ):
        code, _, err = industria(*words)
        assert code == 2
        assert "`industria run STUDY` makes one" in err


def test_the_module_is_the_command_line(folder: Path) -> None:
    words = [sys.executable, "-m", "industria", "run", str(folder)]

    done = subprocess.run(words, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "claims: 1 hold, 1 weak, 0 fail" in done.stdout


def test_a_brief_is_written_and_written_anew(industria: Call, folder: Path) -> None:
    (folder / "brief.md").write_text(PROSE, encoding="utf-8")
    told = industria("run", folder)
    assert told[0] == 0, told[2]
    assert told[1].splitlines()[-2:] == [str(folder / "run" / name) for name in ("brief.html", "brief.pdf")]

    (folder / "brief.md").write_text(PROSE.replace("The mean", "Its mean"), encoding="utf-8")
    told = industria("brief", folder)

    assert told == (0, "".join(f"{folder / 'run' / name}\n" for name in ("brief.html", "brief.pdf")), "")
    assert "Its mean" in (folder / "run" / "brief.html").read_text(encoding="utf-8")
    assert not (folder / "run.previous").exists()
    values = json.loads((folder / "run" / "run.json").read_bytes())["values"]
    assert values[0] == {
        "address": "means[sector=a].estimate",
        "value": 2.0,
        "text": "2.0",
        "unit": "hours",
        "synthetic": False,
        "where": "brief.md:3",
    }


def test_a_brief_over_stale_steps_says_so(industria: Call, folder: Path) -> None:
    (folder / "brief.md").write_text(PROSE, encoding="utf-8")
    industria("run", folder, "-q")
    (folder / "firms.csv").write_text(FIRMS.replace("3.0", "3.1"), encoding="utf-8")

    told = "step 'means' is stale (input firms changed: data revision): the brief shows the last run"
    assert told in industria("brief", folder)[2]


def test_a_typed_digit_stops_the_run(industria: Call, folder: Path) -> None:
    (folder / "brief.md").write_text(PROSE.replace("hours.", "hours, not 3."), encoding="utf-8")

    code, _, err = industria("run", folder)

    assert code == 2
    assert "brief.md:3" in err
    assert not (folder / "run").exists()
    assert industria("run", folder, "--no-brief", "-q")[0] == 0

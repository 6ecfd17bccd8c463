"""What moved between two runs, what moved it, and which claims flipped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from industria.study.diff import Comparison, diff
from industria.study.record import Run
from industria.study.run import run
from industria.study.verify import verify
from tests.study.small import FIRMS, MEASURES, TEXT, small_study


def moved(folder: Path, text: str = TEXT, measures: str = MEASURES, firms: str = FIRMS) -> Comparison:
    """Run the small study, then the same with something changed."""
    run(small_study(folder))
    now = run(small_study(folder, text, measures, firms))
    return diff(Run.read(folder / "run.previous"), now)


def told(found: Comparison) -> dict[str, tuple[object, object, str]]:
    return {change.address: (change.old, change.new, change.cause) for change in found.values}


def test_two_runs_of_one_study_do_not_differ(tmp_path: Path) -> None:
    found = moved(tmp_path)

    assert found == Comparison()
    assert not found.differs


def test_one_number_in_the_source_is_traced_to_all_it_moved(tmp_path: Path) -> None:
    """Sector a becomes (1, 2, 30) with mean 11 and error 9.504: the first claim falls; the ranks stay."""
    found = moved(tmp_path, firms=FIRMS.replace("f3,a,3.0", "f3,a,30.0"))

    assert told(found)["means[sector=a].estimate"] == (2.0, 11.0, "data")
    assert told(found)["means.used[firm=f3].scrap"] == (3.0, 30.0, "data")
    assert set(told(found)) == {
        "means[sector=a].estimate",
        "means[sector=a].standard_error",
        "means.used[firm=f3].scrap",
    }
    assert [(c["value"], c["old"], c["new"]) for c in found.claims] == [("means[sector=a].estimate", "holds", "fails")]
    assert [(source["name"], source["what"]) for source in found.sources] == [("firms", "data revision")]
    assert [(step["step"], step["cause"], step["why"]) for step in found.steps] == [
        ("means", "data", ["input firms changed: data revision"])
    ]


def test_what_follows_carries_the_cause_on(tmp_path: Path) -> None:
    found = moved(tmp_path, firms=FIRMS.replace("f3,a,3.0", "f3,a,300.0"))

    assert told(found)["ranks[sector=a].rank"] == (1, 2, "data")


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        ('outcome = "scrap"', 'outcome = "scrap"\nscale = 2', "parameter"),
        ('path = "firms.csv"', 'path = "firms.csv"\nnull = ["2.0"]', "parameter"),
        ('path = "firms.csv"', 'path = "others.csv"', "parameter"),
        ("measures.py:means", "measures.py:doubled", "method"),
    ],
)
def test_parameter_and_method_are_told_apart(tmp_path: Path, old: str, new: str, cause: str) -> None:
    start = MEASURES.index("@measure(")
    doubled = MEASURES[start : MEASURES.index('@measure(gives={"rank"')].replace("def means(", "def doubled(")
    measures = MEASURES + doubled.replace("* scale", "* 2.0 * scale")
    (tmp_path / "others.csv").write_text(FIRMS.replace("f3,a,3.0", "f3,a,6.0"), encoding="utf-8")
    run(small_study(tmp_path, measures=measures))
    now = run(small_study(tmp_path, TEXT.replace(old, new), measures))

    found = diff(Run.read(tmp_path / "run.previous"), now)

    assert {change.cause for change in found.values} == {cause}


def test_a_file_published_again_under_its_old_vintage_is_a_data_revision(tmp_path: Path) -> None:
    dated = TEXT.replace('path = "firms.csv"', 'path = "firms.csv"\nabout = { vintage = "May 1989" }')
    run(small_study(tmp_path, dated))
    now = run(small_study(tmp_path, dated, firms=FIRMS.replace("f3,a,3.0", "f3,a,30.0")))

    found = diff(Run.read(tmp_path / "run.previous"), now)

    (source,) = found.sources
    assert source["what"] == "data revision, published again under the same vintage May 1989"
    assert {change.cause for change in found.values} == {"data"}


def test_another_question_and_other_bytes_cannot_be_told_apart(tmp_path: Path) -> None:
    text = TEXT.replace('path = "firms.csv"', 'path = "firms.csv"\nnull = ["2.0"]')

    found = moved(tmp_path, text, firms=FIRMS.replace("f3,a,3.0", "f3,a,30.0"))

    assert {change.cause for change in found.values} == {"parameter and data"}
    assert found.sources[0]["what"] == "asked otherwise, and other bytes came"


def test_sources_that_come_and_go_are_told(tmp_path: Path) -> None:
    before = run(small_study(tmp_path))
    record = json.loads(json.dumps(before.record))
    record["sources"]["plants"] = record["sources"].pop("firms")

    found = diff(before, Run(before.folder, record)).sources

    assert [(source["name"], source["what"]) for source in found] == [
        ("firms", "source is gone"),
        ("plants", "new source"),
    ]


def test_code_is_told(tmp_path: Path) -> None:
    found = moved(tmp_path, measures=MEASURES.replace("x.mean()", "x.mean() + 1"))

    assert told(found)["means[sector=a].estimate"] == (2.0, 3.0, "code")


def test_two_causes_are_both_told(tmp_path: Path) -> None:
    measures, firms = MEASURES.replace("x.mean()", "x.mean() + 1"), FIRMS.replace("f3,a,3.0", "f3,a,6.0")

    assert told(moved(tmp_path, measures=measures, firms=firms))["means[sector=a].estimate"][2] == "code and data"


def test_what_nothing_else_explains_is_a_package(tmp_path: Path) -> None:
    before = run(small_study(tmp_path))
    record = json.loads(json.dumps(before.record))
    record["steps"][0]["facts"]["n_obs"] = 7
    record["environment"]["packages"]["duckdb"] = "1.0.0"

    found = diff(before, Run(before.folder, record))

    assert told(found) == {"means.n_obs": (6, 7, "package")}
    assert list(found.packages) == ["duckdb"]


def test_other_packages_alone_are_no_difference(tmp_path: Path) -> None:
    before = run(small_study(tmp_path))
    record = json.loads(json.dumps(before.record))
    record["environment"]["python"] = "2.7"

    found = diff(before, Run(before.folder, record))

    assert found.packages["python"][1] == "2.7"
    assert not found.differs


def test_numbers_in_the_brief_come_first(tmp_path: Path) -> None:
    run(small_study(tmp_path))
    values = {"values": [{"address": "means.used[firm=f3].scrap"}], "marks": []}
    now = run(small_study(tmp_path, firms=FIRMS.replace("f3,a,3.0", "f3,a,30.0")), finish=lambda *_: values)

    found = diff(Run.read(tmp_path / "run.previous"), now)

    assert next((change.address, change.in_brief) for change in found.values) == ("means.used[firm=f3].scrap", True)


def test_steps_and_rows_that_come_and_go_are_told(tmp_path: Path) -> None:
    without = TEXT[: TEXT.index('[[step]]\nname = "ranks"')] + TEXT[TEXT.index("[[claim]]") :]
    found = moved(tmp_path, without, firms=FIRMS + "f7,c,1.0\n")

    assert next(step for step in found.steps if step["step"] == "ranks")["why"] == ["step is gone"]
    means = next(step for step in found.steps if step["step"] == "means")
    assert means["rows_added"] == 2  # sector c in the table, f7 in the rows used


def test_a_claim_that_is_new_or_gone_is_told(tmp_path: Path) -> None:
    found = moved(tmp_path, TEXT.replace("below = 4", "below = 5"))

    assert [(c["old"], c["new"]) for c in found.claims] == [("holds", None), (None, "holds")]


def test_a_run_that_comes_out_again_is_verified(tmp_path: Path) -> None:
    study = small_study(tmp_path)
    recorded = run(study)
    before = sorted(tmp_path.rglob("*"))

    assert not verify(study, recorded).differs
    assert sorted(tmp_path.rglob("*")) == before


def test_a_run_of_other_data_is_not_verified(tmp_path: Path) -> None:
    recorded = run(small_study(tmp_path))

    found = verify(small_study(tmp_path, firms=FIRMS.replace("f3,a,3.0", "f3,a,3.1")), recorded)

    assert "means[sector=a].estimate" in told(found)


def test_noise_in_the_last_digits_is_verified(tmp_path: Path) -> None:
    recorded = run(small_study(tmp_path))
    noisy = small_study(tmp_path, measures=MEASURES.replace("x.mean()", "x.mean() * (1 + 1e-11)"))

    assert not verify(noisy, recorded).differs


def test_a_file_that_was_edited_is_found(tmp_path: Path) -> None:
    study = small_study(tmp_path)
    recorded = run(study)
    file = recorded.file("ranks")
    rows = file.read_bytes()
    file.unlink()
    file.write_bytes(rows + b" ")

    found = verify(study, recorded)

    assert found.differs
    assert found.steps == [
        {"step": "ranks", "cause": "file", "why": ["results/ranks.parquet is not the file that was written"]}
    ]

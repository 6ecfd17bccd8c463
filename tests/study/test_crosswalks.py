"""What a run tells of steps that carry a table over to other codes."""

from __future__ import annotations

from pathlib import Path

from industria.brief.inline import plain
from industria.brief.notes import crosswalk_lines, source_list
from industria.brief.shown import Number
from industria.study.crosswalks import crosswalks
from industria.study.record import Run
from industria.study.run import run
from tests.study.codes import study_of_codes
from tests.study.small import small_study


def carried(folder: Path) -> Run:
    return run(study_of_codes(folder))


def rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 6)


def test_a_run_records_what_each_crosswalk_split_resolved_and_lost(tmp_path: Path) -> None:
    found = carried(tmp_path)

    shares = ("split_share", "resolved_share", "missing_share")
    assert [
        (one["step"], one["mass"], *(rounded(one[name]) for name in shares)) for one in found.record["crosswalks"]
    ] == [
        ("carried", "jobs", 0.3, 0.0998, 0.0002),
        ("passages", "jobs", 0.3, 0.0, 0.1),
        ("shift", "jobs", 0.3, None, 0.1),
    ]
    assert Run.read(tmp_path).record["crosswalks"] == found.record["crosswalks"]


def test_a_brief_says_it_in_a_line_with_bound_numbers(tmp_path: Path) -> None:
    """A share that is not zero is not written as zero."""
    found = carried(tmp_path)
    lines = crosswalk_lines(found, "en", 7)

    assert [plain(line) for line in lines] == [
        "Crosswalk carried: 30.0% of jobs through split codes, 10.0% resolved by hierarchy, 0.02% missing",
        "Crosswalk passages: 30.0% of jobs through split codes, 0.0% resolved by hierarchy, 10.0% missing",
        "Crosswalk shift: 30.0% of jobs through split codes, 10.0% missing",
    ]
    bound = [part.value for part in lines[0] if isinstance(part, Number)]
    assert [(str(value.address), value.unit) for value in bound] == [
        ("carried.split_share", "fraction"),
        ("carried.resolved_share", "fraction"),
        ("carried.missing_share", "fraction"),
    ]
    assert source_list(found, "en", 7).crosswalks == lines


def test_every_language_has_the_words(tmp_path: Path) -> None:
    found = carried(tmp_path)

    for language in ("pt-BR", "tr", "ms", "es"):
        said = plain(crosswalk_lines(found, language, 1)[0])
        assert "carried" in said
        assert "jobs" in said
        assert len([part for part in crosswalk_lines(found, language, 1)[0] if isinstance(part, Number)]) == 3


def test_a_study_without_other_codes_has_none(tmp_path: Path) -> None:
    assert crosswalks(run(small_study(tmp_path))) == []

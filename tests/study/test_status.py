"""Why a step would run again."""

from __future__ import annotations

from pathlib import Path

import pytest

from industria.study.run import run
from industria.study.status import Standing, status
from tests.study.small import FIRMS, MEASURES, TEXT, small_study

AFTER = Standing("ranks", "stale", ("after means",))


def test_a_study_that_never_ran_is_new(tmp_path: Path) -> None:
    never = ("never ran",)
    assert status(small_study(tmp_path)) == [Standing("means", "new", never), Standing("ranks", "new", never)]


def test_after_a_run_all_is_fresh(tmp_path: Path) -> None:
    study = small_study(tmp_path)
    run(study)

    assert status(study) == [Standing("means", "fresh"), Standing("ranks", "fresh")]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('outcome = "scrap"', 'outcome = "scrap"\nscale = 2', "parameter scale: 1.0 -> 2.0"),
        ('outcome = "scrap"', 'outcome = "firm"', 'parameter outcome: "scrap" -> "firm"'),
        ("measures.py:means", "measures.py:other", "measure changed: ./measures.py:means -> ./measures.py:other"),
    ],
)
def test_what_the_study_changes_is_named(tmp_path: Path, old: str, new: str, why: str) -> None:
    other = MEASURES + MEASURES[MEASURES.index("@measure(") : MEASURES.index('@measure(gives={"rank"')].replace(
        "def means(", "def other("
    )
    run(small_study(tmp_path, measures=other))

    assert status(small_study(tmp_path, TEXT.replace(old, new), other)) == [Standing("means", "stale", (why,)), AFTER]


def test_one_number_in_the_source_names_the_source(tmp_path: Path) -> None:
    run(small_study(tmp_path))

    assert status(small_study(tmp_path, firms=FIRMS.replace("25.0", "26.0"))) == [
        Standing("means", "stale", ("input firms changed: data revision",)),
        AFTER,
    ]


def test_a_file_published_again_under_its_old_vintage_is_told(tmp_path: Path) -> None:
    """Whoever trusts the name of a vintage would take both for the same data."""
    dated = TEXT.replace('path = "firms.csv"', 'path = "firms.csv"\nabout = { vintage = "May 1989" }')
    run(small_study(tmp_path, dated))
    revised = FIRMS.replace("25.0", "26.0")

    (means, _) = status(small_study(tmp_path, dated, firms=revised))
    (later, _) = status(small_study(tmp_path, dated.replace("May 1989", "May 1990"), firms=revised))

    again = "data revision, published again under the same vintage May 1989"
    assert means.why == (f"input firms changed: {again}",)
    assert later.why == ("input firms changed: data revision, vintage May 1989 -> May 1990",)


def test_code_that_changed_is_told(tmp_path: Path) -> None:
    run(small_study(tmp_path))

    found = status(small_study(tmp_path, measures=MEASURES.replace("** 0.5", "** (1 / 2)")))

    assert found == [
        Standing("means", "stale", ("code changed",)),
        Standing("ranks", "stale", ("code changed", "after means")),
    ]


def test_another_table_and_a_new_step_are_told(tmp_path: Path) -> None:
    run(small_study(tmp_path))
    text = TEXT.replace('groups = "means"', 'groups = "again"')
    again = '[[step]]\nname = "again"\nuse = "./measures.py:means"\nfirms = "firms"\noutcome = "scrap"\nscale = 2.0\n\n'
    place = text.index('[[step]]\nname = "ranks"')

    found = status(small_study(tmp_path, text[:place] + again + text[place:]))

    assert found == [
        Standing("means", "fresh"),
        Standing("again", "new", ("never ran",)),
        Standing("ranks", "stale", ("after again",)),
    ]


def test_words_make_nothing_stale(tmp_path: Path) -> None:
    run(small_study(tmp_path))

    found = status(small_study(tmp_path, TEXT.replace("below = 4", "below = 3") + "# a comment\n"))

    assert [one.state for one in found] == ["fresh", "fresh"]


def test_status_computes_nothing(tmp_path: Path) -> None:
    run(small_study(tmp_path))
    before = sorted(p.name for p in (tmp_path / ".industria" / "keys").iterdir())

    status(small_study(tmp_path, firms=FIRMS.replace("25.0", "26.0")))

    assert sorted(p.name for p in (tmp_path / ".industria" / "keys").iterdir()) == before

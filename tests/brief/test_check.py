"""Checking a brief before any data is read: every problem at once, each with its place."""

from collections.abc import Callable

import pytest

from industria.brief.check import check
from industria.study.model import Study

Changed = Callable[..., Study]


def test_a_good_brief_has_no_problems(changed: Changed) -> None:
    assert check(changed({})) == []


def test_no_data_is_needed(changed: Changed) -> None:
    study = changed({})
    header = (study.folder / "survey.csv").read_text(encoding="utf-8").split("\n")[0]
    (study.folder / "survey.csv").write_text(header + "\n", encoding="utf-8")

    assert check(study) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("## Findings", "## Findings of 1988", "brief.md:5:16: the number '1988' was typed by hand"),
        ("plants below each point", "54 plants", "brief.md:16:78: the number '54' was typed by hand in subtitle="),
        ('"Year after"}, format', '"2nd year"}, format', "was typed by hand in rows="),
        ("It moved by", "The grants caused", "'caused' says more than the design: step 'change' is associational"),
        ("The same again, beside it", "The grants raised quality", "'raised' says more than the design"),
        ("effect.n_obs", "effect.n_rows", "brief.md:35:40: effect.n_rows: effect has no column 'n_rows'"),
        ("[term=grant].change | percent(1)", "[trm=grant].change | percent(1)", "Did you mean 'term'?"),
        (
            "effect.confidence | percent(0) }} interval {{",
            "efect[a=b].c | percent(0) }} interval {{",
            "Did you mean 'effect'?",
        ),
        ('figure "training"', 'figure "trainin"', "'trainin' is no table of the study"),
        ('"standard_error": "Standard error"', '"std_error": "Standard error"', "Did you mean 'standard_error'?"),
        ('"p_value": "number(3)"', '"p_value": "nmber(3)"', "Did you mean 'number'?"),
        ("{% unknowns %}", "", "endunknowns"),
        ("| integer }} plants).", "}} plants).", "effect.n_units needs a way to show it"),
        ("## Method", "#### Method", "skips from level 2 to 4"),
        ('description="As before."', 'description=""', "{% figure %} has no description"),
        ('kind="slope"', 'kind="slop"', "brief.md:14:1: 'slop' is no kind of figure"),
        (
            'kind="slope", y="hours"',
            'kind="slope", why="hours"',
            "brief.md:14:1: a figure of kind 'slope' takes no 'why'",
        ),
    ],
)
def test_tells(changed: Changed, old: str, new: str, said: str) -> None:
    problems = [str(problem) for problem in check(changed({"brief.md": [(old, new)]}))]

    assert any(said in problem for problem in problems), problems


def test_a_brief_must_say_what_it_does_not_know(changed: Changed) -> None:
    edits = [("{% unknowns %}", "## Limits"), ("{% endunknowns %}", "")]

    problems = [str(problem) for problem in check(changed({"brief.md": edits}))]

    assert (
        "brief.md: the brief does not say what it does not know; end it with {% unknowns %} … {% endunknowns %}."
        in problems
    )


def test_the_branch_that_a_run_would_not_take_is_checked_too(changed: Changed) -> None:
    branch = "{% if effect.n_obs < 0 %}{{ effect.gone | number(1) }}{% endif %}"

    (problem,) = check(changed({"brief.md": [("## Method", f"{branch}\n\n## Method")]}))

    assert "effect has no column 'gone'" in str(problem)


def test_claims_speak_as_the_design_allows(changed: Changed) -> None:
    problems = check(changed({"study.toml": [("Scrap fell in the year", "The grant lowered scrap in the year")]}))

    assert [str(p)[:45] for p in problems] == ["study.toml:28: claim 1: 'lowered' says more t"]


def test_every_language_is_checked(changed: Changed) -> None:
    edits = {"brief.pt-BR.md": [("A diferença é de", "O subsídio reduziu em")]}

    (problem,) = check(changed(edits))

    assert str(problem).startswith("brief.pt-BR.md:7:")
    assert "'reduziu'" in problem.what


def test_all_problems_are_told_at_once(changed: Changed) -> None:
    edits = [
        ("## Findings", "## Findings of 1988"),
        ("It moved by", "The grants caused"),
        ("effect.n_obs", "effect.rows"),
    ]

    assert len(check(changed({"brief.md": edits}))) == 3

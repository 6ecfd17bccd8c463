"""Words follow design."""

import pytest

from industria.brief.language import codes
from industria.brief.source import Passage, Source
from industria.brief.wording import causal_words, causal_words_of_claim, number_words, rules

DESIGNS = {"effect": "associational", "plants": "descriptive", "lottery": "causal"}
VALUE = "{{ effect[term=grant].estimate | number(2) }}"
DRAWN = "{{ lottery.estimate | number(2) }}"


def said(text: str, language: str = "en", designs: dict[str, str] | None = None) -> list[str]:
    return [str(problem) for problem in causal_words(Source(text), designs or DESIGNS, language)]


def test_caused_over_an_association_is_refused_with_the_alternative() -> None:
    (problem,) = said(f"one\n\nThe grants caused scrap to fall by {VALUE}.")

    assert problem == (
        "brief.md:3:12: 'caused' says more than the design: step 'effect' is associational, not causal; "
        "write 'is associated with', or carry the assumption in the sentence, {{ assuming(\"…\") }}."
    )


@pytest.mark.parametrize("word", ["raised", "lowered", "led to", "reduced", "boosted", "is the effect of", "lowers"])
def test_each_causal_word_is_refused_over_an_association(word: str) -> None:
    assert len(said(f"The grants {word} {VALUE} of it.")) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        f"Scrap was lower by {VALUE} after the grant.",
        f"Scrap fell after the grant, by {VALUE}.",
        f"Scrap fell because {VALUE} of plants moved.",
        f"Nobody got a raise; pay moved by {VALUE}.",
        f"Did the grants lower scrap by {VALUE}?",
        f"Whether the grants caused {VALUE} is open.",
        "`caused` is a word.",
    ],
)
def test_words_that_only_describe_pass(sentence: str) -> None:
    assert said(sentence) == []


def test_a_sentence_that_carries_its_assumption_may_speak_causally() -> None:
    carried = f'{{{{ assuming("If both groups would have moved alike") }}}}, the grants lowered scrap by {VALUE}.'

    assert said(carried) == []
    assert len(said(f"{carried} The grants lowered it by {VALUE}.")) == 1


def test_nothing_is_ever_proved() -> None:
    (problem,) = said(f'This proves {DRAWN}, {{{{ assuming("the lottery was fair") }}}}.')

    assert "no estimate shows that" in problem
    assert "assuming" not in problem


@pytest.mark.parametrize(
    ("sentence", "language", "word"),
    [
        ("Clerks will lose their jobs.", "en", "will lose"),
        ("Clerks at risk of losing their jobs pay less.", "en", "at risk of losing"),
        ("El personal perderá su empleo.", "es", "perderá"),
        ("Muitos estão em risco de perder o emprego.", "pt-BR", "risco de perder"),
        ("Memurlar işini kaybedecek.", "tr", "kaybedecek"),
        ("Kerani akan kehilangan kerja.", "ms", "akan kehilangan"),
    ],
)
def test_no_loss_of_jobs_is_foretold(sentence: str, language: str, word: str) -> None:
    """Exposure is not a forecast, and no design makes it one."""
    (problem,) = said(sentence, language, {"lottery": "causal"})

    assert f"{word!r} says more than the design: no estimate shows that" in problem


def test_a_causal_design_may_speak_causally() -> None:
    assert said(f"The lottery raised hours by {DRAWN}.") == []
    assert len(said(f"The lottery raised hours by {DRAWN}, scrap by {VALUE}.")) == 1


def test_without_a_value_the_best_design_of_the_study_counts() -> None:
    heading = "## The grants lowered scrap"

    assert said(heading) == []
    assert "no step of the study is causal" in said(heading, designs={"effect": "associational"})[0]


def test_the_sentences_of_a_paragraph_are_held_apart() -> None:
    text = f"Scrap was {VALUE} lower.\nThe lottery raised hours by {DRAWN}.\nIt then caused {VALUE}."

    (problem,) = said(text)

    assert problem.startswith("brief.md:3:9: 'caused'")


def test_doubts_may_name_what_they_doubt() -> None:
    assert said("{% unknowns %}\n- The grants caused nothing we can see.\n{% endunknowns %}") == []


def test_titles_of_figures_are_held_too() -> None:
    title = Passage("title", f"The grants lowered scrap by {VALUE}", 1)

    (problem,) = causal_words(Source(f'{{% figure "effect" title="{title.text}" %}}'), DESIGNS, "en", [title])

    assert "'lowered' says more" in problem.what


def test_claims_are_held_to_the_step_of_their_value() -> None:
    assert causal_words_of_claim("The grant lowered scrap", "effect", DESIGNS, "en")
    assert not causal_words_of_claim("The grant lowered scrap", "lottery", DESIGNS, "en")
    assert not causal_words_of_claim("Scrap fell after the grant", "effect", DESIGNS, "en")


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("pt-BR", "O subsídio reduziu o refugo."),
        ("pt-BR", "O efeito do subsídio foi grande."),
        ("es", "La subvención redujo el desecho."),
        ("es", "El efecto de la subvención fue grande."),
        ("tr", "Hibe fireyi azalttı."),
        ("tr", "Hibe düşüşe neden oldu."),
        ("ms", "Geran itu menurunkan sekerap."),
        ("ms", "Geran itu menyebabkan kejatuhan."),
    ],
)
def test_every_language_has_its_words(language: str, sentence: str) -> None:
    assert len(said(sentence, language, {"effect": "associational"})) == 1


@pytest.mark.parametrize("language", codes())
def test_every_language_that_is_spoken_has_rules_with_alternatives(language: str) -> None:
    assert len(rules(language)) >= 7
    assert all(rule.instead for rule in rules(language))
    assert any(rule.always for rule in rules(language))


def test_words_for_numbers_are_listed_not_refused() -> None:
    assert number_words(Source("one\n\nScrap fell by two\nthirds and doubled."), "en") == [
        ("two", 3),
        ("thirds", 4),
        ("doubled", 4),
    ]

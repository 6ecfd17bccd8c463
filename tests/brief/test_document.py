"""A brief bound to its run: numbers, marks, explanations, figures."""

import hashlib

from industria.brief.blocks import FigureBlock
from industria.brief.document import document, fingerprint
from industria.brief.source import Source
from tests.brief.conftest import Composed


def test_title_question_and_byline_come_from_the_study(grants: Composed) -> None:
    english, portuguese = grants.documents["en"], grants.documents["pt-BR"]

    assert english.title == "Do training grants raise quality on the shop floor?"
    assert portuguese.question.startswith("Os subsídios ao treinamento")
    assert english.byline == "A. Analyst, Office of B · 2026-11-22"
    assert portuguese.byline == "A. Analyst, Escritório B · 22/11/2026"


def test_a_heading_of_level_one_is_the_title(grants: Composed) -> None:
    made = document(grants.study, grants.run, Source("# Another title\n\ntext"), "en")

    assert made.title == "Another title"
    assert len(made.blocks) == 1


def test_the_same_numbers_in_every_language(grants: Composed) -> None:
    values = {code: {str(n.value.address): n.value.value for n in d.numbers} for code, d in grants.documents.items()}

    shared = values["en"].keys() & values["pt-BR"].keys()
    assert "change[term=grant].change" in shared
    assert all(values["en"][address] == values["pt-BR"][address] for address in shared)


def test_every_number_has_its_explanation(grants: Composed) -> None:
    made = grants.documents["en"]

    assert {str(number.value.address) for number in made.numbers} == set(made.explanations)


def test_an_explanation_leads_to_the_bytes_of_the_source(grants: Composed) -> None:
    explained = grants.documents["en"].explanations["change[term=grant].change"]

    said = dict(explained.lines)
    survey = (grants.study.folder / "survey.csv").read_bytes()
    assert explained.sources[0][1] == hashlib.sha256(survey).hexdigest()
    assert said["Measure"] == "Log points as percent changes (./measures.py:change)"
    assert said["Step"] == "effect → change"
    assert said["interval"] == "−41.7% to 3.6%"
    assert said["n"] == "54"
    assert explained.unit == "fraction"


def test_figures_are_drawn_for_page_and_phone_without_their_title(grants: Composed) -> None:
    figures = grants.documents["en"].figures

    assert [figure.name for figure in figures] == ["training", "effect", "effect-2"]
    assert all(isinstance(figure, FigureBlock) for figure in figures)
    assert all(figure.wide.title is None and figure.narrow.width < figure.wide.width for figure in figures)
    assert figures[1].alone.title == "Scrap was lower by −22% in the year of the grant"


def test_texts_of_tags_are_listed_with_the_rest(grants: Composed) -> None:
    made = grants.documents["en"]

    in_title = [n for n in made.numbers if n.line == 21 and n.text == "−22%"]
    assert in_title
    assert [mark.text for mark in made.marks].count("1988") == 2


def test_the_fingerprint_follows_the_results(grants: Composed) -> None:
    record = {**grants.run.record, "steps": grants.run.record["steps"][:1]}

    assert fingerprint(grants.run) != fingerprint(type(grants.run)(grants.run.folder, record))
    assert fingerprint(grants.run) == grants.documents["en"].digest


def test_all_digits_of_a_value_are_written_as_the_reader_writes_them(grants: Composed) -> None:
    english, portuguese = (grants.documents[code].explanations for code in ("en", "pt-BR"))
    exact = english["change[term=grant].change"].exact

    assert float(exact) == grants.run.value("change[term=grant].change").value
    assert portuguese["change[term=grant].change"].exact == exact.replace(".", ",")

"""A template shows what a run found, and can do nothing else."""

import pytest

from industria.brief.shown import Number
from tests.brief.bound import drafted, refused


def shown(text: str, language: str = "en") -> str:
    """Return a text with its pieces in their places."""
    draft = drafted(text, language)
    words = draft.text
    for i, piece in enumerate(draft.pieces):
        words = words.replace(f"\ue000{i}\ue001", piece.text)  # type: ignore[union-attr]
    return words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ effect[term=grant].estimate | number(2) }}", "−0.25"),
        ("{{ effect.change | percent(1) }}", "−22.3%"),
        ("{{ effect.confidence | percent }}", "95%"),
        ("{{ effect.change | percent }}", "−22.3%"),
        ("{{ effect.share_gap | points(1) }}", "16.5\u00a0percentage points"),
        ("{{ effect.plants | integer }}", "1,157"),
        ("{{ effect.wage | currency('USD', 2) }}", "$21.50"),
        ("{{ effect.hours | number(1, sign=true) }}", "+34.2"),
        ("{{ effect.label | text }}", "never funded"),
        ("{{ effect.year | text }}", "1988"),
        ("{{ effect.change | interval('percent', 1) }}", "−41.7% to 3.6%"),
        ("{{ effect.change | interval('points', 0) }}", "−42 to 4\u00a0percentage points"),
        ("{% if effect.estimate < 0 %}lower{% else %}higher{% endif %}", "lower"),
        ("{% if effect.label == 'never funded' %}yes{% endif %}", "yes"),
        ("{% if effect.gone is missing %}nothing{% else %}something{% endif %}", "nothing"),
        ("{% if effect.converged %}converged{% endif %}", "converged"),
        ('{{ date("1988") }} {{ name("ISO 9001") }} {{ cite("Holzer (1993)") }}', "1988 ISO 9001 Holzer (1993)"),
    ],
)
def test_shows(text: str, said: str) -> None:
    assert shown(text) == said


def test_writes_as_the_language_does() -> None:
    assert shown("{{ effect.change | percent(1) }}", "pt-BR") == "−22,3%"
    assert shown("{{ effect.change | percent(1) }}", "tr") == "−%22,3"


def test_an_interval_is_two_numbers_with_their_own_addresses() -> None:
    pieces = drafted("{{ effect[term=grant].change | interval('percent', 1) }}").pieces

    assert [str(piece.value.address) for piece in pieces if isinstance(piece, Number)] == [
        "effect[term=grant].low",
        "effect[term=grant].high",
    ]


def test_a_number_knows_where_it_stands() -> None:
    (piece,) = drafted("one\n\ntwo {{ effect.change | percent }}").pieces

    assert isinstance(piece, Number)
    assert (piece.line, piece.column) == (3, 8)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{{ 17 }}", "17 has no address"),
        ("{{ '17' }}", "'17' does not come from the run"),
        ("{{ '½' }}", "does not come from the run"),
        ("{{ '%s' % 17 }}", "arithmetic belongs in a step"),
        ("{% set x='9' %}{{ x }}", "{% set %} has no place in a brief"),
        ("{{ effect.estimate + 1 }}", "arithmetic belongs in a step"),
        ("{{ (effect.estimate*2) | number(1) }}", "arithmetic belongs in a step"),
        ("{{ (effect.estimate | number(1)) | percent(1) }}", "is written already"),
        ("{{ (effect.estimate | number(1)) ~ 'x' }}", "stands by itself between its braces"),
        ("{{ effect.estimate | number(1) | replace('0','9') }}", "there is no filter 'replace'"),
        ("{{ effect.estimate | numbr(1) }}", "Did you mean 'number'?"),
        ("{{ [1,2] | length }}", "there is no filter 'length'"),
        ("{{ ''.__class__ }}", "a brief cannot reach it"),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "brief.md:1:1"),
        ("{{ (effect.estimate).hex() }}", "does not come from the run"),
        ("{{ (effect.estimate)._value }}", "a brief cannot reach it"),
        ("{{ range(3) }}", "'range' is no step of the study"),
        ("{{ lipsum() }}", "'lipsum' is no step"),
        ("{{ cycler('1') }}", "'cycler' is no step"),
        ("{{ self }}", "is no step"),
        ("{{ value }}", "'value' is no word of a brief"),
        ("{{ value() }}", "'value' is no word of a brief"),
        ("{{ (value)('effect.estimate', 1, 1) | number(1) }}", "'value' is no word of a brief"),
        ("{% if show('claims') %}a{% endif %}", "'show' is no word of a brief"),
        ("{% for x in [1] %}{{ loop.index }}{% endfor %}", "{% for %} has no place"),
        ("{% include 'x' %}", "{% include %} has no place"),
        ("{% import 'os' as os %}", "{% import %} has no place"),
        ("{% macro m() %}{% endmacro %}", "{% macro %} has no place"),
        ("{% raw %}{{ 17 }}{% endraw %}", "{% raw %} has no place"),
        ("{{ name('17 percent') }}", "holds an amount"),
        ("{{ name(effect.estimate) }}", "takes one text as it stands"),
        ("{{ name('ISO ' ~ '9001') }}", "takes one text as it stands"),
        ("{{ name('a', 'b') }}", "takes one text as it stands"),
        ("{{ effect.estimate }}", "needs a way to show it"),
        ("{{ effect.converged }}", "a truth value is no text"),
        ("{{ effect.gone | number }}", "is missing in the run"),
        ("{{ effect.label | number }}", "no number; write it with text"),
        ("{{ effect.estimate | text }}", "is no text"),
        ("{{ efect.x | number }}", "Did you mean 'effect'?"),
        ("{{ effect['a'].x }}", "'effect' is a step; bind a value of it"),
        ("{{ effect.nothing | number }}", "has no column 'nothing'"),
        ("{{ effect.estimate | percent(1) }}", "is in log points, which are not percent; make exp(b) - 1"),
        ("{{ effect.hours | percent(1) }}", "is in hours, not a fraction"),
        ("{{ effect.share_gap | percent(1) }}", "write it with points(1)"),
        ("{{ effect.hours | points(1) }}", "not a difference of fractions"),
        ("{{ effect.hours | currency('EUR') }}", "not an amount of money"),
        ("{{ effect.wage | currency('euro') }}", "no ISO 4217 currency code"),
        ("{{ effect.change | integer }}", "loses all its digits"),
        ("{{ effect.estimate | number('x') }}", "number('x') cannot write effect.estimate"),
        ("{{ effect.hours | interval('number', 1) }}", "is not within the interval of its row"),
        ("{{ effect.change | interval(1) }}", "interval(1) is no style"),
        ("{{ unclosed", "unexpected end of template"),
        ("{% if effect.x %}", "Unexpected end of template"),
    ],
)
def test_refuses(text: str, why: str) -> None:
    said = refused(text)

    assert why in said
    assert said.startswith("brief.md:1")


@pytest.mark.parametrize(
    "text",
    [
        "{{ 'x' * 10**12 }}",
        "{{ 10**10**10 }}",
        "{{ '%999999999999d' % 1 }}",
        "{{ '{:>999999999999}'.format(1) }}",
        "{{ 'x'.ljust(999999999999) }}",
        "{{ ('x' if 1 < 2 else 'y')['ljust'](999999999999) }}",
        "{{ [0] * 10**12 }}",
        "{{ effect.estimate | number(10**10**10) }}",
        "{% if 'x' * 10**12 %}a{% endif %}",
        "{{ name('x' * 10**12) }}",
    ],
)
def test_nothing_is_worked_out_that_could_fill_the_memory(text: str) -> None:
    """Jinja folds constants while it compiles: the refusal must come from the tree alone."""
    said = refused(text)

    assert "arithmetic belongs in a step" in said or "has no place in a brief" in said


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ("effect.estimate < -0.5 or not effect.hours > 3", "no"),
        ("-1 < effect.estimate < 0 and effect.label in ['never funded', 'funded']", "yes"),
    ],
)
def test_conditions_compare_and_join(test: str, said: str) -> None:
    assert shown(f"{{% if {test} %}}yes{{% else %}}no{{% endif %}}") == said


def test_a_refusal_inside_an_expression_of_several_lines_names_its_line() -> None:
    assert refused("one\n\n{{ 'a' }} {{\n effect.hours\n | percent(1) }}").startswith("brief.md:4:2: effect.hours")


def test_all_mistakes_of_grammar_are_told_at_once() -> None:
    said = refused("{{ efect.x }}\n\n{% for x in y %}{% endfor %}")

    assert "brief.md:1" in said
    assert "brief.md:3" in said

"""Numbers that a person typed are found in what a reader sees, wherever it was hidden."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.brief.source import Source
from industria.brief.typed import numerals, typed_numbers


@pytest.mark.parametrize(
    ("text", "word", "line", "column"),
    [
        ("A fall of 17 percent.", "17", 1, 11),
        ("one\n\ntwo 3.5, and", "3.5", 3, 5),
        ("# Rates in 1988", "1988", 1, 12),
        ("- item\n- item 9", "9", 2, 8),
        ("a ½ b", "½", 1, 3),
        ("x²", "x²", 1, 1),
        ("a １ b", "１", 1, 3),
        ("a &#49; b", "1", 1, 3),
        ("| a | b |\n|---|---|\n| x | 12 |", "12", 3, 7),
        ("see `code 5`", "5", 1, 11),
        ("```\na\ny 3\n```", "3", 3, 3),
        ("    indented 4", "4", 1, 14),
        ("![alt 8](x.png)", "8", 1, 7),
        ('[text](x "title 6")', "6", 1, 17),
        ("<b>7</b>", "<b>7</b>", 1, 1),
        ("a **1**7 b", "17", 1, None),
        ("{{ effect.x | number(1) }} and 17", "17", 1, 32),
        ("{{ effect.x | number(1) }} and 1", "1", 1, 32),
        ("{% if effect.x < 3 %}lower{% endif %} by 4", "4", 1, 42),
    ],
)
def test_is_found_with_its_place(text: str, word: str, line: int, column: int | None) -> None:
    (problem,) = typed_numbers(Source(text))

    assert (problem.line, problem.column) == (line, column)
    assert problem.what.startswith(f"the number {word!r} was typed by hand; write {{{{ step[key=value].column")


@pytest.mark.parametrize(
    "text",
    [
        "1. first\n2. second",
        "[text](http://example.org/2019/10)",
        "{# until 1989 #}",
        '{{ date("1988") }} and {{ effect[term=t1].x | number(2) }}',
        "{% if effect.x < 17 %}lower{% endif %}",
    ],
)
def test_what_no_reader_sees_as_a_number_does_not_count(text: str) -> None:
    assert typed_numbers(Source(text)) == []


def test_each_number_of_a_line_has_its_own_column() -> None:
    found = typed_numbers(Source("5 of 5, or 5"))

    assert [problem.column for problem in found] == [1, 6, 12]


@given(st.text(alphabet=st.characters(blacklist_categories=("Co", "Cs"))))
def test_no_numeral_of_a_plain_text_is_missed(text: str) -> None:
    assert bool(numerals(text)) == any(character.isnumeric() for character in text)

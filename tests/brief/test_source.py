"""Expressions, places and passages of a brief."""

import pytest

from industria.brief.source import MARK, Source
from industria.errors import BriefError


def test_a_private_character_is_refused_with_its_place() -> None:
    with pytest.raises(BriefError, match=r"brief\.md:2:3: the private-use character U\+E001"):
        Source("one\na \ue001 b")


def test_lines_stay_lines_where_a_tag_spans_several() -> None:
    source = Source('one\n\n{% figure "x",\n title="a",\n description="b" %}\n\nlast {{ y }} words')

    passages = source.passages()

    assert [(p.line, MARK.sub("·", p.text)) for p in passages] == [(1, "one"), (7, "last · words")]


def test_what_stands_in_quotes_does_not_end_a_tag() -> None:
    source = Source('{% figure "x" title="a %} b" %} after')

    assert source.expressions == ['{% figure "x" title="a %} b" %}']


def test_windows_line_ends_and_a_byte_order_mark_are_no_text() -> None:
    source = Source("\ufeffone\r\n\r\ntwo")

    assert [(p.line, p.text) for p in source.passages()] == [(1, "one"), (3, "two")]


def test_a_text_inside_a_tag_knows_its_place() -> None:
    source = Source('one\n{% figure "x"\n   title="say \\"this\\"" %}')

    assert source.within('say "this"', 2).place(0) == (3, 11)

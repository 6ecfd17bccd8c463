"""From Markdown to blocks: structure kept, nothing slipped in."""

import pytest

from industria.brief.blocks import Block, Heading, Listing, Paragraph, Rule, Section, TableBlock
from industria.brief.inline import Text, plain
from industria.brief.layout import blocks
from industria.brief.source import Source
from industria.errors import BriefError
from tests.brief.bound import drafted


def laid_out(text: str) -> tuple[Block, ...]:
    return blocks(drafted(text), Source(text), lambda use: Rule(use.line))


def test_prose_becomes_blocks_in_their_order() -> None:
    found = laid_out("## One\n\ntext **bold**\n\n1. a\n2. b\n\n| h | n |\n|---|--:|\n| x | y |\n")

    heading, paragraph, listing, table = found
    assert isinstance(heading, Heading)
    assert heading.level == 2
    assert isinstance(paragraph, Paragraph)
    assert plain(paragraph.inside) == "text bold"
    assert isinstance(listing, Listing)
    assert listing.ordered
    assert isinstance(table, TableBlock)
    assert [cell.numeric for cell in table.header] == [False, True]


def test_what_we_do_not_know_is_a_section() -> None:
    (before, section, after) = laid_out("a\n\n{% unknowns %}\n- b\n{% endunknowns %}\n\nc")

    assert isinstance(section, Section)
    assert isinstance(section.inside[0], Listing)
    assert section.line == 3
    assert isinstance(before, Paragraph)
    assert isinstance(after, Paragraph)


def test_raw_html_is_text() -> None:
    (paragraph,) = laid_out("<script>alert</script> <b>x</b>")

    assert isinstance(paragraph, Paragraph)
    assert all(isinstance(part, Text) for part in paragraph.inside)


def test_a_link_that_runs_code_is_no_link() -> None:
    (paragraph,) = laid_out("[x](javascript:alert)")

    assert isinstance(paragraph, Paragraph)
    assert plain(paragraph.inside) == "[x](javascript:alert)"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("one\n\n#### deep", "brief.md:3: the heading 'deep' skips from level 1 to 4; write ##."),
        ("one\n\nsee {% claims %} there\n", "brief.md:3:5: {% claims %} stands on a line of its own"),
        ("- {% claims %}", "{% claims %} stands on a line of its own"),
        ("a {% unknowns %}\nb\n{% endunknowns %}", "{% unknowns %} stands on a line of its own"),
        ("![a](b.png)", "a picture comes from a run"),
        ("`{{ effect.change | percent(1) }}`", "a bound value cannot stand inside code"),
        ("17", "the number '17' has no address"),
        ("&#49;", "the number '1' has no address"),
    ],
)
def test_refuses(text: str, why: str) -> None:
    with pytest.raises(BriefError) as caught:
        laid_out(text)

    assert why in str(caught.value)

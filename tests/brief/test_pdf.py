"""The PDF: accessible or not written at all, the same bytes each time, refusals at home in brief.md."""

from dataclasses import replace

import pytest

from industria.brief.blocks import Cell, Heading, Paragraph, TableBlock
from industria.brief.inline import Text
from industria.brief.pdf import pdf
from industria.brief.typeset import Typesetter
from industria.errors import BriefError
from tests.brief.conftest import Composed


def test_is_a_tagged_pdf_that_says_it_is_accessible(grants: Composed) -> None:
    written = (grants.run.folder / "brief.pdf").read_bytes()

    assert written.startswith(b"%PDF-1.")
    assert b"/MarkInfo" in written
    assert b"pdfuaid" in written


def test_the_same_document_gives_the_same_bytes(grants: Composed) -> None:
    assert pdf(grants.documents["en"]) == (grants.run.folder / "brief.pdf").read_bytes()


def test_what_typst_refuses_is_told_with_the_line_of_the_brief(grants: Composed) -> None:
    skipping = (Heading(2, (Text("one"),), 3), Heading(4, (Text("two"),), 9))

    with pytest.raises(
        BriefError, match=r"brief\.md:9: the PDF cannot be written: .*skipped from heading level 2 to 4"
    ):
        pdf(replace(grants.documents["en"], blocks=skipping))


def test_a_figure_without_words_is_refused_with_its_line(grants: Composed) -> None:
    (first, *_) = grants.documents["en"].figures
    mute = replace(first, wide=replace(first.wide, description=""))

    with pytest.raises(BriefError, match=rf"brief\.md:{first.line}: .*alt"):
        pdf(replace(grants.documents["en"], blocks=(mute,)))


@pytest.mark.parametrize(
    "text", ['#pagebreak() $x$ *a* _b_ `c` <d> @e [f] "g" ~ // h \\', "= no heading", "- no list", "é ç ş ğ İ ₺ €"]
)
def test_no_character_of_a_text_acts(grants: Composed, text: str) -> None:
    plain = replace(grants.documents["en"], title=text, question=text, blocks=(Paragraph((Text(text),), 1),))

    assert pdf(plain).startswith(b"%PDF")


@pytest.mark.parametrize(("numeric", "columns"), [(False, "(1fr, 1fr,)"), (True, "(1fr, auto,)")])
def test_columns_of_words_share_the_width(*, numeric: bool, columns: str) -> None:
    """A column beside long words alone was given no width, and printed over."""
    row = (Cell((Text("Clerks"),)), Cell((Text("Trabalhadores de apoio administrativo"),), numeric))
    typeset = Typesetter("en")
    typeset.blocks([TableBlock(row, (row,), 1)])

    assert columns in "".join(typeset.lines)

"""What a brief leaves beside its pages: data of figures, and the list of what it shows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from industria.brief.blocks import Listing, Paragraph, Section
from industria.brief.document import Document
from industria.brief.figure import Figure
from industria.brief.inline import plain
from industria.core.result import with_mark

__all__ = ["answer_of", "csv_of", "marks_of", "values_of"]


def csv_of(figure: Figure) -> bytes:
    """Write the data of a figure as CSV, every digit of it.

    Returns
    -------
    bytes
        UTF-8 with a header line; missing values are empty. Where the figure is
        synthetic, the column `synthetic` says so in every row.
    """
    data = with_mark(figure.data)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(data.column_names)
    writer.writerows([_cell(cell) for cell in row.values()] for row in data.to_pylist())
    return text.getvalue().encode()


def _cell(found: object) -> object:
    """Write what is missing as nothing, and a truth value as other programs read it."""
    if isinstance(found, bool):
        return "true" if found else "false"
    return "" if found is None else found


def values_of(document: Document) -> list[dict[str, Any]]:
    """List every number of a brief for `run.json`: address, value, text, unit, where.

    A number that may not leave has its place alone, and says `withheld`: the keys of an address may name a firm.
    """
    nothing = dict.fromkeys(("address", "value", "unit"))
    return [
        {
            "address": str(number.value.address),
            "value": number.value.value,
            "text": number.text,
            "unit": number.value.unit,
            "synthetic": number.value.synthetic,
            "where": f"{document.file}:{number.line}",
        }
        for number in (*document.numbers, *document.further)
    ] + [
        {
            **nothing,
            "text": gap.text,
            "synthetic": False,
            "where": f"{document.file}:{gap.line}",
            "withheld": True,
        }
        for gap in document.withheld
    ]


def answer_of(document: Document) -> dict[str, Any]:
    """Return the answer of a brief and its findings, the first numbered list, as plain words."""
    answers = [block for block in document.blocks if isinstance(block, Section) and block.kind == "answer"]
    said = [plain(part.inside) for block in answers for part in block.inside if isinstance(part, Paragraph)]
    lists = [block for block in document.blocks if isinstance(block, Listing) and block.ordered]
    items = lists[0].items if lists else ()
    findings = [" ".join(plain(part.inside) for part in item if isinstance(part, Paragraph)) for item in items]
    return {"language": document.language, "answer": " ".join(said), "findings": findings}


def marks_of(document: Document, words: Iterable[tuple[str, int]] = ()) -> list[dict[str, Any]]:
    """List what a person typed: dates, names, citations, assumptions, and words for numbers.

    Parameters
    ----------
    document : Document
        The brief.
    words : iterable of (str, int)
        Words for numbers, with their lines.
    """
    marks = [{"kind": m.kind, "text": m.text, "where": f"{document.file}:{m.line}"} for m in document.marks]
    return marks + [{"kind": "number word", "text": text, "where": f"{document.file}:{line}"} for text, line in words]

"""Files from agencies without an interface: read by their endings, and told where they are from."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from industria import sources
from industria.core.table import collect
from industria.errors import (
    BrokenFileError,
    MissingFileError,
    OptionOfFormatError,
    UnknownSheetError,
    UnknownSuffixError,
    UnsaidError,
    UsageError,
)
from industria.sources import files, manual
from tests.sources.formats.test_excel import workbook

SAID: dict[str, Any] = {
    "publisher": "Turkish Statistical Institute (TurkStat)",
    "title": "Labor force by occupation",
    "url": "https://data.tuik.gov.tr/Kategori/GetKategori?p=istihdam-issizlik-ve-ucret-108",
    "vintage": "2023",
    "license": "free use with attribution",
}
TEXT = "kod;meslek;bin\n01;Yöneticiler;1.234,5\n02;Profesyonel meslek mensupları;3.456,0\n"


def test_a_text_of_another_notation_is_read_with_its_origin(tmp_path: Path) -> None:
    """Decimal commas, another encoding, codes with zeros; hash, page and day are recorded."""
    (tmp_path / "isgucu.csv").write_bytes(TEXT.encode("iso-8859-9"))

    read = sources.find("manual.file")(
        path=str(tmp_path / "isgucu.csv"),
        **SAID,
        encoding="iso-8859-9",
        decimal=",",
        thousands=".",
        retrieved="2024-04-02",
        redistributable=True,
    )

    assert collect(read.read()).to_pylist() == [
        {"kod": "01", "meslek": "Yöneticiler", "bin": 1234.5},
        {"kod": "02", "meslek": "Profesyonel meslek mensupları", "bin": 3456.0},
    ]
    assert read.use == "manual.file"
    assert {word: getattr(read, word) for word in SAID} == SAID
    assert (read.retrieved, read.redistributable) == ("2024-04-02", True)
    assert read.sha256 == hashlib.sha256(TEXT.encode("iso-8859-9")).hexdigest()
    assert read.request["decimal"] == ","
    assert "no interface" in read.notes[-1]
    assert read.check() is None


def test_a_workbook_is_read_below_its_titles(tmp_path: Path) -> None:
    """Sheet and header are those of files.excel."""
    rows = [["Labor force"], [None], ["year", "persons"], [2022, 34334], [2023, 34896]]
    path = workbook(tmp_path, {"Notes": [["about"]], "T1": rows})

    table = collect(manual.file(path, **SAID, sheet="T1", header=3).read())

    assert table.to_pydict() == {"year": [2022, 2023], "persons": [34334, 34896]}
    with pytest.raises(UnknownSheetError, match="Did you mean 'T1'"):
        manual.file(path, **SAID, sheet="T11").read()


def test_other_formats_are_told_by_their_endings(tmp_path: Path) -> None:
    """Parquet and JSON; endings may be in capitals."""
    table = pa.table({"year": [2022, 2023], "persons": [34334, 34896]})
    pq.write_table(table, tmp_path / "a.parquet")
    (tmp_path / "a.JSON").write_text(json.dumps(table.to_pylist()), encoding="utf-8")
    (tmp_path / "a.tsv").write_text("year\tpersons\n2022\t34334\n2023\t34896\n", encoding="utf-8")

    for name in ("a.parquet", "a.JSON", "a.tsv"):
        assert collect(manual.file(str(tmp_path / name), **SAID).read()).to_pydict() == table.to_pydict()


def test_without_a_day_the_file_has_that_of_its_last_change(tmp_path: Path) -> None:
    """It is the same that files.csv tells."""
    (tmp_path / "a.csv").write_text("a\n1\n", encoding="utf-8")

    read = manual.file(str(tmp_path / "a.csv"), **SAID)

    assert read.retrieved == files.csv(str(tmp_path / "a.csv")).retrieved
    assert date.fromisoformat(str(read.retrieved))


@pytest.mark.parametrize("word", list(SAID))
def test_each_word_must_say_something(word: str, tmp_path: Path) -> None:
    """An empty word is refused with what should stand there; a missing one is told by its name."""
    (tmp_path / "a.csv").write_text("a\n1\n", encoding="utf-8")
    path = str(tmp_path / "a.csv")

    with pytest.raises(UnsaidError, match=rf"manual\.file: {word} = ' ' says nothing; say "):
        manual.file(path, **{**SAID, word: " "})
    with pytest.raises(UsageError, match=f"lacks the parameter '{word}'"):
        manual.file(path, **{key: text for key, text in SAID.items() if key != word})


@pytest.mark.parametrize("url", ["data.tuik.gov.tr", "file:///tmp/a.csv", "https://"])
def test_a_page_is_an_address_of_the_web(url: str, tmp_path: Path) -> None:
    """The page is what a reader of the brief opens."""
    (tmp_path / "a.csv").write_text("a\n1\n", encoding="utf-8")

    with pytest.raises(UnsaidError, match=r"url = .* the page that it was had from"):
        manual.file(str(tmp_path / "a.csv"), **{**SAID, "url": url})


def test_what_a_format_does_not_have_is_told(tmp_path: Path) -> None:
    """A sheet of a text, a file without an ending, a packed workbook."""
    for name in ("a.csv", "a", "a.xlsx.gz", "a.xlsm"):
        (tmp_path / name).write_text("a\n1\n", encoding="utf-8")

    with pytest.raises(OptionOfFormatError, match=r"'sheet' is no option of \.csv; it has delimiter"):
        manual.file(str(tmp_path / "a.csv"), **SAID, sheet="T1")
    for name in ("a", "a.xlsx.gz"):
        with pytest.raises(UnknownSuffixError, match=r"tells no format; read are \.csv"):
            manual.file(str(tmp_path / name), **SAID)
    with pytest.raises(UnknownSuffixError, match=r"Did you mean '\.xls"):
        manual.file(str(tmp_path / "a.xlsm"), **SAID)
    with pytest.raises(MissingFileError, match=r"Did you mean 'a\.csv'"):
        manual.file(str(tmp_path / "b.csv"), **SAID)


def test_a_page_under_the_name_of_a_workbook_is_told(tmp_path: Path) -> None:
    """Some agencies write HTML, and call it .xls."""
    (tmp_path / "a.xls").write_text("<html><table><tr><td>1</td></tr></table></html>", encoding="utf-8")

    with pytest.raises(BrokenFileError, match="this is a web page"):
        manual.file(str(tmp_path / "a.xls"), **SAID).read()

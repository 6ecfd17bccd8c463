"""Workbooks, written by hand as the format has them."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from industria.core.table import collect
from industria.errors import BrokenFileError, UnknownSheetError
from industria.sources import files

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook(folder: Path, sheets: dict[str, list[list[Any]]]) -> str:
    """Write an xlsx of inline texts, numbers, truth values and errors (texts that begin with #)."""

    def cell(row: int, column: int, value: Any) -> str:
        place = f'r="{chr(65 + column)}{row + 1}"'
        if value is None:
            return ""
        if isinstance(value, bool):
            return f'<c {place} t="b"><v>{int(value)}</v></c>'
        if isinstance(value, str) and value.startswith("#"):
            return f'<c {place} t="e"><v>{value}</v></c>'
        if isinstance(value, str):
            return f'<c {place} t="inlineStr"><is><t>{value}</t></is></c>'
        if isinstance(value, tuple):  # a day: its number, in the style of dates
            return f'<c {place} s="1"><v>{value[0]}</v></c>'
        return f"<c {place}><v>{value!r}</v></c>"

    path = folder / "firms.xlsx"
    with zipfile.ZipFile(path, "w") as book:
        kinds = "".join(
            f'<Override PartName="/xl/worksheets/sheet{i}.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
            for i in range(len(sheets))
        )
        book.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/xl/workbook.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
            f"{kinds}</Types>",
        )
        package = "http://schemas.openxmlformats.org/package/2006/relationships"
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r" Type="{RELATIONS}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}">'
            + "".join(
                f'<Relationship Id="r{i}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{i}.xml"/>'
                for i in range(len(sheets))
            )
            + f'<Relationship Id="s" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        )
        book.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
            "</styleSheet>",
        )
        names = "".join(f'<sheet name="{name}" sheetId="{i + 1}" r:id="r{i}"/>' for i, name in enumerate(sheets))
        book.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{names}</sheets></workbook>'
        )
        for i, rows in enumerate(sheets.values()):
            body = "".join(
                f'<row r="{r + 1}">{"".join(cell(r, c, value) for c, value in enumerate(row))}</row>'
                for r, row in enumerate(rows)
            )
            book.writestr(
                f"xl/worksheets/sheet{i}.xml", f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'
            )
    return str(path)


def rows(path: str, **options: Any) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = collect(files.excel(path, **options).read()).to_pydict()
    return columns


def test_kinds_of_cells(tmp_path: Path) -> None:
    import datetime as dt

    path = workbook(
        tmp_path,
        {
            "plants": [
                ["code", "jobs", "share", "mixed", "union", "open", "since"],
                ["0111", 5.0, 0.5, 111.0, True, "#N/A", (43862,)],
                [None, None, None, None, None, None, None],
                ["0112", 7.0, "#DIV/0!", "11X", False, 1.0, None],
            ]
        },
    )

    assert rows(path) == {
        "code": ["0111", "0112"],
        "jobs": [5, 7],
        "share": [0.5, None],
        "mixed": ["111", "11X"],
        "union": [True, False],
        "open": [None, 1],
        "since": [dt.date(2020, 2, 1), None],
    }


def test_sheets_by_name_and_header_by_row(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"notes": [["read me"]], "plants": [["Table 1"], [None], ["year", 2019.0], ["a", 1.0]]})

    assert rows(path) == {"read me": []}
    assert rows(path, sheet="plants", header=3) == {"year": ["a"], "2019": [1]}
    with pytest.raises(UnknownSheetError, match=r"no sheet 'plant'; it has notes, plants\. Did you mean 'plants'"):
        rows(path, sheet="plant")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([["a", None, "c"]], "line 1: column 2 of 3 has no name"),
        ([["a", "A"]], "columns 1 and 2 are both named 'a'"),
        ([["a"], [1.0, 2.0]], "line 2: 2.0 stands right of the last of 1 columns"),
        ([], "the sheet has 0 rows"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, cells: list[list[Any]], said: str) -> None:
    with pytest.raises(BrokenFileError) as told:
        rows(workbook(tmp_path, {"s": cells}))
    assert said in str(told.value)


def test_a_damaged_workbook(tmp_path: Path) -> None:
    path = Path(workbook(tmp_path, {"s": [["a"], [1.0]]}))
    path.write_bytes(path.read_bytes()[:-200])

    with pytest.raises(BrokenFileError, match=r"firms\.xlsx: the workbook cannot be opened"):
        rows(str(path))


def test_old_and_open_workbooks_are_read(tmp_path: Path) -> None:
    """Excel 97 (.xls) and OpenDocument (.ods), with titles above the header and codes as texts and numbers."""
    recorded = Path(__file__).parents[1] / "fixtures" / "correspondences" / "ISCO_SOC_Crosswalk.xls"
    found = collect(files.excel(str(recorded), sheet="2010 SOC to ISCO-08", header=7).read())

    assert found.num_rows == 20
    assert found["2010 SOC Code"].to_pylist()[-1] == "55-1019 "

    office = "urn:oasis:names:tc:opendocument:xmlns"
    rows = ""
    for code, jobs in (("0110", 5), ("1112", 7)):
        rows += f'<table:table-row><table:table-cell office:value-type="string"><text:p>{code}</text:p>'
        rows += f'</table:table-cell><table:table-cell office:value-type="float" office:value="{jobs}"/>'
        rows += "</table:table-row>"
    names = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{name}</text:p></table:table-cell>'
        for name in ("code", "jobs")
    )
    rows = f"<table:table-row>{names}</table:table-row>{rows}"
    path = tmp_path / "jobs.ods"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("META-INF/manifest.xml", f'<manifest xmlns="{office}:manifest:1.0"/>')
        book.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{office}:office:1.0" xmlns:table="{office}:table:1.0" '
            f'xmlns:text="{office}:text:1.0"><office:body><office:spreadsheet><table:table table:name="Jobs">{rows}'
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        )

    assert collect(files.excel(str(path)).read()).to_pydict() == {"code": ["0110", "1112"], "jobs": [5, 7]}

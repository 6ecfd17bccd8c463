"""World input-output tables: one economy of two countries in each of the files that hold such tables."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from industria.core.table import as_matrix, as_table, collect
from industria.errors import (
    BrokenFileError,
    ChoiceError,
    MissingPackageError,
    MissingVintageError,
    NotMirroredError,
    ParameterRangeError,
    UsageError,
)
from tests.sources.official_files import WHOLE, mirrored, rows_of, source_of
from tests.sources.workbooks import write_xlsb, write_xlsx

rdata = pytest.importorskip("rdata", reason="the extra `formats` is not installed: rdata is missing")

# Made up: two countries of two industries, five kinds of final use in each; rows add up to output.
COUNTRIES, USES = ("AUS", "ROW"), 5
Z = np.array([[5, 0, 1, 0], [2, 4, 0, 1], [0, 0, 8, 3], [1, 0, 2, 6]], dtype=np.float64)
F = np.arange(40, dtype=np.float64).reshape(4, 10)
F[0, 4] = -2.5
X = Z.sum(axis=1) + F.sum(axis=1)
TAXES = np.array([0.5, 0, 0.25, 0])
VALUE_ADDED = X - Z.sum(axis=0) - TAXES
FLOWS = {"AUS": {"A01": 5.0}, "ROW": {"A01": 1.0}}
BELOW = (
    ("II_fob", "Total intermediate consumption", Z.sum(axis=0)),
    ("TXSP", "taxes less subsidies on products", TAXES),
    ("VA", "Value added at basic prices", VALUE_ADDED),
    ("GO", "Output at basic prices", X),
)


def sheet(codes: tuple[str, str], uses: tuple[str, ...], title: str) -> list[list[Any]]:
    """Lay the economy out as the publisher's workbooks do."""
    below = [
        [code, words, "TOT", f"r{i}", *map(float, row), *[None] * 10, None]
        for i, (code, words, row) in enumerate(BELOW, 65)
    ]
    running = [(country, f"c{i + 1}", code) for country in COUNTRIES for i, code in enumerate(codes)]
    users = [(country, use, words) for country in COUNTRIES for use, words in zip(uses, "hngfi", strict=True)]
    return [
        [title, *[None] * 18],
        [None] * 19,
        ["(industry-by-industry)", None, None, None, *[code for *_, code in running], *[None] * 10, None],
        [
            "(millions of US$)",
            None,
            None,
            None,
            *[f"Industry {c}" for *_, c in running],
            *[u for *_, u in users],
            "Total",
        ],
        [None, None, None, None, *[one[0] for one in (*running, *users)], "TOT"],
        [None, None, None, None, *[one[1] for one in (*running, *users)], None],
        *[
            [code, f"Industry {code}", country, word, *map(float, Z[i]), *map(float, F[i]), float(X[i])]
            for i, (country, word, code) in enumerate(running)
        ],
        *below,
    ]


OLD = sheet(("AtB", "C"), ("c37", "c38", "c39", "c41", "c42"), "Intercountry Input-Output Table for the year 2011")
NEW = sheet(("A01", "R_S"), ("c57", "c58", "c59", "c60", "c61"), "World Input-Output Table 2014")


def frame(year: int = 2014) -> pd.DataFrame:
    """Lay it out as the publisher's workspace of R does: columns AUS1, AUS2, ROW1, ROW2, AUS57, ..."""
    rows = [(code, "Industry", country, i + 1, year) for country in COUNTRIES for i, code in enumerate(("A01", "R_S"))]
    rows += [(code, words, "TOT", 65 + i, year) for i, (code, words, _) in enumerate(BELOW)]
    labels = pd.DataFrame(rows, columns=["IndustryCode", "IndustryDescription", "Country", "RNr", "Year"])
    # rdata writes texts as numpy holds them, not as pandas does.
    labels = labels.astype(dict.fromkeys(labels.columns[:3], object))
    names = [f"{country}{i}" for country in COUNTRIES for i in (1, 2)]
    names += [f"{country}{i}" for country in COUNTRIES for i in range(57, 62)]
    values = np.vstack([np.hstack([Z, F]), *[np.append(row, np.zeros(10)) for *_, row in BELOW]])
    numbers = pd.DataFrame(values, columns=names)
    return pd.concat([labels, numbers, pd.Series(values.sum(axis=1), name="TOT")], axis=1)


def arrays(path: Path, **changed: Any) -> None:
    held = {"Z": Z, "F": F, "x": X, "countries": np.array(COUNTRIES), "industries": np.array(["c1", "c2"])}
    np.savez(path, **(held | changed))


def kept(rows: pa.Table) -> list[tuple[Any, ...]]:
    return sorted(tuple(row.values()) for row in rows.to_pylist())


def expected(matrix: Any, codes: tuple[str, str], columns: list[tuple[str, str]], year: int) -> list[tuple[Any, ...]]:
    sellers = [(country, code) for country in COUNTRIES for code in codes]
    return sorted(
        (*sellers[i], *columns[j], float(matrix[i, j]), year) for i, j in zip(*np.nonzero(matrix), strict=True)
    )


@pytest.mark.parametrize("file", ["WIOT2014_Nov16_ROW.xlsb", "WIOT2014_Nov16_ROW.xlsx", "WIOT2014_October16_ROW.RData"])
def test_the_release_of_2016_is_the_same_from_each_of_its_files(
    file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if file.endswith(".RData"):
        rdata.write_rda(tmp_path / file, {"wiot": frame()})
    else:
        (write_xlsb if file.endswith(".xlsb") else write_xlsx)(tmp_path / file, NEW)
    mirrored(monkeypatch, tmp_path)
    codes = ("A01", "R_S")
    industries = [(country, code) for country in COUNTRIES for code in codes]
    uses = [(country, f"c{i}") for country in COUNTRIES for i in range(57, 62)]

    def read(table: str) -> list[tuple[Any, ...]]:
        return kept(rows_of("wiod.tables", year=2014, release="2016", table=table))

    assert read("flows") == expected(Z, codes, industries, 2014)
    assert read("final_demand") == expected(F, codes, uses, 2014)
    assert read("output") == sorted((*one, float(x), 2014) for one, x in zip(industries, X, strict=True))
    factors = [("TXSP", TAXES), ("VA", VALUE_ADDED)]
    assert read("factors") == sorted(
        (*one, factor, float(value), 2014)
        for factor, row in factors
        for one, value in zip(industries, row, strict=True)
    )
    assert (
        source_of("wiod.tables", year=2014, release="2016").facts["categories"]["c60"]
        == "gross fixed capital formation"
    )


@pytest.mark.parametrize("file", ["WIOT11_ROW_Sep12.xlsx", "wiot_2011.npz", "wiot_2011.RData"])
def test_the_release_of_2013_is_the_same_from_each_of_its_files(
    file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if file.endswith(".npz"):
        arrays(tmp_path / file)
    elif file.endswith(".xlsx"):
        write_xlsx(tmp_path / file, OLD)
    else:
        held = {"year": np.array([2011]), "inter": Z, "final": F, "output": X}
        labels = {"countries": np.array(COUNTRIES), "industries": np.array(["c1", "c2"])}
        rdata.write_rda(tmp_path / file, {"wiot_2011": held | labels})
    mirrored(monkeypatch, tmp_path)
    codes = ("c1", "c2")
    uses = [(country, use) for country in COUNTRIES for use in ("c37", "c38", "c39", "c41", "c42")]

    flows = rows_of("wiod.tables", year=2011)
    assert kept(flows) == expected(Z, codes, [(c, i) for c in COUNTRIES for i in codes], 2011)
    assert kept(rows_of("wiod.tables", year=2011, table="final_demand")) == expected(F, codes, uses, 2011)
    assert "zero" in source_of("wiod.tables", year=2011).notes[0]


def test_measures_of_chains_can_line_the_flows_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells of zero are not there, and come back as zeros."""
    arrays(tmp_path / "wiot_2011.npz")
    mirrored(monkeypatch, tmp_path)
    flows = rows_of("wiod.tables", year=2011)
    joined = pa.table(
        {
            end: pc.binary_join_element_wise(flows[f"{end}_country"], flows[f"{end}_industry"], "|")
            for end in ("from", "to")
        }
        | {"value": flows["value"]}
    )

    order = [f"{country}|{industry}" for country in COUNTRIES for industry in ("c1", "c2")]
    assert (as_matrix(as_table(joined, "flows"), "flows", order, "from", "to", "value") == Z).all()


def test_factors_are_missing_where_the_file_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arrays(tmp_path / "wiot_2011.npz")
    mirrored(monkeypatch, tmp_path)

    with pytest.raises(UsageError, match=r"wiot_2011\.npz has no rows below its industries"):
        collect(source_of("wiod.tables", year=2011, table="factors").read())


def test_what_is_not_published_and_a_file_that_is_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, tmp_path)
    with pytest.raises(ChoiceError, match="release='2012'; it takes 2013, 2016"):
        source_of("wiod.tables", year=2011, release="2012")
    with pytest.raises(ChoiceError, match="Did you mean 'flows'"):
        source_of("wiod.tables", year=2011, table="flow")
    arrays(tmp_path / "wiot_2011.npz")
    with pytest.raises(MissingVintageError, match="as of 2001-01-01"):
        source_of("wiod.tables", year=2011, as_of="2001-01-01")
    assert source_of("wiod.tables", year=2011).facts["industries"]["c14"] == "Electrical and Optical Equipment"
    with pytest.raises(ParameterRangeError, match="year=2012; it takes 1995 to 2011"):
        source_of("wiod.tables", year=2012)
    with pytest.raises(NotMirroredError, match=r"WIOT2014_Nov16_ROW\.xlsb.*wiod-2016-release") as told:
        source_of("wiod.tables", year=2014, release="2016")
    assert told.value.exit_code == 4


def test_without_its_package_a_workspace_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rdata.write_rda(tmp_path / "WIOT2014_October16_ROW.RData", {"wiot": frame()})
    mirrored(monkeypatch, tmp_path)
    monkeypatch.setitem(sys.modules, "rdata", None)

    with pytest.raises(MissingPackageError, match=r"pip install 'industria\[formats\]'"):
        rows_of("wiod.tables", year=2014, release="2016")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"Z": Z[:3]}, r"Z has the shape \(3, 4\); 2 countries of 2 industries.* make \(4, 4\)"),
        ({"F": F[:, :9]}, r"F has the shape \(4, 9\)"),
        ({"countries": np.array([{"a": 1}], dtype=object)}, "cut off, or no arrays of numpy"),
    ],
    ids=["rows", "uses", "pickle"],
)
def test_arrays_that_do_not_fit_are_refused(
    changed: dict[str, Any], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrays(tmp_path / "wiot_2011.npz", **changed)
    mirrored(monkeypatch, tmp_path)

    with pytest.raises(BrokenFileError, match=said):
        rows_of("wiod.tables", year=2011)


@pytest.mark.parametrize("file", ["wiot_2011.npz", "wiot_2011.RData", "WIOT11_ROW_Sep12.xlsx"])
@pytest.mark.parametrize("content", [b"", b"<html>Moved</html>", b"half"], ids=["empty", "page", "half"])
def test_files_that_are_none_are_refused(
    file: str, content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / file
    if content == b"half":
        if file.endswith(".npz"):
            arrays(path)
        elif file.endswith(".xlsx"):
            write_xlsx(path, OLD)
        else:
            rdata.write_rda(path, {"wiot": {"inter": Z}})
        content = path.read_bytes()[: path.stat().st_size // 2]
    path.write_bytes(content)
    mirrored(monkeypatch, tmp_path)

    with pytest.raises(BrokenFileError, match=file):
        rows_of("wiod.tables", year=2011)


def without(rows: list[list[Any]], line: int) -> list[list[Any]]:
    return rows[: line - 1] + rows[line:]


def changed(rows: list[list[Any]], line: int, column: int, cell: Any) -> list[list[Any]]:
    return [
        [cell if (i, j) == (line, column) else old for j, old in enumerate(row, 1)] for i, row in enumerate(rows, 1)
    ]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (OLD[:5], "5 lines, and no table"),
        (changed(OLD, 1, 1, "Table for 2010"), "it is not of 2011"),
        (changed(OLD, 6, 5, "x1"), "no codes such as c1"),
        (changed(OLD, 8, 7, "1,5"), "column 7 has '1,5', which is no number"),
        (changed(OLD, 8, 7, None), "column 7 has '', which is no number"),
        (without(OLD, 8), "do not stand in the same order"),
        (changed(OLD, 9, 3, "XXX"), "do not stand in the same order in its rows and columns: row 3 is XXX c1"),
        (without(OLD, 14), r"no row of output \(GO\) below its industries; it has II_fob, TXSP, VA"),
        (changed(OLD, 12, 2, "Net taxes"), "the row r66 'Net taxes' below its industries is not known"),
    ],
    ids=["empty", "year", "codes", "decimal-comma", "gap", "row-lacks", "country", "no-output", "unknown-row"],
)
def test_a_workbook_that_is_not_as_it_was_is_refused(
    rows: list[list[Any]], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_xlsx(tmp_path / "WIOT11_ROW_Sep12.xlsx", rows)
    mirrored(monkeypatch, tmp_path)

    with pytest.raises(BrokenFileError, match=said):
        rows_of("wiod.tables", year=2011)


def test_a_workspace_of_another_year_or_without_a_column_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "WIOT2014_October16_ROW.RData"
    mirrored(monkeypatch, tmp_path)

    rdata.write_rda(path, {"wiot": frame(2013)})
    with pytest.raises(BrokenFileError, match="of the year 2013, not 2014"):
        rows_of("wiod.tables", year=2014, release="2016")
    rdata.write_rda(path, {"wiot": frame().drop(columns="RNr")})
    with pytest.raises(BrokenFileError, match="no column RNr"):
        rows_of("wiod.tables", year=2014, release="2016")
    rdata.write_rda(path, {"other": np.array([1.0])})
    with pytest.raises(BrokenFileError, match="it holds other, and no input-output table"):
        rows_of("wiod.tables", year=2014, release="2016")


# All flows, all final demand and all output of the release of 2013, in million US dollars.
@pytest.mark.parametrize(
    ("year", "flows", "final", "output"),
    [
        (1995, 25_977_241, 29_155_127, 55_182_318),
        (2000, 29_133_018, 31_630_791, 60_817_369),
        (2005, 42_896_346, 44_570_057, 87_525_644),
        (2008, 62_631_727, 60_095_206, 122_789_483),
        (2009, 57_155_872, 56_940_120, 114_158_086),
        (2011, 72_440_092, 69_268_600, 141_767_904),
    ],
)
def test_the_whole_tables_add_up_to_their_sums(
    year: int, flows: int, final: int, output: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirrored(monkeypatch, WHOLE)
    sums = [
        pc.sum(rows_of("wiod.tables", year=year, table=table)[column]).as_py()
        for table, column in (("flows", "value"), ("final_demand", "value"), ("output", "gross_output"))
    ]

    assert sums == [flows, final, output]


def test_exports_of_2011_are_those_that_decompositions_start_from(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gross exports of Germany, the USA and Brazil, as decompositions of this table print them."""
    mirrored(monkeypatch, WHOLE)
    exports: dict[str, float] = {}
    for table in ("flows", "final_demand"):
        rows = rows_of("wiod.tables", year=2011, table=table)
        abroad = rows.filter(pc.not_equal(rows["from_country"], rows["to_country"]))
        totals = abroad.group_by("from_country").aggregate([("value", "sum")])
        for country, value in zip(totals["from_country"].to_pylist(), totals["value_sum"].to_pylist(), strict=True):
            exports[country] = exports.get(country, 0.0) + value

    assert (exports["DEU"], exports["USA"], exports["BRA"]) == (1_601_451, 1_839_878, 293_097)
    assert len(exports) == 41


def test_the_workspace_of_r_holds_what_the_arrays_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)
    converted = rows_of("wiod.tables", year=1995, table="final_demand")
    path = WHOLE / "innovation" / "wiod2013" / "wiot_1995.RData"
    (tmp_path / path.name).write_bytes(path.read_bytes())
    mirrored(monkeypatch, tmp_path)

    assert kept(rows_of("wiod.tables", year=1995, table="final_demand")) == kept(converted)

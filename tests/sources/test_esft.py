"""Parameters of the forecasting tool of the World Health Organization: equipment, staff, countries, laboratories."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest

from industria.errors import BrokenFileError, MissingColumnError, MissingPackageError, NotMirroredError
from industria.sources import find, publisher_of
from industria.sources.esft_columns import AMOUNTS, BASES
from industria.sources.reader import told_of
from tests.sources.official_files import WHOLE, mirrored, rows_of, source_of

WORDS = ("equipment", "staff", "countries", "throughput", "diagnostics")
HEADER = ["category", "group", "item", "unit", "reusable", "supplied_with", "price", *AMOUNTS]
STAFF = '"occupational_title","patient_t24_mild","patient_t24_mod","patient_t24_sev","patient_t24_crit"'
CONVERTED = WHOLE / "ecosystem" / "who_esft" / "csv_converted"


def line(item: str, reusable: str, price: str, **amounts: str) -> str:
    about = ['"IPC"', '"PPE"', f'"{item}"', '"Each"', reusable, '"N/A"', price]
    return ",".join([*about, *(amounts.get(basis, "NA") for basis in BASES)])


# Made up, in the layout of the package's table as R writes it.
LINES = [
    ",".join(f'"{column}"' for column in HEADER),
    line("Gown", "FALSE", "1.5", inpatient_hcw="1", lab_tech="2"),
    line("Goggles,\nlarge", "TRUE", "NA", inpatient_hcw="0.1"),
    *(line(f"Mask {i}", "FALSE", "0.03", isolation_patient=str(i)) for i in range(17)),
    line("Test kit", "FALSE", "10"),
]


def write(folder: Path, lines: list[str], name: str = "equipment.csv") -> None:
    (folder / "csv_converted").mkdir(exist_ok=True)
    (folder / "csv_converted" / name).write_text("\n".join(lines) + "\n", "utf-8")


def test_a_column_a_basis_becomes_a_row_a_basis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell that is missing is no row, and an item without a basis keeps one."""
    write(tmp_path, LINES)
    mirrored(monkeypatch, tmp_path)
    rows = rows_of("esft.equipment").to_pylist()

    assert [(row["item"], row["basis"], row["quantity_per_day"]) for row in rows[:3]] == [
        ("Gown", "inpatient_hcw", 1.0),
        ("Gown", "lab_tech", 2.0),
        ("Goggles,\nlarge", "inpatient_hcw", 0.1),
    ]
    assert (rows[2]["reusable"], rows[2]["price"]) == (True, None)
    assert rows[-1] == {
        "item": "Test kit",
        "unit": "Each",
        "reusable": False,
        "category": "IPC",
        "group": "PPE",
        "basis": None,
        "quantity_per_day": None,
        "price": 10.0,
    }
    assert any("conversion to CSV" in note for note in source_of("esft.equipment").notes)


@pytest.mark.parametrize(
    ("old", "new", "error", "said"),
    [
        ("amount_per_lab_tech_per_day", "lab_tech", MissingColumnError, "no column 'amount_per_lab_tech_per_day'"),
        ('"Gown","Each",FALSE', '"Gown","Each",no', BrokenFileError, "line 2: reusable has 'no'; it is TRUE or FALSE"),
        ('"N/A",1.5', '"N/A","1,5"', BrokenFileError, "line 2: price has '1,5'; .*decimals after a point"),
        ('"Gown"', "NA", BrokenFileError, "line 2: item has None; it may not be missing"),
        ('"Gown",', "", BrokenFileError, "line 2: it has 23 values, not 24"),
        ('"category"', "<!DOCTYPE html>", BrokenFileError, "this is a web page"),
    ],
)
def test_a_file_that_is_wrong_is_told(
    old: str, new: str, error: type[Exception], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "\n".join(LINES)
    assert old in text
    write(tmp_path, [text.replace(old, new)])
    mirrored(monkeypatch, tmp_path)

    with pytest.raises(error, match=said):
        rows_of("esft.equipment")


def test_a_file_without_rows_or_bytes_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, tmp_path)
    for lines, said in ((LINES[:1], "no rows"), ([""], "empty")):
        write(tmp_path, lines)
        with pytest.raises(BrokenFileError, match=said):
            rows_of("esft.equipment")


def test_a_workspace_gives_what_its_conversion_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And one that is cut off, lacks the table or holds something else is told."""
    rdata = pytest.importorskip("rdata", reason="the extra `formats` is not installed: rdata is missing")
    import numpy as np
    import pandas as pd

    hours = {"patient_t24_mild": 0.0, "patient_t24_mod": 0.5, "patient_t24_sev": 1.0, "patient_t24_crit": 2.0}
    frame = pd.DataFrame(
        {"occupational_title": ["Nurse", "Cleaner"]}
        | {name: np.full(2, amount) for name, amount in hours.items()}
        | {"patient_t24_screen": np.zeros(2), "esft_group": ["HCW", "Cleaner"]}
    ).astype({"occupational_title": object, "esft_group": object})
    for folder in ("r", "csv"):
        (tmp_path / folder).mkdir()
    rdata.write_rda(tmp_path / "r" / "hwfe.rda", {"hwfe": frame})
    lines = [f'"{who}",0,0.5,1,2,0,"{group}"' for who, group in (("Nurse", "HCW"), ("Cleaner", "Cleaner"))]
    write(tmp_path / "csv", [f'{STAFF},"patient_t24_screen","esft_group"', *lines], "hwfe.csv")
    read = []
    for folder in ("r", "csv"):
        mirrored(monkeypatch, tmp_path / folder)
        read.append(rows_of("esft.staff").to_pylist())
    assert read[0] == read[1]
    assert read[0][1]["critical"] == 2.0

    path = tmp_path / "r" / "hwfe.rda"
    mirrored(monkeypatch, tmp_path / "r")
    for made, said in (
        ({"staff": frame}, "holds no object 'hwfe'; it has staff"),
        ({"hwfe": np.array([1.0])}, "no data frame, but a ndarray"),
        ({"hwfe": frame[:0]}, "has no rows"),
    ):
        rdata.write_rda(path, made)
        with pytest.raises(BrokenFileError, match=said):
            rows_of("esft.staff")
    rdata.write_rda(path, {"hwfe": frame})
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(BrokenFileError, match="cut off or no workspace"):
        rows_of("esft.staff")
    monkeypatch.setitem(sys.modules, "rdata", None)
    with pytest.raises(MissingPackageError, match=r"industria\[formats\]"):
        rows_of("esft.staff")


def test_without_a_file_its_publisher_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, tmp_path)

    with pytest.raises(NotMirroredError, match=r"who\.rda"):
        source_of("esft.countries")


def test_the_published_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts of the package's tables, and the row of Brazil."""
    mirrored(monkeypatch, WHOLE)
    items, staff, places, machines, modules = (rows_of(f"esft.{word}") for word in WORDS)

    assert len(set(items["item"].to_pylist())) == 53
    protective = items.filter(pc.equal(items["group"], "PPE"))
    assert len(set(protective["item"].to_pylist())) == 11
    # 107 cells of the wide table hold a number; 9 items of diagnostics hold none.
    assert (items.num_rows, items["basis"].null_count) == (107 + 9, 9)
    assert set(items["basis"].to_pylist()) - {None} <= set(BASES)
    assert (staff.num_rows, set(staff["group"].to_pylist())) == (21, {"HCW", "Cleaner", "Admin"})
    assert (machines.num_rows, modules.num_rows, modules["country"].null_count) == (7, 220, 2)
    assert places.num_rows == 264
    brazil = places.filter(pc.equal(places["country"], "BRA")).to_pylist()[0]
    assert brazil["doctors"] + brazil["nurses"] == pytest.approx(2612006.53564681, rel=1e-12)
    assert brazil["hospital_beds"] == pytest.approx(446973.76614, rel=1e-12)
    assert brazil["intensive_care_share"] == pytest.approx(0.0332, rel=1e-12)
    assert brazil["laboratory_staff"] == pytest.approx(44743.251880423, rel=1e-12)
    there = modules.filter(pc.equal(modules["country"], "BRA")).to_pylist()[0]
    platforms = ("roche_6800", "roche_8800", "abbott_m2000", "hologic_panther", "manual")
    assert sum(there[name] for name in platforms) / 3 + there["genexpert"] / 4 == 495


@pytest.mark.parametrize("word", WORDS)
def test_workspaces_equal_their_conversions_cell_by_cell(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """R writes 15 digits to CSV; nothing else differs."""
    mirrored(monkeypatch, WHOLE)
    one = rows_of(f"esft.{word}").to_pylist()
    assert source_of(f"esft.{word}").name.endswith(".rda")
    mirrored(monkeypatch, CONVERTED)
    other = rows_of(f"esft.{word}").to_pylist()
    assert source_of(f"esft.{word}").name.endswith(".csv")

    assert len(one) == len(other)
    for row, converted in zip(one, other, strict=True):
        assert row == {name: _close(cell) for name, cell in converted.items()}


def _close(cell: Any) -> Any:
    return pytest.approx(cell, rel=1e-14) if isinstance(cell, float) else cell


@pytest.mark.parametrize("word", WORDS)
def test_columns_and_terms_are_those_that_are_told(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)
    source = source_of(f"esft.{word}")

    assert rows_of(f"esft.{word}").column_names == list(told_of(find(f"esft.{word}")).columns)
    assert source.license == "MIT; the WHO's tool itself CC BY-NC-SA 3.0 IGO"
    assert len(source.sha256) == 64
    assert source.url == f"https://raw.githubusercontent.com/mrc-ide/esft/main/data/{source.name}"
    known = publisher_of(find(f"esft.{word}"))
    assert known is not None
    assert known.homepage == "https://github.com/mrc-ide/esft"

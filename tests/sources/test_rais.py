"""The extract of Brazil's register of formal jobs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from industria.core.table import collect
from industria.errors import BrokenFileError, MissingColumnError, NotMirroredError, ParameterRangeError
from industria.sources.rais import occupations
from tests.sources.official_files import WHOLE, mirrored, rows_of
from tests.sources.recorded import Asked, Played, Reply

Play = Callable[[str, Callable[[Asked], Reply | None]], Played]
FILE = """year,month,id CBO 2002,Salario medio,CBO Ocupação 2002,total
2021,1,113010,1564.91,Lider de Comunidade Caicara,3
2021,1,20105,8123.5,Coronel da Policia Militar,2
2021,2,992225,1413.38,Auxiliar Geral de Conservacao de Vias Permanentes (Exceto Trilhos),268
"""


def test_codes_have_six_digits_and_pay_is_a_number(play: Play) -> None:
    """A zero that a spreadsheet took away comes back."""
    played = play("halef_thesis", lambda _: Reply(FILE.encode(), headers={"Content-Type": "text/csv"}))

    read = occupations(year=2021)

    table = collect(read.read())
    assert played.asked[0].path.endswith("/CBO_2021_monthly.csv")
    assert table.column_names == ["year", "month", "occupation", "title", "mean_pay", "jobs"]
    assert table["occupation"].to_pylist() == ["113010", "020105", "992225"]
    assert table.slice(1, 1).to_pylist()[0] == {
        "year": 2021,
        "month": 1,
        "occupation": "020105",
        "title": "Coronel da Policia Militar",
        "mean_pay": 8123.5,
        "jobs": 2,
    }
    assert read.redistributable is False
    assert read.facts["place"] == "São Paulo (city)"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("113010", "1.13E+05", r"line 2: id CBO 2002 has '1\.13E\+05', which is no code"),
        ("113010", "Total", "line 2: id CBO 2002 has 'Total', which is no code"),
        ("1564.91", '"1564,91"', "line 2: mean_pay has '1564,91', which is no number"),
        (",268\n", "\n", "line 4: it has 5 values, not 6"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(old: str, new: str, said: str, play: Play) -> None:
    play("halef_thesis", lambda _: Reply(FILE.replace(old, new).encode()))

    with pytest.raises(BrokenFileError, match=said):
        occupations(year=2021).read()


def test_a_column_that_changed_its_name_and_a_year_that_is_not_there(play: Play) -> None:
    play("halef_thesis", lambda _: Reply(FILE.replace("Salario medio", "Salário médio").encode()))

    with pytest.raises(MissingColumnError, match="Did you mean 'Salário médio'"):
        occupations(year=2021).read()
    with pytest.raises(ParameterRangeError, match="year=2017"):
        occupations(year=2017)


def test_offline_the_page_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mirrored(monkeypatch, tmp_path)

    with pytest.raises(NotMirroredError, match=r"'CBO_2019_monthly\.csv' .* Get it from https://github"):
        occupations(year=2019)


def test_the_whole_file_has_the_jobs_of_the_city(monkeypatch: pytest.MonkeyPatch) -> None:
    """1,220,791 jobs in January 2021; 2018 has another column beside the title."""
    mirrored(monkeypatch, WHOLE)
    table = rows_of("rais.occupations", year=2021)

    january = [row for row in table.to_pylist() if row["month"] == 1]
    assert sum(row["jobs"] for row in january) == 1_220_791
    assert table.num_rows == 20762
    assert {len(code) for code in table["occupation"].to_pylist()} == {6}
    before = rows_of("rais.occupations", year=2018)
    assert before.num_rows == 27270
    assert not any(title.isdigit() for title in before["title"].to_pylist())

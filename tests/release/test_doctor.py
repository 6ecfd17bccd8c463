"""What a doctor finds at a site: counts and positions, in five languages, and never a value of a record."""

from __future__ import annotations

import io
import re
import sys
import tomllib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pytest

from industria.core.contract import GivenLists
from industria.core.table import collect
from industria.errors import MissingFileError, PackError
from industria.release._messages import LANGUAGES
from industria.release._packed import Pack, open_pack
from industria.release.doctor import Checkup, doctor, read_answers
from industria.release.pack import pack
from tests.release.small_network import FIRMS, TEXT, small_network

ANSWERS = {"firms": {"persons": "heads", "frame": "all"}}
SECRETS = ("f1", "f2", "g1", "900", "950", "110", "100")
"""Values of records in the file of the site, as messages would write them."""


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    folder = tmp_path_factory.mktemp("network")
    return open_pack(pack(small_network(folder), out=folder / "sales.pack"))


Look = Callable[..., Checkup]


@pytest.fixture
def look(packed: Pack, tmp_path: Path) -> Look:
    """Let the doctor look at a text."""

    def examine(text: str = FIRMS, encoding: str = "utf-8", **answers: object) -> Checkup:
        (tmp_path / "firms.csv").write_text(text, encoding=encoding)
        told = {"firms": {**ANSWERS["firms"], **answers}}
        return doctor(packed, {"firms": tmp_path / "firms.csv"}, answers=told)

    return examine


def found(checkup: Checkup) -> list[tuple[str | None, str, int, tuple[int, ...]]]:
    return [(one.column, one.rule, one.rows, one.positions) for one in checkup.troubles]


def test_a_table_that_keeps_the_contract(look: Look) -> None:
    checkup = look()

    assert checkup.ok
    assert checkup.exit_code == 0
    assert checkup.n_rows == {"firms": 12}
    assert checkup.summary() == {
        "definitions": {"firms.persons": "heads", "firms.frame": "all"},
        "coverage": {"firms.sales": 0.77},
    }
    assert collect(checkup.problems).num_rows == 0


@pytest.mark.parametrize(
    ("old", "new", "trouble"),
    [
        ("f1,g1,2019,a,10", "f1,g1,2019,a,0", ("persons", "minimum", 1, (1,))),
        ("f1,g1,2019,a,10", "f1,g1,2019,a,", ("persons", "not_null", 1, (1,))),
        ("f5,,2020,c", "f5,,2020,d", ("sector", "values", 1, (10,))),
        ("f5,,2020", "f5,,2019", ("year", "key", 2, (9, 10))),
        ("30,30,8,38", "30,30,8,39", ("sales", "adds_up", 1, (9,))),
        ("f6,,2019,b,12,12,0,12\nf6,,2020,b,12,13,0,13\n", "", None),
    ],
)
def test_rules_are_told_with_counts_and_positions(
    look: Look, old: str, new: str, trouble: tuple[str, str, int, tuple[int, ...]] | None
) -> None:
    assert old in FIRMS

    assert found(look(FIRMS.replace(old, new))) == ([trouble] if trouble else [])


def test_positions_are_of_the_file_however_long_it_is(packed: Pack, tmp_path: Path) -> None:
    rows = pd.DataFrame({"firm": [f"f{i}" for i in range(300_000)], "group": None, "year": 2019, "sector": "a"})
    rows = rows.assign(persons=5, home=1.0, abroad=0.0, sales=1.0)
    rows.loc[[7, 123_456, 299_999], "sales"] = 9.0
    rows.to_csv(tmp_path / "firms.csv", index=False)

    checkup = doctor(packed, {"firms": tmp_path / "firms.csv"}, answers=ANSWERS)

    assert found(checkup) == [("sales", "adds_up", 3, (8, 123_457, 300_000))]


@pytest.mark.parametrize(
    ("header", "rule", "near"),
    [
        ("Sales", "other_case", "Sales"),
        ("sales_", "other_case", "sales_"),
        ("saless", "missing_near", "saless"),
        ("x", "missing", None),
    ],
)
def test_columns_in_another_case_renamed_or_missing(look: Look, header: str, rule: str, near: str | None) -> None:
    (one,) = look(FIRMS.replace("abroad,sales", f"abroad,{header}")).troubles

    assert (one.column, one.rule, one.words.get("near")) == ("sales", rule, near)


def test_a_column_whose_type_the_answers_give_is_named_in_another_case(look: Look) -> None:
    (one,) = look(FIRMS.replace("abroad,sales", "abroad,SALES"), reader={"types": {"sales": "number"}}).troubles

    assert (one.column, one.rule, one.words) == ("sales", "other_case", {"near": "SALES"})


def test_decimal_commas_are_named_and_can_be_said(look: Look) -> None:
    commas = FIRMS.replace(",", ";").replace("900", "900,5").replace("950", "950,5")

    checkup = look(commas)

    assert [(column, rule, n) for column, rule, n, _ in found(checkup)] == [
        ("home", "decimal_comma", 2),
        ("sales", "decimal_comma", 2),
    ]
    assert not look(commas, reader={"decimal": ","}).troubles


def test_latin_1_is_named_by_its_line_and_can_be_said(look: Look) -> None:
    text = FIRMS.replace("f3,,2020", "f3,Aço,2020")

    (one,) = look(text, encoding="latin-1").troubles

    assert (one.rule, one.positions) == ("not_utf8", (7,))
    assert look(text, encoding="latin-1", reader={"encoding": "latin-1"}).ok


def test_value_labels_of_stata(packed: Pack, tmp_path: Path) -> None:
    rows = pd.read_csv(io.StringIO(FIRMS)).fillna({"group": ""})
    labels = {"persons": {value: f"size {value}" for value in rows["persons"].unique()}}
    rows.to_stata(tmp_path / "firms.dta", write_index=False, value_labels=labels)

    (one,) = doctor(packed, {"firms": tmp_path / "firms.dta"}, answers=ANSWERS).troubles
    told = {"firms": {**ANSWERS["firms"], "reader": {"labels": "codes"}}}

    assert (one.column, one.rule) == ("persons", "value_labels")
    assert doctor(packed, {"firms": tmp_path / "firms.dta"}, answers=told).ok


def test_a_file_that_is_cut_off_is_told_without_its_last_line(look: Look) -> None:
    (one,) = look(f"{FIRMS}f7,secret").troubles

    assert one.rule == "unreadable"
    assert "secret" not in str(look(f"{FIRMS}f7,secret").messages())


def test_codes_of_another_vintage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lists = GivenLists({"NAICS 2017": ["111110", "111120"], "NAICS 2022": ["111130", "111110"]})
    monkeypatch.setattr("industria.study.check.LISTS", lists)
    monkeypatch.setattr("industria.release._mocked.LISTS", lists)
    monkeypatch.setattr(sys.modules["industria.release.doctor"], "LISTS", lists)
    text = TEXT.replace('values = ["a", "b", "c"]', 'type = "text", classification = "NAICS 2017"')
    packed = open_pack(pack(small_network(tmp_path, text), out=tmp_path / "x.pack"))
    coded = FIRMS.replace(",a,", ",111110,").replace(",b,", ",111130,").replace(",c,", ",111130,")
    (tmp_path / "firms.csv").write_text(coded)
    dtypes = {"reader": {"types": {"sector": "text"}}}

    (one,) = doctor(
        packed, {"firms": tmp_path / "firms.csv"}, answers={"firms": {**ANSWERS["firms"], **dtypes}}
    ).troubles

    assert (one.rule, one.rows, one.positions) == ("vintage", 8, (3, 4, 5, 6, 9))
    assert one.words == {
        "classification": "NAICS 2017",
        "share": "33%",
        "better": "NAICS 2022",
        "better_share": "100%",
    }


def test_coverage_leaves_out_cells_that_would_tell_a_unit(look: Look) -> None:
    (covered,) = look().covered
    cells = collect(look().coverage).to_pylist()

    # Small firms of 2019: 12 + 20 + 38 + 12 of 100; the two large ones are too few to be told.
    assert [cell["share"] for cell in cells] == pytest.approx([0.82, None, 87 / 120, None], nan_ok=True)
    assert cells[0]["micro"] == 82
    assert (covered.median, covered.n_few) == (pytest.approx((0.82 + 87 / 120) / 2), 2)
    assert covered.summary()["median"] == 0.77


@pytest.mark.parametrize(("factor", "rule"), [(1e-3, "thousands"), (1e-6, "millions")])
def test_units_in_thousands(packed: Pack, tmp_path: Path, factor: float, rule: str) -> None:
    rows = pd.read_csv(io.StringIO(FIRMS))
    rows[["home", "abroad", "sales"]] *= factor
    rows.to_csv(tmp_path / "firms.csv", index=False)

    checkup = doctor(packed, {"firms": tmp_path / "firms.csv"}, answers=ANSWERS)

    assert [one.rule for one in checkup.troubles] == [rule]


def test_questions_must_be_answered(packed: Pack, tmp_path: Path) -> None:
    (tmp_path / "firms.csv").write_text(FIRMS)
    (tmp_path / "answers.toml").write_text('[firms]\npersons = "heads"\nframe = " "\n')

    checkup = doctor(packed, {"firms": tmp_path / "firms.csv"}, answers=tmp_path / "answers.toml")

    assert [(one.column, one.rule) for one in checkup.troubles] == [("frame", "unanswered")]
    assert checkup.exit_code == 3


@pytest.mark.parametrize("text", ["persons = 'heads'", "[firms", None])
def test_answers_that_cannot_be_read(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "answers.toml").write_text(text)

    with pytest.raises(PackError, match=r"answers\.toml"):
        read_answers(tmp_path / "answers.toml")


def test_sources_that_are_not_asked_for(packed: Pack, tmp_path: Path) -> None:
    with pytest.raises(PackError, match="'firm' is no source of it; it asks for firms"):
        doctor(packed, {"firm": tmp_path / "firms.csv"})
    with pytest.raises(PackError, match="it asks for firms; say --set firms=FILE"):
        doctor(packed, {})
    with pytest.raises(PackError, match=r"firms\.doc for 'firms' has no ending that is read"):
        doctor(packed, {"firms": tmp_path / "firms.doc"})
    with pytest.raises(MissingFileError):
        doctor(packed, {"firms": tmp_path / "firms.csv"})


def test_no_message_in_any_language_tells_a_value(look: Look) -> None:
    text = FIRMS.replace("f5,,2020", "f5,,2019").replace("f1,g1,2019,a,10", "f1,g1,2019,z,0").replace("8,38", "8,39")
    checkup = look(text, persons="")

    assert {"key", "values", "minimum", "adds_up", "unanswered"} <= {one.rule for one in checkup.troubles}
    for language in LANGUAGES:
        told = "\n".join(checkup.messages(language))
        assert len(told.splitlines()) == len(checkup.troubles)
        assert not [secret for secret in SECRETS if re.search(rf"\b{secret}\b", told)]
        assert "{" not in told


def test_the_machine_is_looked_over(look: Look) -> None:
    machine = {row["what"]: row for row in collect(look().machine).to_pylist()}

    assert machine["python"]["ok"]
    assert machine["lock"]["ok"]
    assert {"disk", "memory"} <= machine.keys()


def test_all_languages_have_all_words() -> None:
    def words(language: str) -> dict[str, set[str]]:
        text = (files("industria.release") / "messages" / f"{language}.toml").read_text("utf-8")
        return {key: set(re.findall(r"\{(\w+)\}", said)) for key, said in tomllib.loads(text).items()}

    assert all(words(language) == words("en") for language in LANGUAGES)

"""`industria sources` tells where tables can come from."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from industria.app._pull import parameters_in
from industria.app._source_list import INDEX, index, written
from industria.app._source_page import example_of
from industria.core.parameters import wrong_parameters
from industria.sources import find, names
from industria.sources.packages import FOLDERS
from industria.sources.reader import parameters_of, told_of
from industria.sources.store import Answer, Store
from industria.study.load import load
from tests.sources.official_files import RECORDED
from tests.sources.recorded import FIXTURES, Played, Reply, playing

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def _nothing_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("INDUSTRIA_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("INDUSTRIA_STORE", str(tmp_path / "store"))


@pytest.fixture
def pulled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Played]:
    """The O*NET Center, played: it has one archive of its database."""
    archive = tmp_path / "archive.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(RECORDED / "db_29_1_text" / "Work Styles.txt", "db_29_1_text/Work Styles.txt")
    with playing(lambda _: Reply(archive.read_bytes())) as played:
        monkeypatch.setenv("INDUSTRIA_ENDPOINT_ONET", played.endpoint)
        yield played


def test_lists_every_reader(industria: Call) -> None:
    code, out, _ = industria("sources")

    assert code == 0
    # A publisher, its terms, and its sources, each line further in.
    rows = [line.split() for line in out.splitlines() if line.startswith("    ")]
    packages = {f"packages.{package}_…" for package in FOLDERS}
    assert {row[0] for row in rows} == {name for name in names() if not name.startswith("packages.")} | packages
    assert all(len(row) > 2 for row in rows)


def test_the_list_is_that_of_the_readers() -> None:
    """`python -m industria.app._source_list` brings it up to date."""
    assert json.loads(INDEX.read_bytes()) == index()
    assert INDEX.read_text("utf-8") == written(index())


def test_the_list_loads_no_reader_and_no_library_of_tables(root: Path) -> None:
    heavy = "{'pyarrow', 'numpy', 'narwhals', 'duckdb', 'pydantic', 'industria.sources.bls'}"
    code = (
        "import sys; sys.argv = ['industria', 'sources']; from industria.app.main import main; main(); "
        f"assert not {heavy} & set(sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_the_sources_of_one_publisher_are_listed(industria: Call) -> None:
    _, out, _ = industria("sources", "packages")

    rows = [line.split()[0] for line in out.splitlines() if line.startswith("    ")]
    assert rows == [name for name in names() if name.startswith("packages.")]
    assert [one["name"] for one in json.loads(industria("sources", "oecd", "--json")[1])] == ["oecd.flow"]
    assert "Did you mean 'oecd'?" in industria("sources", "oced")[2]


def test_the_list_has_license_key_and_limits_of_each_publisher(industria: Call) -> None:
    lines = industria("sources")[1].splitlines()

    at = next(n for n, line in enumerate(lines) if line.startswith("    bls.series "))
    assert lines[at - 3 : at] == [
        "US Bureau of Labor Statistics",
        "  US Government work, public domain; key: optional; 5 calls a second, 500 calls a day, 50 series a",
        "  call",
    ]
    assert "  CC BY 4.0; key: none; 1 call a second, 60 calls an hour" in lines
    assert "  CC BY 4.0; key: none; 4 calls a minute, 10,000 rows a call" in lines
    assert max(len(line) for line in lines if "packages." not in line) <= 100


def test_tells_all_about_one(industria: Call) -> None:
    _, out, _ = industria("sources", "files.csv")

    assert out.startswith("files.csv(path, *, delimiter=None, decimal='.', ")
    assert "A CSV" in out or "a CSV" in out


def test_json_tells_the_parameters(industria: Call) -> None:
    (record,) = json.loads(industria("sources", "files.csv", "--json")[1])

    assert record["name"] == "files.csv"
    assert record["parameters"][0] == {"name": "path", "type": "text", "required": True, "default": None}


def test_names_the_nearest_reader(industria: Call) -> None:
    assert industria("sources", "files.cvs") == (2, "", "error: 'files.cvs' is no source. Did you mean 'files.csv'?\n")


def test_tells_the_terms_of_a_publisher_and_what_is_kept_of_it(
    industria: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("INDUSTRIA_STORE", str(tmp_path))
    request = {"method": "GET", "url": "https://apps.bea.gov/api/data", "body": None}
    Store.here().keep({"use": "bea.input_output"}, [Answer(request=request, content=b"{}")])

    (record,) = json.loads(industria("sources", "bea.input_output", "--json")[1])

    assert record["publisher"] == "US Bureau of Economic Analysis"
    assert record["license"] == "US Government work, public domain"
    assert (record["key"], record["registration"]) == ("required", "https://apps.bea.gov/API/signup/")
    assert record["limits"] == {"calls_per_second": 1.5}
    assert [one["bytes"] for one in record["kept"]] == [2]
    page = industria("sources", "bea.input_output")[1]
    assert "key           required" in page
    assert "mirrored      not a file" in page
    assert "limits        1.5 calls a second" in page


def test_tells_columns_with_units_and_lines_of_a_study(industria: Call) -> None:
    page = industria("sources", "bls.oews")[1]
    (record,) = json.loads(industria("sources", "bls.oews", "--json")[1])

    assert re.search(r"^employment_prse +fraction +relative standard error", page, re.M)
    assert 'use = "bls.oews"\nlevel = "sector"\nvintage = 2023\n' in page
    assert record["columns"][0] == {
        "name": "area",
        "meaning": "code of the place; 99 is the nation",
        "unit": "code",
    }
    assert record["example"] == {"level": "sector", "vintage": 2023}
    assert record["mirrored"] == "no"


@pytest.mark.parametrize("use", [name for name in names() if not name.startswith("packages.")])
def test_the_lines_of_a_study_are_ones_that_a_study_may_have(use: str, tmp_path: Path) -> None:
    lines = example_of(use, told_of(find(use)).example)
    (tmp_path / "study.toml").write_text(f'title = "A"\nquestion = "B"\n\n{lines}\n', encoding="utf-8")

    (source,) = load(tmp_path).file.sources.values()

    assert source.use == use
    assert source.parameters == told_of(find(use)).example
    if not use.startswith(("files.", "manual.")):
        assert not wrong_parameters(source.parameters, parameters_of(find(use)), use)


def test_exports_what_was_had(industria: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("INDUSTRIA_STORE", str(tmp_path / "store"))
    request = {"method": "GET", "url": "https://agency.example/a.csv", "body": None}
    question = {"publisher": "agency", "file": "a.csv", "url": request["url"]}
    Store.here().keep(question, [Answer(request=request, content=b"a\n1\n")])

    code, out, _ = industria("sources", "export", str(tmp_path / "enclave"))

    assert code == 0
    assert out.startswith("a.csv\nINDUSTRIA_OFFLINE=1 INDUSTRIA_MIRROR=")
    assert (tmp_path / "enclave" / "mirror" / "agency" / "a.csv").read_bytes() == b"a\n1\n"
    assert industria("sources", "export")[0] == 2
    assert industria("sources", "files.csv", str(tmp_path))[0] == 2


def test_a_publishers_file_is_pulled_exported_and_read_on_another_machine(
    industria: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, pulled: Played
) -> None:
    words = ("table=Work Styles", "vintage=29.1")
    code, out, _ = industria("sources", "pull", "onet.database", *words, "--json")
    (had,) = json.loads(out)
    assert (code, had["vintage"], had["error"]) == (0, "29.1", None)
    assert Path(had["path"]).is_relative_to(tmp_path / "store")
    assert industria("sources", "export", tmp_path / "enclave")[0] == 0

    shutil.rmtree(tmp_path / "store")
    monkeypatch.setenv("INDUSTRIA_OFFLINE", "1")
    monkeypatch.setenv("INDUSTRIA_MIRROR", str(tmp_path / "enclave" / "mirror"))
    monkeypatch.setenv("INDUSTRIA_STORE", str(tmp_path / "enclave" / "store"))
    code, out, _ = industria("sources", "pull", "onet.database", *words)

    assert code == 0
    assert out.splitlines()[0] == "onet.database"
    assert f"  sha256   {had['sha256']}" in out.splitlines()
    assert [asked.path for asked in pulled.asked] == ["/dl_files/database/db_29_1_text.zip"]


def test_answers_of_an_interface_are_pulled_exported_and_read_on_another_machine(
    industria: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with playing(lambda _: Reply((FIXTURES / "world_bank_indicator.json").read_bytes())) as bank:
        monkeypatch.setenv("INDUSTRIA_ENDPOINT_WORLD_BANK", bank.endpoint)
        (had,) = json.loads(industria("sources", "pull", "world_bank.indicator", "--json")[1])
    assert industria("sources", "export", tmp_path / "enclave")[0] == 0

    shutil.rmtree(tmp_path / "store")
    monkeypatch.setenv("INDUSTRIA_OFFLINE", "1")
    monkeypatch.setenv("INDUSTRIA_STORE", str(tmp_path / "enclave" / "store"))
    (again,) = json.loads(industria("sources", "pull", "world_bank.indicator", "--json")[1])

    assert (again["sha256"], again["bytes"]) == (had["sha256"], had["bytes"])
    assert len(bank.asked) == 1
    page = industria("sources", "world_bank.indicator")[1]
    assert page.startswith("world_bank.indicator(*, indicator, start, end, countries=('all',), as_of=None)")
    assert "mirrored   not a file" in page
    assert f"bytes, sha256 {had['sha256'][:12]}…" in page


def test_a_publisher_is_asked_again_where_a_fresh_answer_is_wanted(
    industria: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answers = iter((FIXTURES / "world_bank_indicator.json").read_bytes() + b" " * n for n in range(3))
    shutil.copytree(RECORDED, tmp_path / "mirror")
    monkeypatch.setenv("INDUSTRIA_MIRROR", str(tmp_path / "mirror"))
    with playing(lambda _: Reply(next(answers))) as bank:
        monkeypatch.setenv("INDUSTRIA_ENDPOINT_WORLD_BANK", bank.endpoint)
        monkeypatch.setenv("INDUSTRIA_ENDPOINT_BLS", bank.endpoint)
        monkeypatch.setenv("INDUSTRIA_CONTACT", "a@example.org")
        for words in ((), (), ("--fresh",)):
            assert industria("sources", "pull", "world_bank.indicator", *words)[0] == 0
        assert len(bank.asked) == 2
        # The mirror's file would do, and is not what is asked for; what comes is no archive.
        code, _, err = industria("sources", "pull", "bls.oews", "vintage=2021", "--fresh")

    ((_, newest),) = Store.here().questions()
    assert newest.number == 2
    assert (code, bank.asked[-1].path) == (4, "/oes/special-requests/oesm21nat.zip")
    assert "zip" in err
    monkeypatch.setenv("INDUSTRIA_OFFLINE", "1")
    assert industria("sources", "pull", "world_bank.indicator", "--fresh")[0] == 4


def test_a_file_of_the_mirror_is_pulled_under_the_day_it_was_had(
    industria: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("INDUSTRIA_STORE", str(tmp_path / "store"))
    shutil.copytree(RECORDED, tmp_path / "mirror")
    os.utime(tmp_path / "mirror" / "national_May2021_dl.csv", (1_700_000_000, 1_700_000_000))
    monkeypatch.setenv("INDUSTRIA_MIRROR", str(tmp_path / "mirror"))

    for _ in range(2):
        assert industria("sources", "pull", "bls.oews", "vintage=2021")[0] == 0

    ((question, snapshot),) = Store.here().questions()
    assert (question["file"], snapshot.number) == ("national_May2021_dl.csv", 1)
    assert snapshot.retrieved.startswith("2023-11-14")
    assert json.loads(industria("sources", "bls.oews", "--json")[1])[0]["kept"][0]["file"] == question["file"]


def test_what_cannot_be_had_ends_with_4_and_does_not_keep_the_others_from_it(
    industria: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("INDUSTRIA_OFFLINE", "1")
    monkeypatch.setenv("INDUSTRIA_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("INDUSTRIA_MIRROR", str(RECORDED))
    (tmp_path / "study.toml").write_text(
        'title = "A"\nquestion = "B"\n[sources.away]\nuse = "bls.oews"\nvintage = 2022\n'
        '[sources.here]\nuse = "bls.oews"\nvintage = 2021\n',
        encoding="utf-8",
    )

    code, out, err = industria("sources", "pull", "--study", tmp_path)

    assert code == 4
    assert out.splitlines()[:2] == ["away (bls.oews)  not had", "here (bls.oews)"]
    assert "error: source 'away': " in err
    assert "national_M2022_dl.xlsx" in err
    assert industria("sources", "pull", "bls.oews", "vintage=2022")[0] == 4
    assert len(Store.here().questions()) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("pull",), "takes a reader"),
        (("pull", "bls.oews", "2023"), "'2023' is no parameter; write name=value"),
        (("pull", "bls.oews", "vintag=2023"), "Did you mean 'vintage'?"),
        (("pull", "bls.oews", "vintage=May"), "takes a whole number, got 'May'"),
        (("pull", "bls.oew"), "Did you mean 'bls.oews'?"),
        (("bls.oews", "--study", "x"), "--study and --fresh are for"),
    ],
)
def test_words_that_are_wrong_end_with_2(industria: Call, words: tuple[str, ...], said: str) -> None:
    code, _, err = industria("sources", *words)

    assert code == 2
    assert said in err


def test_parameters_are_read_as_a_person_types_them() -> None:
    words = ["indicator=NV.IND", "start=2000", "--end=2001", "countries=BRA,TUR"]

    assert parameters_in(words, find("world_bank.indicator")) == {
        "indicator": "NV.IND",
        "start": 2000,
        "end": 2001,
        "countries": ["BRA", "TUR"],
    }
    asked = parameters_in(["dataset=x", 'filters={geo=["EL"]}', "start=2015"], find("eurostat.dataset"))
    assert asked == {"dataset": "x", "filters": {"geo": ["EL"]}, "start": "2015"}
    # A table called 1.2 is no number.
    assert parameters_in(["table=1.2"], find("bls.projections")) == {"table": "1.2"}

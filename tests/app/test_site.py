"""The commands of a network: pack, mock, doctor and run at a site, where no value of a record is printed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from industria.release import make_key
from tests.release.small_network import FIRMS, TEXT, small_network
from tests.study.small import MEASURES

Call = Callable[..., tuple[int, str, str]]

ANSWERS = '[firms]\npersons = "heads"\nframe = "all"\n'
SECRETS = re.compile(r"\b(f[1-6]|g1|900|950|110)\b")
BRIEF = """# Sales

In {{ date("2019") }}, {{ spread[sort=goods,column=sales].n | integer }} rows are of goods.

{% unknowns %}
- Nothing is known of next year.
{% endunknowns %}
"""


@pytest.fixture
def site(tmp_path: Path, industria: Call) -> Path:
    """A folder with a pack, the data of a site, and its answers."""
    small_network(tmp_path)
    (tmp_path / "answers.toml").write_text(ANSWERS)
    assert industria("pack", tmp_path / "sales", "--out", tmp_path / "sales.pack")[0] == 0
    return tmp_path


def sets(site: Path) -> list[object]:
    return ["--set", f"firms={site / 'site.csv'}", "--answers", site / "answers.toml"]


def test_pack_says_what_each_site_brings(site: Path, industria: Call) -> None:
    key = site / "hub.key"
    public = make_key(key)
    code, out, _ = industria("pack", site / "sales", "--out", site / "signed.pack", "--key", key, "--json")

    told = json.loads(out)
    assert (code, told["sources"], told["steps"], told["hub"]) == (0, ["firms"], ["grouped", "spread"], public)
    assert "not signed" in industria("pack", site / "sales", "--out", site / "sales.pack")[1]


def test_mock_draws_and_says_what_comes_next(site: Path, industria: Call) -> None:
    code, out, _ = industria("mock", site / "sales.pack", "--out", site / "mock")

    assert code == 0
    assert "Synthetic data: these are not real firms" in out
    assert (site / "mock" / "firms.parquet").is_file()
    words = ["--set", f"firms={site / 'mock' / 'firms.parquet'}", "--out", site / "tried"]
    assert industria("run", site / "sales.pack", *words, "--answers", site / "answers.toml")[0] == 0
    record = json.loads((site / "tried" / "run" / "run.json").read_text())
    assert all(step["synthetic"] for step in record["steps"])


def test_doctor_of_a_site_that_is_ready(site: Path, industria: Call) -> None:
    code, out, _ = industria("doctor", site / "sales.pack", *sets(site))

    assert code == 0
    assert "Contract kept: 12 rows of firms." in out
    assert "the records cover 77% of the official totals" in out
    assert not SECRETS.search(out)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "name a row once"),
        ("pt-BR", "uma única linha"),
        ("tr", "tek bir satırı"),
        ("ms", "satu baris"),
        ("es", "sola fila"),
    ],
)
def test_doctor_speaks_of_a_broken_contract_without_a_value(
    site: Path, industria: Call, language: str, said: str
) -> None:
    (site / "site.csv").write_text(FIRMS.replace("f5,,2020", "f5,,2019").replace("8,38", "8,39"))

    code, out, err = industria("doctor", site / "sales.pack", *sets(site), "--language", language)
    told = json.loads(industria("doctor", site / "sales.pack", *sets(site), "--json")[1])

    assert code == 3
    assert said in out
    assert not SECRETS.search(out + err + json.dumps(told))
    assert [(one["rule"], one["rows"], one["positions"]) for one in told["problems"]] == [
        ("adds_up", 1, "9"),
        ("key", 2, "9, 10"),
    ]
    code, out, err = industria("run", site / "sales.pack", *sets(site), "--out", site / "out", "--language", language)
    assert (code, out) == (3, "")
    assert said in err
    assert not SECRETS.search(err)
    assert not (site / "out").exists()


def test_run_writes_into_a_folder_that_stays(site: Path, industria: Call) -> None:
    (site / "sales" / "brief.md").write_text(BRIEF)
    industria("pack", site / "sales", "--out", site / "sales.pack")
    code, out, err = industria("run", site / "sales.pack", *sets(site), "--out", site / "out")

    assert code == 0
    assert not SECRETS.search(out + err)
    assert "Confidential" in (site / "out" / "CONFIDENTIAL.md").read_text()
    assert (site / "out" / "run" / "brief.html").is_file()
    record = json.loads((site / "out" / "run" / "run.json").read_text())
    assert record["pack"]["definitions"]["firms.persons"] == "heads"
    assert record["pack"]["coverage"] == {"firms.sales": 0.77}
    assert record["study"]["sha256"] == hashlib.sha256((site / "sales" / "study.toml").read_bytes()).hexdigest()
    # The same pack again takes what stands from the store.
    assert "unchanged" in industria("run", site / "sales.pack", *sets(site), "--out", site / "out")[2]


def test_what_a_step_says_of_records_stays_at_the_site(site: Path, industria: Call) -> None:
    sql = TEXT.replace("SELECT firm, year,", "SELECT CAST(firm AS INTEGER) AS firm, year,")
    small_network(site, sql)
    industria("pack", site / "sales", "--out", site / "sales.pack")

    code, out, err = industria("run", site / "sales.pack", *sets(site), "--out", site / "out")

    assert code == 1
    assert "step 'grouped'" in err
    assert not SECRETS.search(out + err)
    assert "f1" in (site / "out" / "confidential-error.txt").read_text()


def test_local_code_is_refused_where_a_site_says_so(site: Path, industria: Call) -> None:
    text = TEXT.replace('use = "tables.summary"', 'use = "./measures.py:means"').replace(
        'columns = ["sales"]', 'outcome = "sales"'
    )
    text = text.replace('records = "grouped"\n', 'firms = "grouped"\n').replace(
        'by = ["sort"]\nunit = "firm"\nholding = "owner"\n', ""
    )
    text = text.replace("sales FROM firms", "groups.sector, sales FROM firms").replace(
        'firms."group" AS owner', "1 AS one"
    )
    study = small_network(site, text).folder
    (study / "measures.py").write_text(MEASURES)
    assert industria("pack", study, "--out", site / "sales.pack")[0] == 0

    code, _, err = industria("run", site / "sales.pack", *sets(site), "--out", site / "out", "--no-local-code")

    assert (code, "--no-local-code" in err) == (2, True)
    assert industria("run", site / "sales.pack", *sets(site), "--out", site / "out")[0] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--set", "firms"], "is not SOURCE=FILE"),
        (["--set", "firms=a.csv", "--set", "firms=b.csv"], "names 'firms' twice"),
        (["--set", "firm=a.csv"], "'firm' is no source of it; it asks for firms. Did you mean 'firms'?"),
        ([], "it asks for firms; say --set firms=FILE"),
    ],
)
def test_wrong_words(site: Path, industria: Call, words: list[str], said: str) -> None:
    for command in (["doctor", site / "sales.pack"], ["run", site / "sales.pack", "--out", site / "out"]):
        code, _, err = industria(*command, *words)
        assert (code, said in err) == (2, True)


def test_folders_that_are_refused(site: Path, industria: Call) -> None:
    (site / "full").mkdir()
    (site / "full" / "thesis.tex").write_text("")

    assert "say --out FOLDER" in industria("run", site / "sales.pack", *sets(site))[2]
    assert (
        "is not empty, and no run of a pack"
        in industria("run", site / "sales.pack", *sets(site), "--out", site / "full")[2]
    )
    assert "is no pack" in industria("run", site / "sales", *sets(site))[2]
    assert "is no pack" in industria("doctor", site / "sales", *sets(site))[2]
    assert "cannot be read" in industria("run", site / "gone.pack", *sets(site), "--out", site / "out")[2]


def test_only_signed_packs_where_a_site_says_so(site: Path, industria: Call) -> None:
    (site / "trust").write_text("ab" * 32)

    code, _, err = industria("run", site / "sales.pack", *sets(site), "--out", site / "out", "--trust", site / "trust")

    assert (code, "is not signed by a key that is trusted here" in err) == (2, True)

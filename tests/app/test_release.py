"""`industria release` and `industria attack`: what leaves is said in three lines, and nothing else is."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from industria.release.keys import make_key
from industria.study.load import load
from industria.study.run import run
from tests.app.conftest import Call

STUDY = """
title = "Sales"
question = "Who sells?"

[sources.firms]
use = "files.csv"
path = "firms.csv"

[[step]]
name = "sales"
use = "tables.magnitude_table"
records = "firms"
variable = "sales"
by = ["industry", "region"]
unit = "firm"

[[step]]
name = "list"
use = "tables.query"
firms = "firms"
sql = "SELECT firm, sales FROM firms"

[[claim]]
says = "Industry b sells more than nothing in the south"
value = 'sales[industry=b,region=south].value'
above = 0
"""

POLICY = "threshold = 3\np = 0.137\n"
# Industry b has two firms in the south; its other cells have four or more, alike in size.
CELLS = {
    ("a", "north"): 5,
    ("a", "south"): 4,
    ("b", "north"): 6,
    ("b", "south"): 2,
    ("c", "north"): 4,
    ("c", "south"): 5,
}
SECRET = 2 * 1003.5  # what b sells in the south


@pytest.fixture
def study(tmp_path: Path) -> Path:
    rows, i = [], 0
    for (industry, region), n in CELLS.items():
        for _ in range(n):
            rows.append(f"quille-{i},{industry},{region},{1003.5 if (industry, region) == ('b', 'south') else 900 + i}")
            i += 1
    folder = tmp_path / "sales of firms"
    folder.mkdir()
    (folder / "firms.csv").write_text("firm,industry,region,sales\n" + "\n".join(rows) + "\n", encoding="utf-8")
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    (folder / "rules.toml").write_text(POLICY, encoding="utf-8")
    run(load(folder))
    return folder


@pytest.fixture
def key(tmp_path: Path) -> Path:
    make_key(tmp_path / "site.key")
    return tmp_path / "site.key"


def sealed(industria: Call, study: Path, key: Path, *more: object) -> tuple[Path, str]:
    out = study.parent / "out"
    code, told, wrong = industria("release", study, "--policy", "rules.toml", "--out", out, "--key", key, *more)
    assert (code, wrong) == (0, "")
    (path,) = out.glob("*.release")
    return path, told


def test_a_release_ends_with_three_lines(industria: Call, study: Path, key: Path) -> None:
    path, told = sealed(industria, study, key, "--site", "here")
    lines = told.splitlines()

    assert path.name.startswith("sales-of-firms-here-")
    assert [line.split(":")[0] for line in lines[-3:]] == ["left", "withheld", "narrowest"]
    assert re.fullmatch(r"withheld: 4 \(1 by a rule, 3 to protect them\).*", lines[-2])


@pytest.mark.parametrize(
    ("language", "left", "says"),
    [
        ("pt-BR", "saíram: ", "4 de 12 células retidas. Sob as regras citadas, quem de fora resolver"),
        ("tr", "çıkan: ", "12 hücreden 4 tanesi gizlendi. Yukarıda anılan kurallar altında"),
        ("ms", "keluar: ", "4 daripada 12 sel ditahan. Di bawah peraturan yang dinamakan"),
        ("es", "salieron: ", "4 de 12 celdas retenidas. Con las reglas nombradas, quien desde fuera resuelva"),
    ],
)
def test_a_site_reads_it_in_its_language(
    industria: Call, study: Path, key: Path, language: str, left: str, says: str
) -> None:
    english = industria("release", study, "--policy", "rules.toml")[1].splitlines()

    _, told = sealed(industria, study, key, "--language", language)
    lines = told.splitlines()

    assert lines[-3].startswith(left)
    assert lines[-4].startswith(says)
    # The numbers are those of the English lines.
    for said, other in zip(lines[-3:], english[-3:], strict=True):
        assert sorted(re.findall(r"\d+", said)) == sorted(re.findall(r"\d+", other))


def test_a_refusal_says_in_the_language_of_the_site_that_nothing_was_written(industria: Call, study: Path) -> None:
    code, told, complaint = industria("release", study, "--policy", "rules.toml", "--strict", "--language", "es")

    assert (code, told) == (7, "")
    assert "el paso 'sales': 4 de 12 filas no pueden salir" in complaint
    assert "se pidió el modo estricto" in complaint
    assert complaint.rstrip().endswith("No se escribió nada.")


def test_a_refused_policy_is_refused_in_the_language_of_the_site(industria: Call, study: Path) -> None:
    (study / "rules.toml").write_text("thresold = 3\np = 85\n", encoding="utf-8")

    code, _, complaint = industria("release", study, "--policy", "rules.toml", "--language", "pt-BR")

    assert code == 2
    assert complaint.count("política: ") == 2
    assert "85 não é fração entre 0 e 1" in complaint
    assert "'thresold' não é campo de uma política" in complaint
    assert "Quis dizer 'threshold'?" in complaint


def test_without_a_folder_nothing_is_sealed(industria: Call, study: Path) -> None:
    code, told, _ = industria("release", study, "--policy", "rules.toml")

    assert code == 0
    assert "sealed" not in told
    assert not list(study.parent.rglob("*.release"))


def test_json_is_the_certificate(industria: Call, study: Path) -> None:
    code, told, _ = industria("release", study, "--policy", "rules.toml", "--json")

    assert code == 0
    assert {"format", "rules", "counts", "attack", "not_checked", "statement"} <= json.loads(told).keys()


def test_a_study_names_its_own_policy(industria: Call, study: Path) -> None:
    text = (study / "study.toml").read_text(encoding="utf-8")
    (study / "study.toml").write_text(
        f'{text}\n[release]\npolicy = "rules.toml"\nsteps = ["sales"]\n', encoding="utf-8"
    )
    run(load(study))

    assert industria("release", study)[0] == 0


def test_strict_lists_all_that_does_not_leave(industria: Call, study: Path) -> None:
    text = (study / "study.toml").read_text("utf-8")
    (study / "study.toml").write_text(f'{text}\n[release]\nsteps = ["sales", "list"]\n', encoding="utf-8")
    run(load(study))

    code, told, complaint = industria("release", study, "--policy", "rules.toml", "--strict")

    assert (code, told) == (7, "")
    assert "and 1 more step does not leave whole; strict was asked for" in complaint
    assert "step 'list': does not leave: " in complaint
    assert "step 'sales': 4 of 12 rows may not leave: threshold, p" in complaint


def test_what_is_withheld_is_told_by_its_reason(industria: Call, study: Path) -> None:
    """By a rule on contributors, to protect others, by rules of statistics, and since it follows."""
    more = """
[[step]]
name = "typical"
use = "tables.percentile_table"
records = "firms"
variable = "sales"
by = ["industry", "region"]
unit = "firm"

[[step]]
name = "in_thousands"
use = "tables.query"
sales = "sales"
sql = "SELECT industry, region, value / 1000 AS value FROM sales"

[release]
steps = ["sales", "typical", "in_thousands"]
"""
    (study / "study.toml").write_text(
        (study / "study.toml").read_text("utf-8").replace("[[claim]]", f"{more}\n[[claim]]"), encoding="utf-8"
    )
    run(load(study))

    code, told, _ = industria("release", study, "--policy", "rules.toml")

    assert code == 0
    found = re.search(
        r"withheld: (\d+) \((\d+) by a rule, (\d+) to protect them, (\d+) statistics by rules of their own\)"
        r"; (\d+) rows that follow from these",
        told,
    )
    assert found is not None, told
    whole, rule, protection, statistics, follow = map(int, found.groups())
    assert (rule, protection, follow) == (1, 3, 4)
    assert statistics > 0
    assert whole == rule + protection + statistics


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "by which rules?"),
        (("--policy", "acro-2"), 2, "Did you mean 'acro-1'"),
        (("--policy", "absent.toml"), 4, "absent.toml"),
        (("--policy", "handbook"), 2, "say p"),
        (("--policy", "rules.toml", "--strict"), 7, "strict was asked for"),
        (("--policy", "rules.toml", "--note", "x"), 2, "takes no --note"),
    ],
)
def test_a_release_that_is_asked_for_wrongly_says_why(
    industria: Call, study: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    found, _, wrong = industria("release", study, *words)

    assert found == code
    assert said in wrong


def test_a_run_of_another_study_is_refused(industria: Call, study: Path) -> None:
    with (study / "study.toml").open("a", encoding="utf-8") as file:
        file.write("\n# another thought\n")

    code, _, wrong = industria("release", study, "--policy", "rules.toml")

    assert code == 7
    assert "has changed since" in wrong


def test_nothing_half_sealed_is_left_when_it_is_stopped(
    industria: Call, study: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    # The package holds the function under the name of its module.
    monkeypatch.setattr(sys.modules["industria.release.release"], "certificate", stop)
    code, told, _ = industria("release", study, "--policy", "rules.toml", "--out", study.parent / "out", "--key", key)

    assert code != 0
    assert "left" not in told
    assert not list((study.parent / "out").rglob("*"))


def test_an_unforeseen_error_keeps_its_words_at_the_site(
    industria: Call, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(*_: object, **__: object) -> None:
        raise RuntimeError("firm quille-17 sells 917")

    monkeypatch.setattr(sys.modules["industria.release.release"], "decided", fall)
    code, told, wrong = industria("release", study, "--policy", "rules.toml")

    assert code != 0
    assert "quille" not in told + wrong
    assert "917" not in told + wrong
    assert "quille-17" in (study / "site" / "confidential-error.txt").read_text(encoding="utf-8")


def test_no_secret_is_printed_or_sealed(industria: Call, study: Path, key: Path) -> None:
    """No firm, no withheld sum in any rounding, no parameter of a rule."""
    path, told = sealed(industria, study, key)
    with ZipFile(path) as members:
        texts = [members.read(name).decode() for name in members.namelist() if name.endswith((".json", ".html"))]

    for text in (told, *texts):
        assert "quille" not in text
        for secret in ("2007", "2,007", "2.007", "0.137", ".137", "0,137", "13.7"):
            assert not re.search(rf"(?<![\w]){re.escape(secret)}(?!\d)", re.sub(r"[0-9a-f]{40,}", "", text)), secret


def test_an_attack_writes_one_line_a_cell(industria: Call, study: Path, key: Path) -> None:
    path, _ = sealed(industria, study, key)

    code, told, _ = industria("attack", path)
    lines = told.splitlines()

    assert code == 0
    assert len(lines) == 6
    assert [line[:15] for line in lines[:4]] == ["sales[industry="] * 4
    assert "--site-folder" in lines[4]
    assert lines[-1] == "0 exact, 0 under-protected"


def test_with_the_folder_of_the_site_an_attack_knows_what_was_required(industria: Call, study: Path, key: Path) -> None:
    path, _ = sealed(industria, study, key)

    code, told, _ = industria("attack", path, "--site-folder", study / "site", "--json")
    found = json.loads(told)
    primary = [row for row in found["cells"] if row["required_high"] is not None]

    assert code == 0
    assert (found["attacked"], found["exact"], found["under_protected"]) == (4, 0, 0)
    assert [row["value"] for row in primary] == [pytest.approx(SECRET)]
    assert all(row["low"] <= row["value"] <= row["high"] for row in found["cells"])


def test_a_number_of_a_release_is_explained_without_the_site(industria: Call, study: Path, key: Path) -> None:
    path, _ = sealed(industria, study, key)
    for left in (*study.rglob("*.parquet"), study / "firms.csv"):
        left.unlink()

    code, told, _ = industria("explain", path, "sales[industry=b,region=Total].value", "--json")
    known = json.loads(told)
    hidden = json.loads(industria("explain", path, "sales[industry=b,region=south].value", "--json")[1])

    # Nine firms stand before those of b; six of it are in the north.
    whole = sum(900 + i for i in range(9, 15)) + SECRET
    assert (code, known["value"], known["measure"]) == (0, whole, "tables.magnitude_table")
    assert (hidden["value"], hidden["withheld"]) == (None, True)
    assert "value       withheld" in industria("explain", path, "sales[industry=b,region=south].value")[1]
    assert industria("explain", path, "sale[industry=b].value")[0] == 2


def test_a_changed_file_is_not_attacked_but_refused(industria: Call, study: Path, key: Path) -> None:
    path, _ = sealed(industria, study, key)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    assert industria("attack", path)[0] == 7


def test_a_key_and_a_second_signature(industria: Call, study: Path, key: Path, tmp_path: Path) -> None:
    path, _ = sealed(industria, study, key)

    assert industria("release", "key", tmp_path / "second.key")[0] == 0
    code, _, wrong = industria(
        "release", "approve", path, "--key", tmp_path / "second.key", "--note", "tables looked at"
    )

    assert (code, wrong) == (0, "")
    assert industria("release", "approve", path)[0] == 2

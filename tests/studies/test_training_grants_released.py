"""The training grants under the rules of ACRO: what leaves, and that nothing else does."""

from __future__ import annotations

import io
import json
import re
import shutil
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from industria.brief import numbers
from industria.study.load import load
from industria.study.record import Run
from industria.study.run import run
from tests.app.conftest import Call, industria

__all__ = ["industria"]

STUDY = Path(__file__).parents[2] / "studies" / "training-grants"

RULES = "acro-1"
UNIT_LEVEL = ("without_one", "year_after")
SOUGHT = 100
"""Withheld numbers that are looked for, at least: a test that finds none of none says nothing."""


@dataclass(frozen=True)
class Left:
    """What a release printed, what its reader reaches, and the files that it sealed."""

    said: str
    reached: dict[str, Any]
    members: dict[str, bytes]

    def table(self, step: str) -> list[dict[str, object]]:
        return list(pq.read_table(io.BytesIO(self.members[f"tables/{step}.parquet"])).to_pylist())


@dataclass(frozen=True)
class Example:
    """A copy of the study and its run."""

    folder: Path
    run: Run


@pytest.fixture
def example(tmp_path: Path) -> Example:
    """The study with fewer draws, which decide nothing here, run without its brief, which a release writes anew."""
    folder = tmp_path / STUDY.name
    folder.mkdir()
    for name in ("brief.md", "brief.pt-BR.md", "measures.py"):
        shutil.copy(STUDY / name, folder)
    text = (STUDY / "study.toml").read_text(encoding="utf-8")
    (folder / "study.toml").write_text(text.replace("49999", "199"), encoding="utf-8")
    return Example(folder, run(load(folder)))


@pytest.fixture
def left(example: Example, industria: Call, tmp_path: Path) -> Left:
    assert industria("release", "key", tmp_path / "key")[0] == 0
    words = ("--policy", RULES, "--site", "michigan", "--out", tmp_path / "out", "--key", tmp_path / "key")
    code, said, wrong = industria("release", example.folder, *words)
    assert (code, wrong) == (0, "")
    (path,) = (tmp_path / "out").glob("*.release")
    assert industria("attack", path, "--site-folder", example.folder / "site")[0] == 0
    with ZipFile(path) as file:
        members = {name: file.read(name) for name in file.namelist()}
    return Left(said, json.loads(industria("attack", path, "--json")[1]), members)


def test_estimates_leave_and_single_plants_do_not(example: Example, left: Left) -> None:
    """One release serves all questions: it takes seconds."""
    _estimates_leave(example, left)
    _nothing_of_single_plants(left)
    _two_groups_tell_no_third(left)
    _the_brief_reads_well(left)
    _the_reader_reaches_what_the_certificate_says(left)
    _no_withheld_number(example, left)


def _estimates_leave(example: Example, left: Left) -> None:
    for row in left.table("effect"):
        told = example.run.value(f"effect[term={row['term']}].estimate").value
        assert row["estimate"] == pytest.approx(told, rel=1e-11)
        assert row["status"] == "published"
    assert 'data-address="effect.df">53</data>' in left.members["brief/brief.en.html"].decode()


def _two_groups_tell_no_third(left: Left) -> None:
    """All treated less one cohort of them would be the other: its number, and its hours of training before."""
    told = {(row["cohort"], row["year"]): row for row in left.table("mean_hours")}
    later, first = told["grant in 1989", "1987"], told["grant in 1988", "1987"]
    both = {row["column"]: row for row in left.table("baseline")}["training_hours_per_employee"]
    for cohort in (first, later):
        assert None in (both["n_treated"], cohort["count"])
        assert None in (both["mean_treated"], both["n_treated"], cohort["value"], cohort["count"])
    compared = {row["column"]: row for row in left.table("cohort_of_1988")}["change_to_1988"]
    assert None not in compared.values()


def _nothing_of_single_plants(left: Left) -> None:
    """The survey numbers its plants by six digits."""
    for step in UNIT_LEVEL:
        assert not [name for name in left.members if name.startswith(f"tables/{step}.")]
    for name, content in left.members.items():
        if not name.endswith(".parquet"):
            assert not re.search(r"(?<![\w.])4(?:10|18|19)\d{3}(?!\w)", content.decode("utf-8", "ignore")), name
    assert not re.search(r"(?<!\w)4(?:10|18|19)\d{3}(?!\w)", left.said)


def _the_brief_reads_well(left: Left) -> None:
    english, portuguese = (left.members[f"brief/brief.{code}.html"].decode() for code in ("en", "pt-BR"))

    assert '<strong>Two plants.</strong> <em class="withheld">withheld</em>' in english
    assert '<strong>Duas fábricas.</strong> <em class="withheld">não divulgado</em>' in portuguese
    assert 'Figure 3: <em class="withheld">withheld</em>' in english
    assert "of seven employees" not in english


def _no_withheld_number(example: Example, left: Left) -> None:
    """Not as bytes of either float, not as text in the digits that the brief of the site shows."""
    texts = {name: re.sub(r"[0-9a-f]{40,}", "", c.decode("utf-8", "ignore")) for name, c in left.members.items()}
    columns = {name: _floats(content) for name, content in left.members.items() if name.endswith(".parquet")}
    # Means of 1987 stand in two tables, and leave in the one that tells who stands behind them.
    means = [*left.table("mean_log_scrap"), *left.table("mean_hours")]
    known = {x for row in means for x in row.values() if isinstance(x, float)}
    hidden = [x for x in _withheld(example, left) if not any(abs(x - y) < 1e-9 for y in known)]
    assert len(hidden) > SOUGHT
    for number in hidden:
        for name, content in columns.items():
            assert struct.pack("<d", number) not in content, name
            assert struct.pack("<f", number) not in content, name
        for name in ("values.json", "certificate.json", "brief/brief.en.html", "brief/brief.pt-BR.html"):
            for digits in (5, 6, 9):
                for language in ("en", "pt-BR", "tr"):
                    assert numbers.number(number, digits, language=language) not in texts[name], (name, digits)


def _withheld(example: Example, left: Left) -> Iterator[float]:
    """List the numbers of the run that may not leave, and are no simple ones that anything may be."""
    for name in [member for member in left.members if re.fullmatch(r"tables/\w+\.parquet", member)]:
        step = Path(name).stem
        released = left.table(step)
        labels = [k for k, value in released[0].items() if isinstance(value, str) and k != "status"]
        there = {tuple(str(row[k]) for k in labels): row for row in example.run.table(step).to_pylist()}
        for row in released:
            before = there.get(tuple(str(row[k]) for k in labels), {})
            for column, value in before.items():
                # Of a p value that is nothing in all digits shown no page tells more than that.
                simple = isinstance(value, float) and ((value * 64).is_integer() or abs(value) < 1e-9)
                if isinstance(value, float) and row[column] is None and not simple:
                    yield value
    for step in UNIT_LEVEL:
        yield from (row["estimate"] for row in example.run.table(step).to_pylist())


def _floats(content: bytes) -> bytes:
    """Write a table without compression, its columns one after the other."""
    sink = pa.BufferOutputStream()
    pq.write_table(pq.read_table(io.BytesIO(content)), sink, compression="none", use_dictionary=False)
    return bytes(sink.getvalue())


def _the_reader_reaches_what_the_certificate_says(left: Left) -> None:
    told = json.loads(left.members["certificate.json"])
    narrowest = told["attack"]["narrowest"]
    ends = [(row["low"], row["high"]) for row in left.reached["cells"] if None not in (row["low"], row["high"])]

    # The certificate also knows what numbers of plants beside estimates tell; a reader of tables alone gets no further.
    least = min((high - low) / high for low, high in ends)
    assert least >= (narrowest["high"] - narrowest["low"]) / narrowest["high"] - 1e-9
    withheld = sum(of["withheld"] for of in told["counts"].values())
    assert left.reached["attacked"] + left.reached["not_attacked"] == withheld
    assert (
        f"{left.reached['not_attacked']} of the withheld are no sums of cells and were not attacked"
        in told["statement"]
    )

"""Numbers that go back to rows that were drawn: marked one by one, on every page, in every picture and file."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from industria.brief.compose import compose
from industria.brief.document import document
from industria.brief.figure import figure
from industria.brief.language import codes, speak
from industria.brief.shown import SIGN
from industria.brief.source import Source
from industria.core.result import Result, is_synthetic, with_mark
from industria.core.table import from_arrays
from industria.study.run import run
from tests.brief.conftest import Composed, grants_in
from tests.brief.test_html import Elements

WORDS = {code: speak(code).word("synthetic") for code in codes()}
ROWS = {"term": ["grant", "later"], "estimate": [0.2, 0.1], "low": [0.1, 0.0], "high": [0.3, 0.2]}


DRAWS = {
    "training": ('cites="Holzer et al. (1993)",', 'cites="Holzer et al. (1993)", synthetic=True,'),
    "effect": ('Example 14.1", design="associational"', 'Example 14.1", design="associational", synthetic=True'),
}


PORTUGUESE = """
O treinamento foi de {{ training[cohort="grant in 1988",year=1988].hours | number(1) }} horas.

{% figure "training", kind="slope", y="hours", group="cohort", n="n", zero=true,
   title="O treinamento subiu no ano do subsídio", description="Três linhas." %}

{% sources %}
"""


def written(folder: Path, synthetic: str, brief: tuple[str, str] = ("", "")) -> Composed:
    """Run the study of grants in which one measure draws its rows, with other words in its brief."""
    study = grants_in(folder)
    for name, (old, new) in (("measures.py", DRAWS[synthetic]), ("brief.md", brief)):
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    with (folder / "brief.pt-BR.md").open("a", encoding="utf-8") as file:
        file.write(PORTUGUESE)
    made = run(study, finish=compose)
    documents = {
        code: document(study, made, Source(path.read_text(encoding="utf-8"), path.name), code)
        for code, path in study.briefs.items()
    }
    return Composed(study, made, documents)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Composed:
    """A brief in which training is drawn, and effects are real."""
    return written(tmp_path_factory.mktemp("mixed"), "training")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Composed:
    """A brief in which the effects are drawn, and all that is computed of them."""
    return written(tmp_path_factory.mktemp("drawn"), "effect")


def numbers(html: str) -> list[tuple[str, bool]]:
    """List the numbers of a page by address, and whether a sign follows."""
    return re.findall(r'data-address="([^"]*)">[^<]*</data>(<sup class="synthetic")?', html)


def test_each_number_of_a_synthetic_step_is_marked_and_no_other(mixed: Composed) -> None:
    shown = [(address, bool(sign)) for address, sign in numbers(mixed.read("brief.html"))]

    assert {address.partition("[")[0].partition(".")[0] for address, sign in shown if sign} == {"training"}
    assert {address.partition("[")[0].partition(".")[0] for address, sign in shown if not sign} == {"effect", "change"}
    listed = {value["address"]: value["synthetic"] for value in mixed.run.record["values"]}
    assert {address.startswith("training") for address, marked in listed.items() if marked} == {True}
    assert not any(marked for address, marked in listed.items() if not address.startswith("training"))


def test_tables_claims_and_what_is_computed_of_drawn_rows_are_marked(drawn: Composed) -> None:
    html = drawn.read("brief.html")
    shown = [(address, bool(sign)) for address, sign in numbers(html)]

    assert all(sign != address.startswith("training") for address, sign in shown)
    table = re.findall(r'<div class="table">.*?</div>(?:<p class="note">.*?</p>)+', html, re.S)[0]
    assert f'<p class="note">{SIGN} {WORDS["en"]}</p>' in table
    claims = re.findall(r'<section class="claims".*?</section>', html, re.S)[0]
    assert claims.count('<sup class="synthetic"') == 2


def test_a_sign_is_read_aloud_as_a_word_and_explained_in_a_sentence(mixed: Composed) -> None:
    for code, name in (("en", "brief.html"), ("pt-BR", "brief.pt-BR.html")):
        signs = [sign for sign in Elements(mixed.read(name)).all("sup") if sign.get("class") == "synthetic"]
        assert signs
        for sign in signs:
            assert sign["aria-label"] == speak(code).word("synthetic_short")
            assert (sign["role"], sign["title"]) == ("img", WORDS[code])


@pytest.mark.parametrize(("code", "name"), [("en", "brief.html"), ("pt-BR", "brief.pt-BR.html")])
def test_the_page_says_so_above_everything_and_on_every_sheet_that_it_is_printed_on(
    mixed: Composed, code: str, name: str
) -> None:
    html = mixed.read(name)

    assert html.index(f'<p class="banner" role="note">{SIGN} {WORDS[code]}</p>') < html.index("<h1>")
    assert f'@bottom-left {{ content: "{SIGN} {WORDS[code]}"' in html
    cards = re.findall(r'<section class="card" id="v\d+"[^>]*>.*?</section>', html, re.S)
    told = ["<dd><code>training" in card for card in cards]
    assert [f"{SIGN} {WORDS[code]} (training)" in card for card in cards] == told
    assert {*told} == {True, False}
    assert f"<li>training: {SIGN} {WORDS[code]}</li>" in html


@pytest.mark.parametrize(("code", "name"), [("en", "brief.pdf"), ("pt-BR", "brief.pt-BR.pdf")])
def test_every_sheet_of_the_paper_says_so(mixed: Composed, code: str, name: str) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext, which reads the text of a PDF, is not installed")
    asked = ["pdftotext", "-raw", str(mixed.run.folder / name), "-"]
    *pages, _ = subprocess.run(asked, capture_output=True, check=True).stdout.decode().split("\f")

    assert pages
    assert all(f"{SIGN} {WORDS[code]}" in page.strip().splitlines()[0] for page in pages)
    assert f"36{speak(code).numbers['decimal']}0{SIGN}" in "".join(pages)
    assert not re.search(rf"22[.,]3%{SIGN}", "".join(pages))


def test_a_real_brief_has_no_mark_at_all(grants: Composed) -> None:
    for path in grants.run.folder.rglob("*"):
        if path.suffix in (".html", ".svg", ".csv"):
            assert SIGN not in path.read_text(encoding="utf-8")
            assert "Synthetic" not in path.read_text(encoding="utf-8")
    assert not grants.documents["en"].synthetic


def test_pictures_and_their_data_are_marked_where_their_rows_are(mixed: Composed) -> None:
    folder = mixed.run.folder / "figures"

    for code, suffix in (("en", ""), ("pt-BR", ".pt-BR")):
        picture = (folder / f"training{suffix}.svg").read_text(encoding="utf-8")
        assert f">{SIGN} {WORDS[code]}</text>" in picture
        assert f"{SIGN} {WORDS[code]}." in re.findall(r'aria-label="([^"]*)"', picture)[0]
        assert WORDS[code] not in (folder / f"effect{suffix}.svg").read_text(encoding="utf-8")
        with (folder / f"training{suffix}.csv").open(encoding="utf-8") as file:
            assert {row["synthetic"] for row in csv.DictReader(file)} == {"true"}
        assert "synthetic" not in (folder / f"effect{suffix}.csv").read_text(encoding="utf-8")
    page = mixed.read("brief.html")
    assert page.count(f">{SIGN} {WORDS['en']}</text>") == 2  # wide and narrow
    assert page.count(f"<caption>{SIGN} {WORDS['en']}</caption>") == 1


def test_a_real_figure_that_shows_a_drawn_value_is_marked(tmp_path: Path) -> None:
    drawn = 'confidence="training[cohort=never,year=1987].n"'
    made = written(tmp_path, "training", ('confidence="effect.confidence"', drawn)).documents["en"]

    assert [figure.alone.synthetic for figure in made.figures] == [True, True, False]


def test_a_word_that_a_drawn_value_chose_marks_the_brief(tmp_path: Path) -> None:
    """No number of the step is shown; the sentence stands by one all the same."""
    made = written(tmp_path, "training")
    chosen = Source('{% if training[cohort="never",year=1987].hours > 5 %}Much was trained.{% endif %}\n', "brief.md")

    told = document(made.study, made.run, chosen, "en")

    assert not told.numbers
    assert told.synthetic
    assert not document(made.study, made.run, Source("Nothing is shown.\n", "brief.md"), "en").synthetic


@pytest.mark.parametrize("code", codes())
@pytest.mark.parametrize("width", [720, 360])
def test_every_language_says_it_in_the_picture(code: str, width: int) -> None:
    real = figure(pa.table(ROWS), language=code, width=width)
    made = figure(Result(table=from_arrays(ROWS), synthetic=True), language=code, width=width, source="Nobody")

    # A long sentence is broken into lines on a phone.
    lines = re.findall(r">([^<>]+)</text>", made.svg())
    assert f"{SIGN} {WORDS[code]} Nobody" in " ".join(lines)
    assert made.height > real.height
    assert made.description.endswith(f"{SIGN} {WORDS[code]}.")
    assert WORDS[code] not in real.svg()
    assert made.png() != real.png()


@pytest.mark.parametrize(
    "data",
    [
        Result(table=from_arrays(ROWS), synthetic=True),
        Result(table=from_arrays(ROWS), synthetic=True).to_arrow(),
        Result(table=from_arrays(ROWS), synthetic=True).to_pandas(),
    ],
    ids=["a result", "its Arrow table", "its pandas frame"],
)
def test_a_figure_knows_a_marked_table_by_itself(data: Any) -> None:
    assert figure(data).synthetic
    assert figure(data, synthetic=False).synthetic
    assert is_synthetic(figure(data).data)


def test_of_a_table_that_cannot_tell_a_person_says_it() -> None:
    assert not figure(pd.DataFrame(ROWS)).synthetic
    assert figure(pd.DataFrame(ROWS), synthetic=True).synthetic


def test_files_of_rows_alone_get_a_column_that_no_other_column_hides() -> None:
    rows = pa.table({"synthetic": ["no", "no"]})

    assert with_mark(rows) is rows
    marked = with_mark(rows.replace_schema_metadata({"synthetic": "true"}))
    assert marked.to_pydict() == {"synthetic": ["no", "no"], "synthetic_": [True, True]}

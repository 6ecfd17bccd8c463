"""What may not leave is a word: in prose, in conditions, in tables and in figures."""

from __future__ import annotations

import pyarrow as pa
import pytest

from industria.brief.figure import figure
from industria.brief.inline import Text, plain
from industria.brief.language import speak
from industria.brief.prose import render
from industria.brief.shown import Number
from industria.brief.source import Source
from industria.brief.tables import table_block
from industria.brief.tags import TableUse
from industria.brief.withheld import Withheld, rows_withheld, words_for_gaps
from industria.core.value import Address, Value
from tests.brief.bound import value_at

HIDDEN = -0.34751


def find(address: Address) -> Value:
    """Withhold whatever has `hidden` for its term, and both ends of whatever is `open`."""
    keys = dict(address.keys)
    if keys.get("term") == "hidden" or (keys.get("term") == "open" and address.column in ("low", "high")):
        return Value(address=address, value=None, withheld=True)
    return value_at(address)


def shown(text: str, language: str = "en") -> str:
    draft = render(Source(text), ["effect"], find, language)
    words = draft.text
    for i, piece in enumerate(draft.pieces):
        assert isinstance(piece, Number | Withheld)
        words = words.replace(f"\ue000{i}\ue001", f"*{piece.text}*" if isinstance(piece, Withheld) else piece.text)
    return words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("It is {{ effect[term=hidden].estimate | number(2) }}.", "It is *withheld*."),
        ("{{ effect[term=hidden].change | interval('percent', 1) }}", "*withheld*"),
        ("{{ effect[term=open].change | interval('percent', 1) }}", "*withheld*"),
        ("{{ effect[term=hidden].label | text }}", "*withheld*"),
        # A branch tells on which side of a bound the number lies: neither is taken.
        ("It {% if effect[term=hidden].estimate < 0 %}fell{% else %}rose{% endif %}.", "It *withheld*."),
        ("{% if effect.estimate > effect[term=hidden].estimate %}more{% endif %}", "*withheld*"),
        ("{% if not effect[term=hidden].converged %}stopped{% endif %}", "*withheld*"),
        ("{% if effect.plants < 9 %}a{% elif effect[term=hidden].plants == 0 %}b{% else %}c{% endif %}", "*withheld*"),
        ("{% if effect.estimate < 0 and effect[term=hidden].estimate < 0 %}both{% endif %}", "*withheld*"),
        ("{{ 'less' if effect[term=hidden].estimate < 0 else 'more' }} or {{ 'a' if effect.estimate < 0 else 'b' }}",
         "*withheld* or a"),
        # What is inside a branch that may be taken is judged by itself.
        ("{% if effect.estimate < 0 %}by {{ effect[term=hidden].estimate | number(1) }}{% endif %}", "by *withheld*"),
        ("{% if effect.estimate < 0 %}{% if effect[term=hidden].estimate < 0 %}x{% endif %} y{% endif %}",
         "*withheld* y"),
        # That a number is there is what the word says.
        ("{% if effect[term=hidden].estimate is missing %}none{% else %}some{% endif %}", "some"),
    ],
)  # fmt: skip
def test_prose_has_a_word_in_the_place_of_a_number(text: str, said: str) -> None:
    assert shown(text) == said


@pytest.mark.parametrize(
    ("language", "word"),
    [
        ("en", "withheld"),
        ("pt-BR", "não divulgado"),
        ("es", "no divulgado"),
        ("tr", "gizli"),
        ("ms", "tidak didedahkan"),
    ],
)
def test_every_language_has_the_word(language: str, word: str) -> None:
    assert shown("{{ effect[term=hidden].estimate | number(2) }}", language) == f"*{word}*"


RELEASED = pa.table(
    {
        "size": ["small", "middle", "large"],
        "value": [12.5, None, 40.25],
        "low": [10.0, None, 30.0],
        "high": [15.0, None, 50.0],
        "status": ["published", "withheld", "published"],
    }
).replace_schema_metadata({"released": "true"})


def test_a_cell_of_a_released_table_is_withheld_and_not_missing() -> None:
    headings = {name: (Text(name),) for name in ("size", "value", "interval")}
    use = TableUse("sizes", {}, headings, {}, None, {}, {}, 3)

    block = table_block(use, RELEASED, "descriptive", "en", 1)

    assert [[plain(cell.inside) for cell in row] for row in block.rows] == [
        ["small", "12.5", "10.0 to 15.0"],
        ["middle", "withheld", "withheld"],
        ["large", "40.2", "30.0 to 50.0"],
    ]


def test_a_row_that_did_not_leave_keeps_its_label() -> None:
    labels = {"large": (Text("Large"),), "vast": (Text("Vast"),)}
    use = TableUse("sizes", {}, {"size": (Text("Size"),), "value": (Text("Value"),)}, labels, None, {}, {}, 3)

    block = table_block(use, RELEASED, "descriptive", "en", 1)

    assert [[plain(cell.inside) for cell in row] for row in block.rows] == [["Large", "40.2"], ["Vast", "withheld"]]


def test_a_withheld_bar_stands_last_without_a_length_and_the_author_does_not_describe_it() -> None:
    made = figure(RELEASED, kind="bars", value="value", label="size", description="The middle one is the smallest.")

    assert made.data["size"].to_pylist() == ["small", "large", "middle"]
    assert made.written.column(1).to_pylist() == ["12.5", "40.2", "withheld"]
    assert "smallest" not in made.description + made.svg()
    assert "middle: withheld" in made.description
    assert made.withheld == ("middle",)


@pytest.mark.parametrize(("language", "word"), [("pt-BR", "não divulgadas 2"), ("es", "no divulgadas 2")])
def test_withheld_claims_are_counted_in_the_words_of_the_others(language: str, word: str) -> None:
    """As "sustentadas 2, fracas 1" before it."""
    assert speak(language).word("withheld_claims", number=2) == word


def test_points_of_a_line_that_are_withheld_stand_together() -> None:
    """Below the figure: "a (1987, 1988)", not "a, 1987; a, 1988"."""
    rows = {
        "line": ["a"] * 3 + ["b"] * 3,
        "year": [1987, 1988, 1989] * 2,
        "value": [None, None, 1.0, 2.0, None, 3.0],
        "status": ["withheld"] * 2 + ["published"] * 2 + ["withheld", "published"],
    }
    table = pa.table(rows).replace_schema_metadata({"released": "true"})
    made = figure(table, kind="slope", y="value", group="line")

    assert made.withheld == ("a (1987, 1988)", "b (1988)")


def test_missing_is_another_word_where_nothing_was_released() -> None:
    rows = RELEASED.replace_schema_metadata(None)

    made = figure(rows.drop_columns(["status"]), kind="bars", value="value", label="size")
    assert made.written.column(1).to_pylist() == ["12.5", "not available", "40.2"]
    elsewhere = figure(rows, kind="bars", value="value", label="size")
    assert elsewhere.written.column(1).to_pylist() == ["12.5", "withheld", "40.2"]


def test_gaps_of_tables_released_elsewhere_say_so() -> None:
    """A study of sealed files is not released itself; its rows tell which of their numbers are withheld."""
    rows = pa.table({"size": ["small", "large"], "persons": [None, 7.0], "status": ["withheld", "published"]})

    assert words_for_gaps(rows, "not available", "withheld") == ["withheld", "not available"]
    assert words_for_gaps(rows.drop_columns(["status"]), "not available", "withheld") == ["not available"] * 2
    assert not any(rows_withheld(rows))

"""Tables of chosen columns: every number at its address, written as its unit allows."""

import pyarrow as pa
import pytest

from industria.brief.blocks import TableBlock
from industria.brief.inline import Text, plain
from industria.brief.shown import Number, Refusal
from industria.brief.tables import table_block
from industria.brief.tags import TableUse
from industria.errors import MissingColumnError

UNITS = {"estimate": "log points", "low": "log points", "high": "log points", "share": "fraction", "year": "years"}
COLUMNS = {
    "term": ["grant", "grant", "after"],
    "method": ["iid", "by plant", "iid"],
    "year": [1988, 1988, 1989],
    "estimate": [-0.252, -0.252, -0.4216],
    "low": [-0.55, -0.54, -0.988],
    "high": [0.05, 0.035, None],
    "share": [0.123, 0.5, 0.25],
    "plants": [1157, 54, 54],
    "kept": [True, False, True],
}
ROWS = pa.table(COLUMNS)
ROWS = ROWS.cast(pa.schema([f.with_metadata({"unit": UNITS[f.name]}) if f.name in UNITS else f for f in ROWS.schema]))


def made(language: str = "en", **options: object) -> TableBlock:
    told = {"rows": {}, "key": None, "where": {}, "format": {}, "texts": {}} | options
    use = TableUse(place="effect.inferences", line=7, **told)  # type: ignore[arg-type]
    return table_block(use, ROWS, "associational", language, 1)


def words(block: TableBlock) -> list[list[str]]:
    return [[plain(cell.inside) for cell in row] for row in block.rows]


def headings(*names: str) -> dict[str, tuple[Text, ...]]:
    return {name: (Text(name),) for name in names}


def test_columns_are_written_as_their_units_ask() -> None:
    block = made(columns=headings("term", "year", "estimate", "share", "plants", "kept"), where={"method": "by plant"})

    assert words(block) == [["grant", "1988", "−0.252", "50.0%", "54", "no"]]
    assert [cell.numeric for cell in block.header] == [False, True, True, True, True, False]


def test_decimals_are_shared_by_a_column() -> None:
    assert [row[1] for row in words(made(columns=headings("term", "share")))] == ["12.3%", "50.0%", "25.0%"]


def test_a_format_decides() -> None:
    block = made(columns=headings("term", "estimate"), format={"estimate": "number(1, sign=true)"})

    assert [row[1] for row in words(block)] == ["−0.3", "−0.3", "−0.4"]


def test_an_interval_is_a_column_of_two_numbers() -> None:
    block = made(columns=headings("term", "interval"), format={"interval": "number(2)"}, where={"method": "by plant"})

    cell = block.rows[0][1]
    assert plain(cell.inside) == "−0.54 to 0.04"
    numbers = [part for part in cell.inside if isinstance(part, Number)]
    assert [number.value.address.column for number in numbers] == ["low", "high"]


def test_a_missing_number_says_so() -> None:
    assert words(made(columns=headings("term", "high"), rows={"after": (Text("After"),)})) == [
        ["After", "not available"]
    ]


def test_each_number_has_an_address_that_selects_its_row() -> None:
    block = made(columns=headings("term", "estimate"))

    addresses = [str(part.value.address) for row in block.rows for part in row[1].inside if isinstance(part, Number)]
    assert addresses == [
        "effect.inferences[term=grant,method=iid].estimate",
        'effect.inferences[term=grant,method="by plant"].estimate',
        "effect.inferences[term=after,method=iid].estimate",
    ]


def test_rows_come_in_the_order_of_their_labels() -> None:
    labels = {"after": (Text("Year after"),), "grant": (Text("Year of the grant"),)}

    block = made(columns=headings("term", "method"), rows=labels, where={"method": "iid"})

    assert words(block) == [["Year after", "iid"], ["Year of the grant", "iid"]]


def test_writes_as_the_language_does() -> None:
    assert words(made("pt-BR", columns=headings("term", "share")))[0][1] == "12,3%"


def test_a_misspelled_column_names_the_nearest() -> None:
    with pytest.raises(MissingColumnError, match="Did you mean 'estimate'"):
        made(columns=headings("term", "estimte"))


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (
            {"rows": {"grants": (Text("x"),)}},
            "no row where term = grants; there is after, grant. Did you mean 'grant'?",
        ),
        ({"where": {"method": "none"}}, "has no row where method = none"),
        ({"format": {"estimate": "percent(1)"}}, "in log points, which are not percent"),
        ({"format": {"estimate": "prcent(1)"}}, "is no way to write a number"),
        ({"format": {"estimate": "number(a.b)"}}, "cannot be read"),
        ({"format": {"estimate": "number('x')"}}, "it takes decimals"),
    ],
)
def test_refuses(options: dict[str, object], why: str) -> None:
    with pytest.raises(Refusal) as caught:
        made(columns=headings("term", "estimate"), **options)

    assert why in str(caught.value)

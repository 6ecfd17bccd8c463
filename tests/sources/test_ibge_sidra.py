"""SIDRA: fifty thousand values a question, and symbols that are no numbers."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import unquote

import pytest

from industria.core.table import collect
from industria.errors import BrokenFileError, ParameterRangeError, RefusedError, TooLargeError
from industria.sources.ibge_sidra import sidra
from tests.sources.recorded import FIXTURES, Asked, Played, Reply

Play = Callable[[str, Callable[[Asked], Reply | None]], Played]
RECORDED = (FIXTURES / "ibge_sidra.json").read_bytes()
HEADER = json.loads(RECORDED)[0]


def words(asked: Asked) -> dict[str, list[str]]:
    steps = unquote(asked.path).removeprefix("/values/").split("/")
    return {name: codes.split(",") for name, codes in zip(steps[::2], steps[1::2], strict=True)}


def too_large(values: int) -> Reply:
    return Reply(f"Quantidade de valores solicitados: {values} excedeu o limite: 50000".encode(), status=400)


def test_columns_symbols_and_leading_codes(play: Play) -> None:
    played = play("ibge", lambda _: Reply(RECORDED))

    read = sidra(table="1612", variables=["214"], periods=["2020", "2021"], level="n3", categories={"81": ["2713"]})

    rows = collect(read.read()).to_pylist()
    assert played.asked[0].path == "/values/t/1612/n3/all/v/214/p/2020,2021/c81/2713"
    assert list(rows[0]) == ["locality", "variable", "period", "c81", "value", "value_flag", "unit"]
    assert rows[0] == {
        "locality": "11",
        "variable": "214",
        "period": "2020",
        "c81": "2713",
        "value": 12.5,
        "value_flag": None,
        "unit": "Toneladas",
    }
    assert [(row["value"], row["value_flag"]) for row in rows[1:5]] == [
        (0.0, "exact_zero"),
        (None, "not_applicable"),
        (None, "not_available"),
        (None, "withheld"),
    ]
    assert len(rows) == 20


def test_a_question_above_the_limit_is_split_before_it_is_sent(play: Play) -> None:
    def answer(asked: Asked) -> Reply:
        told = words(asked)
        values = 5570 * len(told["v"]) * len(told["p"])
        return too_large(values) if values > 50_000 else Reply.json([HEADER])

    played = play("ibge", answer)

    sidra(table="1612", variables=["214", "215"], periods=[str(year) for year in range(2000, 2020)], level="n6")

    asked = [words(one) for one in played.asked]
    assert max(len(told["v"]) * len(told["p"]) for told in asked) * 5570 <= 50_000
    cells = [(variable, period) for told in asked for variable in told["v"] for period in told["p"]]
    assert len(cells) == len(set(cells)) == 40
    assert len(asked) == 5


def test_a_question_that_is_refused_as_too_large_is_halved(play: Play) -> None:
    played = play("ibge", lambda asked: too_large(83_550) if len(words(asked)["p"]) > 1 else Reply.json([HEADER]))

    sidra(table="1612", variables=["214"], periods=["2019", "2020", "2021"], categories={"81": ["all"]})

    assert [words(asked)["p"] for asked in played.asked] == [
        ["2019", "2020", "2021"],
        ["2019", "2020"],
        ["2019"],
        ["2020"],
        ["2021"],
    ]


def test_what_cannot_be_halved_and_other_refusals_are_told(play: Play) -> None:
    replies = [too_large(83_550), Reply(b"Tabela 9 inexistente", status=400)]
    play("ibge", lambda _: replies.pop(0))

    with pytest.raises(TooLargeError, match="83550 excedeu o limite"):
        sidra(table="1612", variables=["214"], periods=["all"])
    with pytest.raises(RefusedError, match="Tabela 9 inexistente"):
        sidra(table="9", variables=["214"], periods=["all"])


def test_a_dimension_that_nobody_asked_for_is_an_error(play: Play) -> None:
    play("ibge", lambda _: Reply(RECORDED))

    with pytest.raises(BrokenFileError, match="Produto das lavouras"):
        sidra(table="1612", variables=["214"], periods=["2020"]).read()
    with pytest.raises(ParameterRangeError, match="variables="):
        sidra(table="1612", variables=[], periods=["2020"])

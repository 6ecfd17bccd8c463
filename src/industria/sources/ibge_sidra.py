"""Tables of SIDRA, the data bank of Brazil's statistical office."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from industria.errors import BrokenFileError, ParameterRangeError
from industria.sources.answers import from_json, source, table
from industria.sources.fetch import Interface, Limits, Publisher, Refusal, ask
from industria.sources.reader import reader
from industria.sources.source import Source
from industria.sources.store import Answer

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["INSTITUTE", "sidra"]

INSTITUTE: Final = Publisher(
    name="ibge",
    title="Instituto Brasileiro de Geografia e Estatística",
    license="Free use with the source named",
    homepage="https://apisidra.ibge.gov.br/",
    limits=Limits(
        calls_per_second=2, rows_per_call=50_000, splits_by=("periods", "variables", "localities", "categories")
    ),
)
URL: Final = "https://apisidra.ibge.gov.br/values"
ALL_OF: Final = {"n1": 1, "n2": 5, "n3": 27, "n6": 5_570, "n8": 137, "n9": 558}
"""How many places a level has, for a question about all of them."""
SYMBOLS: Final = {
    "X": "withheld",
    "-": "exact_zero",
    "..": "not_applicable",
    "...": "not_available",
}
PERIODS: Final = ("Ano", "Mês", "Trimestre", "Trimestre Móvel", "Semestre", "Período")
CODE: Final = " (Código)"


@reader(
    columns={
        "locality": "code of the place [code]",
        "variable": "number of the variable [code]",
        "period": "year, or year and month [date]",
        "value": "in the unit of the row",
        "value_flag": "null, withheld, exact_zero, not_applicable or not_available [name]",
        "unit": "unit of the value, in Portuguese [name]",
        "c<classification>": "code of the category [code]",
    },
    example={"table": "1612", "variables": ["214"], "periods": ["2021"], "level": "n3", "categories": {"81": ["2713"]}},
)
def sidra(
    *,
    table: str,
    variables: Sequence[str],
    periods: Sequence[str],
    level: str = "n1",
    localities: str | Sequence[str] = "all",
    categories: Mapping[str, Sequence[str]] | None = None,
    as_of: str | None = None,
) -> Source:
    """Read a table of SIDRA.

    Parameters
    ----------
    table : str
        Its number, as `1612`.
    variables : sequence of str
        Their numbers.
    periods : sequence of str
        As `2021`, `202101`, or words of SIDRA such as `last 12` and `2010-2020`.
    level : str
        `n1` Brazil, `n2` regions, `n3` states, `n6` municipalities, ...
    localities : str or sequence of str
        Codes of places, or `all`.
    categories : mapping of str to sequence of str, optional
        Classification to codes of categories, as `{"81": ["2713"]}`.
    as_of : str, optional
        A day: the newest answer of the store that was had no later.

    Returns
    -------
    Source
        `locality, variable, period`, one column `c<classification>` each, `value,
        value_flag, unit`. The flag is `withheld`, `exact_zero` (the value is 0),
        `not_applicable` or `not_available`. A question above 50,000 values is
        asked in parts.

    Raises
    ------
    ParameterRangeError
        If a list is empty.
    RefusedError, TooLargeError
        If the institute refuses, or finds one place in one period too large.
    """
    places = [localities] if isinstance(localities, str) else list(localities)
    classes = {f"c{number}": list(codes) for number, codes in (categories or {}).items()}
    lists = {"variables": list(variables), "periods": list(periods), "localities": places, **classes}
    for name, words in lists.items():
        if not words:
            raise ParameterRangeError(name, words, "one code or more")

    def build(part: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        steps = {"t": [table], level: part["localities"], "v": part["variables"], "p": part["periods"]}
        path = {**steps, **{name: part[name] for name in classes}}
        asked = "/".join(f"{name}/{quote(','.join(words), safe=',-|')}" for name, words in path.items())
        return {"method": "GET", "url": f"{URL}/{asked}", "body": None}

    def size(part: Mapping[str, Sequence[str]]) -> int:
        places = ALL_OF.get(level, 1) if list(part["localities"]) == ["all"] else len(part["localities"])
        rest = prod(len(words) for name, words in part.items() if name not in ("localities", "periods"))
        return places * rest * sum(_length(period) for period in part["periods"])

    interface = Interface(
        publisher=INSTITUTE, build=build, refusal=_refusal, most=INSTITUTE.limits.rows_per_call, size=size
    )
    raw = ask(interface, "ibge.sidra", lists, as_of=as_of, table=table, level=level)
    return source(
        raw,
        use="ibge.sidra",
        name=f"table {table}",
        title=f"SIDRA, table {table}",
        parse=lambda contents: parse(contents, list(classes)),
        request={"table": table, "level": level, **lists, "as_of": as_of},
    )


def parse(contents: Sequence[bytes], classes: Sequence[str]) -> pa.Table:
    """Read answers of SIDRA; the first row of each is its header.

    Raises
    ------
    BrokenFileError
        If an answer lacks a dimension that was asked for.
    """
    kinds = dict.fromkeys(("locality", "variable", "period", *classes), "string")
    columns = {**kinds, "value": "double", "value_flag": "string", "unit": "string"}
    rows = []
    for content in contents:
        header, *points = from_json(content, URL)
        places = _dimensions(header, len(classes))
        rows += [(*(point[place] for place in places), *_number(point["V"]), point["MN"] or None) for point in points]
    return table(rows, columns)


def _dimensions(header: Mapping[str, str], classes: int) -> list[str]:
    """List the columns of place, variable, period and categories, in this order."""
    codes = {name: title.removesuffix(CODE) for name, title in header.items() if re.fullmatch(r"D\d+C", name)}
    order = sorted(codes, key=lambda name: int(name[1:-1]))
    variable = [name for name in order if codes[name] == "Variável"]
    period = [name for name in order if codes[name] in PERIODS]
    rest = [name for name in order if name not in (*variable, *period)]
    if len(variable) != 1 or len(period) != 1 or len(rest) != 1 + classes:
        raise BrokenFileError(URL, f"the dimensions {list(codes.values())} are not those that were asked for.")
    return [rest[0], variable[0], period[0], *rest[1:]]


def _number(told: str) -> tuple[float | None, str | None]:
    flag = SYMBOLS.get(told.strip())
    if flag is None:
        return float(told), None
    return (0.0 if flag == "exact_zero" else None), flag


def _length(period: str) -> int:
    """Count the periods that a word of SIDRA names; one where it does not tell."""
    if span := re.fullmatch(r"(\d{4})-(\d{4})", period):
        return int(span[2]) - int(span[1]) + 1
    some = re.fullmatch(r"(?:last|first) (\d+)", period)
    return int(some[1]) if some else 1


def _refusal(answer: Answer) -> Refusal | None:
    said = answer.content[:400].decode("utf-8", errors="replace").strip()
    # The refusal is a sentence where a list of rows was asked for, with or without a success.
    if answer.status == 200 and said.startswith("["):
        return None
    return Refusal(f"HTTP {answer.status}: {said}", too_large="excedeu o limite" in said)

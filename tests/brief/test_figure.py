"""Figures as a reader gets them: nothing cut, nothing on top of anything, nothing ignored."""

import datetime as dt
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from jsonschema import ValidationError

from industria.brief.charts.lettering import text_width
from industria.brief.figure import KINDS, Figure, figure
from industria.brief.language import codes
from industria.brief.theme import NARROW, PAGE, QUIET, ink
from industria.core.result import Estimates, Result
from industria.core.table import as_table
from industria.ecosystems.conversion_funnel import ConversionFunnel
from industria.errors import (
    ColumnTypeError,
    DataError,
    FigureDataError,
    FigureOptionError,
    MissingColumnError,
    UnknownFigureError,
    UnknownLanguageError,
)


def _with_units(table: pa.Table, **units: str) -> pa.Table:
    fields = [f.with_metadata({"unit": units[f.name]}) if f.name in units else f for f in table.schema]
    return table.cast(pa.schema(fields))


# The training grants of Michigan (Holzer, Block, Cheatham & Knott 1993): hours of training
# per employee by cohort, and the two scrap coefficients under several inferences.
HOURS = _with_units(
    pa.table(
        {
            "cohort": ["never"] * 3 + ["first"] * 3 + ["second"] * 3,
            "year": [1987, 1988, 1989] * 3,
            "mean": [10.70, 9.82, 12.35, 7.67, 35.98, 10.06, 6.12, 9.32, 50.65],
            "n": [66, 68, 71, 35, 31, 35, 28, 28, 28],
            "before": [False] * 3 + [True, False, False] + [True, True, False],
        }
    ),
    mean="hours",
)
INFERENCES = _with_units(
    pa.table(
        {
            "term": ["grant"] * 3 + ["grant_last_year"] * 3,
            "method": ["iid", "clustered", "randomization"] * 2,
            "estimate": [-0.252315] * 3 + [-0.421590] * 3,
            "low": [-0.502, -0.492, None, -0.770, -0.894, None],
            "high": [-0.002, -0.012, None, -0.073, 0.051, None],
            "p_value": [0.097, 0.084, 0.093, 0.047, 0.141, 0.124],
        }
    ),
    estimate="log points",
)
EVENT = _with_units(
    pa.table(
        {
            "relative_time": [-3, -2, 0, 1, 2],
            "estimate": [0.02, -0.03, -0.22, -0.31, -0.35],
            "low": [-0.1, -0.14, -0.34, -0.5, -0.7],
            "high": [0.14, 0.08, -0.1, -0.12, 0.1],
        }
    ),
    estimate="log points",
)
ADOPTION = _with_units(
    pa.table(
        {
            "industry": ["Metal"] * 3 + ["Food"] * 3,
            "size": ["1–9", "10–49", "50–249"] * 2,
            "value": [0.123, 0.25, 0.61, 0.05, 0.33, 0.42],
            "low": [0.1, 0.2, 0.5, 0.01, 0.28, 0.33],
            "high": [0.15, 0.3, 0.72, 0.09, 0.38, 0.5],
            "n": [1250, 320, 41, 980, 144, 38],
        }
    ),
    value="fraction",
)
LEFT_OUT = _with_units(
    pa.table(
        {
            "estimate": [-0.58, -0.30, *(-0.42 + (i - 25) * abs(i - 25) / 6000 for i in range(52))],
            "plant": ["plant 410565", "plant 418168", *[None] * 52],
        }
    ),
    estimate="log points",
)
CODES = _with_units(
    pa.table(
        {
            "method": ["equal codes", "equal codes", "the official matrix", "the official matrix"],
            "place": ["health care", "the economy"] * 2,
            "score": [0.356, 0.350, 0.319, 0.343],
            "lower": [0.339, 0.342, 0.291, None],
            "upper": [0.376, 0.359, 0.350, None],
            "covered": [0.794, 0.928, 0.992, 0.987],
        }
    ),
    covered="fraction",
)
STARTS = pa.table(
    {
        "actor": ["Bay Textiles", "Dartmouth Foam", "Acushnet Nonwovens"],
        "product": ["gown", "mask", "mask"],
        "start_week": [dt.date(2020, 4, 6), dt.date(2020, 4, 6), dt.date(2020, 4, 13)],
        "first_output_week": [dt.date(2020, 4, 20), dt.date(2020, 4, 13), dt.date(2020, 5, 4)],
        "full_output_week": [dt.date(2020, 5, 4), dt.date(2020, 4, 27), None],
        "capacity": [8000.0, 25000.0, 45000.0],
    }
)
MONDAYS = [dt.date(2020, 3, 30) + dt.timedelta(weeks=i) for i in range(10)]
REACHED = [0.3, 0.5, 0.8, 1.3, 2.1, 3.4, 5.1, 7.6, 10.2, 12.4]
KNOWN = [
    (MONDAYS[0], None, 2e6, "press release"),
    (dt.date(2020, 5, 21), 9e6, None, "governor's office"),
    (dt.date(2020, 6, 3), 11e6, None, "the final report of the response team"),
]
DELIVERED = _with_units(
    pa.table(
        {
            "week": [*MONDAYS, *(day for day, _, _, _ in KNOWN[1:])],
            **{
                name: [*(1e6 * share * value for value in REACHED), None, None]
                for name, share in (("q05", 0.5), ("q25", 0.8), ("q50", 1.0), ("q75", 1.15), ("q95", 1.4))
            },
            "at_least": [1e5, *[None] * 9, 9e6, 11e6],
            "at_most": [2e6, *[None] * 11],
            "source": [KNOWN[0][3], *[None] * 9, KNOWN[1][3], KNOWN[2][3]],
        }
    ),
    q50="units",
)
BINDS = ["incumbents at capacity", *["meltblown fabric"] * 3, *["hours of the state's brokers"] * 2]
BINDS += ["meltblown fabric", *["certification by the test house"] * 2, None]
UNMET = _with_units(
    pa.table(
        {
            "product": ["mask"] * 10 + ["gown"] * 10,
            "week": MONDAYS * 2,
            "unmet": [
                *(820e3, 855e3, 880e3, 895e3, 890e3, 740e3, 510e3, 240e3, 90e3, 0.0),
                *(44e3, 51e3, None, 50e3, 38e3, 21e3, 9e3, 0.0, 0.0, 0.0),
            ],
            "constraint": BINDS * 2,
        }
    ),
    unmet="units",
)
ACTORS = {
    "Office of the state": ("broker", 7.2e6, ["Bay Textiles", "Dartmouth Foam", "Acushnet Nonwovens"]),
    "Test house at Lowell": ("test house", 5.1e6, ["Bay Textiles", "Dartmouth Foam"]),
    "Second test house": ("test house", None, ["Acushnet Nonwovens"]),
    "Meltblown supplier of the Merrimack valley": ("supplier", 3.3e6, ["Bay Textiles", "Acushnet Nonwovens"]),
    "Bay Textiles": ("maker", 1.5e6, []),
    "Dartmouth Foam": ("maker", 0.9e6, []),
    "Acushnet Nonwovens": ("maker", 0.0, []),
}
TIES = [(name, end) for name, (_, _, ends) in ACTORS.items() for end in ends]
REMOVED = _with_units(
    pa.table(
        {
            "actor": [*ACTORS, *(name for name, _ in TIES)],
            "role": [*(role for role, _, _ in ACTORS.values()), *[None] * len(TIES)],
            "size": [*(size for _, size, _ in ACTORS.values()), *[None] * len(TIES)],
            "to": [*[None] * len(ACTORS), *(end for _, end in TIES)],
        }
    ),
    size="units",
)
LEVERS = pa.table(
    {
        "lever": ["base", "no_pivots", "demand", "certification", "budget", "stock", "inputs"],
        "objective": [547.0, 1105.0, 660.5, 437.0, 474.0, 477.0, 547.0],
        "change": [0.0, 558.0, 113.5, -110.0, -73.0, -70.0, 0.0],
        "low": [None, None, 60.0, -171.0, -90.5, -140.0, -4.0],
        "high": [None, None, 180.0, -80.0, -51.0, 12.0, 3.0],
    }
)
STAGES = pa.table(
    {
        "stage": ["asked for help", "firms helped", "firms in the state", "applied", "granted", "grants of two rounds"],
        "count": [1000, 600, 400, 71, 15, 28],
        "at_least": [True, False, False, False, False, False],
        "nested_in": [None, "asked for help", "firms helped", None, "applied", None],
        "place": ["start", "nested", "nested", "start", "nested", "apart"],
        "conversion": [None, 0.6, 2 / 3, None, 15 / 71, None],
        "low": [None, 0.0, 0.6274, None, 0.1233, None],
        "high": [None, 0.6306, 0.7044, None, 0.3244, None],
        "bound": [None, "at_most", "exact", None, "exact", None],
        "from_start": [None, 0.6, 0.4, None, 15 / 71, None],
    }
)
MISSED = _with_units(
    pa.table(
        {
            "actor": [
                "Meltblown supplier of the Merrimack valley",
                "Office of the state",
                "Bay Textiles",
                "Foam works",
            ],
            "role": ["supplier", "provider", "maker", "maker"],
            "units_lost_per_week": [42.2, 51.5, 12.65, -0.4],
            "weeks_late": [None, 2.0, 1.0, 0.0],
        }
    ),
    units_lost_per_week="units",
)
NAMES = {
    "demand": "Demand a tenth above what the census of the hospitals says",
    "certification": "Certification a week shorter",
    "budget": "Twice the budget",
    "stock": "Twice the stockpile",
    "inputs": "Half more of every input",
    "grant": "In the year of the grant",
    "grant_last_year": "In the year after the grant",
    "iid": "independent errors",
    "clustered": "clustered by plant, jackknife",
    "randomization": "randomization of the grants",
    "never": "Never funded",
    "first": "Funded in 1988",
    "second": "Funded in 1989",
}
WORDS = {
    "title": "Scrap fell by about a fifth in the year of the grant; whether it stayed lower these data cannot say",
    "subtitle": "Change against plants that were not (yet) funded, 54 plants in Michigan, 1987–89",
    "source": "Source: Holzer, Block, Cheatham & Knott (1993), retrieved 2026-11-22.",
}
# OECD PISA 2018, mathematics: ranks of nine of 38 countries with their 95 % sets (Mogstad et al. 2024).
RANKED = pa.table(
    {
        "unit": ["Japan", "Korea", "Estonia", "Netherlands", "Canada", "Belgium", "Austria", "Australia", "Chile"],
        "rank": [1, 2, 3, 4, 7, 10, 18, 24, 35],
        "rank_low": [1, 1, 1, 1, 3, 4, 7, 12, 35],
        "rank_high": [6, 7, 6, 11, 17, 18, 26, 30, 37],
        "shown": [True, True, True, False, True, False, False, True, True],
    }
)
EXAMPLES: dict[str, tuple[pa.Table, dict[str, Any]]] = {
    "bars": (ADOPTION, {"label": "industry", "group": "size", "low": "low", "high": "high", "note": "n"}),
    "coefficients": (INFERENCES, {"group": "method", "note": "p_value", "axis": "percent change", "confidence": 0.9}),
    "event_study": (EVENT, {"time_title": "years since the grant"}),
    "fan": (DELIVERED, {"at_least": "at_least", "at_most": "at_most", "note": "source"}),
    "funnel": (STAGES, {"confidence": 0.95}),
    "gantt": (STARTS, {"note": "capacity"}),
    "lines": (HOURS, {"y": "mean", "group": "cohort", "note": "n", "hollow": "before"}),
    "network": (REMOVED, {"to": "to"}),
    "ranges": (CODES, {"estimate": "score", "label": "method", "group": "place", "note": "covered"}),
    "ranks": (RANKED, {"named": "shown", "confidence": 0.95}),
    "removals": (MISSED, {}),
    "shortfall": (UNMET, {"group": "product", "constraint": "constraint"}),
    "slope": (HOURS, {"y": "mean", "group": "cohort", "n": "n", "zero": True}),
    "strip": (LEFT_OUT, {"label": "plant", "reference": -0.42159, "axis": "percent change"}),
    "tornado": (LEVERS, {"confidence": 0.9}),
}


@cache
def _example(kind: str, **changes: Any) -> Figure:
    table, options = EXAMPLES[kind]
    return figure(table, kind=kind, **{"names": NAMES, **WORDS, **options, **changes})


# What stands where on the page: text boxes and points, read from the SVG itself.


@dataclass(frozen=True)
class Words:
    text: str
    left: float
    top: float
    right: float
    bottom: float


def _walk(element: ET.Element, x: float = 0.0, y: float = 0.0) -> Iterator[tuple[ET.Element, float, float]]:
    moved = re.match(r"translate\(([-\d.e]+),\s*([-\d.e]+)\)", element.get("transform", ""))
    if moved:
        x, y = x + float(moved[1]), y + float(moved[2])
    yield element, x, y
    for child in element:
        yield from _walk(child, x, y)


def _words(svg: str) -> list[Words]:
    found = []
    for element, x, y in _walk(ET.fromstring(svg)):
        if element.tag.endswith("}text") and element.text:
            size = float(element.get("font-size", "0").removesuffix("px"))
            wide = text_width(element.text, size, bold=element.get("font-weight") == "bold")
            left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[element.get("text-anchor", "start")]
            # Capitals and figures of the font rise 0.7 of the size over the baseline; descenders reach 0.2 below it.
            found.append(Words(element.text, left, y - 0.7 * size, left + wide, y + 0.2 * size))
    return found


def _points(svg: str) -> list[tuple[float, float]]:
    root = ET.fromstring(svg)
    groups = [(g, x, y) for g, x, y in _walk(root) if "mark-symbol" in g.get("class", "")]
    return [(px, py) for group, x, y in groups for point, px, py in _walk(group, x, y) if point.tag.endswith("}path")]


def _touching(words: list[Words]) -> list[tuple[str, str]]:
    return [
        (a.text, b.text)
        for a, b in combinations(words, 2)
        if min(a.right, b.right) - max(a.left, b.left) > 0.5 and min(a.bottom, b.bottom) - max(a.top, b.top) > 0.5
    ]


@pytest.mark.parametrize("language", codes())
@pytest.mark.parametrize("width", [PAGE, NARROW])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_cut_and_no_words_touch(kind: str, width: int, language: str) -> None:
    drawn = _example(kind, width=width, language=language)
    words = _words(drawn.svg())

    outside = [
        w for w in words if w.left < -0.5 or w.right > width + 0.5 or w.top < -0.5 or w.bottom > drawn.height + 0.5
    ]
    assert outside == []
    assert _touching(words) == []


@pytest.mark.parametrize("width", [PAGE, NARROW])
@pytest.mark.parametrize("kind", KINDS)
def test_no_word_covers_a_point(kind: str, width: int) -> None:
    svg = _example(kind, width=width).svg()
    points = _points(svg)

    assert points or kind in ("bars", "gantt", "tornado")
    covered = [w.text for w in _words(svg) for x, y in points if w.left < x < w.right and w.top < y < w.bottom]
    assert covered == []


@pytest.mark.parametrize("width", [PAGE, NARROW])
@pytest.mark.parametrize("kind", KINDS)
def test_is_as_wide_as_its_column_and_says_all_it_was_given(kind: str, width: int) -> None:
    drawn = _example(kind, width=width)
    root = ET.fromstring(drawn.svg())
    text = " ".join(words.text for words in _words(drawn.svg()))

    assert float(root.get("width", "0")) == pytest.approx(width, abs=1)  # the renderer rounds to whole pixels
    assert float(root.get("height", "0")) == pytest.approx(drawn.height, abs=1)
    for said in WORDS.values():
        assert set(said.split()) <= set(text.split())
    sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)px"', drawn.svg())]
    assert min(sizes) >= 11  # a phone shows a figure at its own size


def test_a_start_is_pale_until_its_output_and_ends_with_the_weeks() -> None:
    """Three shades a row; a week that is missing lies after the end."""
    found = _example("gantt")
    weeks = pa.table({"actor": ["A"], "start_week": [0], "first_output_week": [3], "full_output_week": [5]})
    numbered = figure(weeks, kind="gantt", group=None, until=10)

    assert "Acushnet Nonwovens, mask: 2020-04-13 → 2020-05-04" in found.description
    assert found.written["full output week"].to_pylist() == ["2020-05-04", "2020-04-27", ""]
    assert "A: 0 → 3" in numbered.description
    shades = [layer["mark"].get("opacity", 1) for layer in numbered.spec["layer"] if layer["mark"]["type"] == "rect"]
    assert len(set(shades)) == 3
    assert {"before first output", "output grows", "output in full"} <= {w.text for w in _words(numbered.svg())}


@pytest.mark.parametrize(
    ("changes", "options", "told"),
    [
        ({"start_week": [None]}, {}, "start_week"),
        ({}, {"until": 2}, "ends with week 2, before the last week of the table, 5"),
        ({"first_output_week": [dt.date(2020, 4, 6)]}, {}, "dates as first_output_week does"),
    ],
)
def test_weeks_that_cannot_be_drawn_are_named(changes: dict[str, Any], options: dict[str, Any], told: str) -> None:
    weeks = {"actor": ["A"], "start_week": [0], "first_output_week": [3], "full_output_week": [5]} | changes

    with pytest.raises(DataError, match=told):
        figure(pa.table(weeks), kind="gantt", group=None, **options)


def _lines_x(drawn: Figure) -> list[list[float]]:
    return [[row["x"] for row in _rows(drawn, layer)] for layer in _layers(drawn, "line")]


def test_a_bound_stands_at_its_day_and_what_has_come_at_the_end_of_its_week() -> None:
    """Weeks are named by their first day: among dates, what is cumulated in them is there a week later."""
    fan, by_week = _example("fan"), _example("fan", cumulated=False)
    bounds = sorted(row["x"] for layer in _layers(fan, "point") for row in _rows(fan, layer))

    assert _lines_x(fan) == [[float(i) for i in range(1, 11)]]
    assert _lines_x(by_week) == [[float(i) for i in range(10)]]
    assert bounds == pytest.approx([1, 1, 52 / 7, 65 / 7])
    assert fan.description.endswith(
        "Known: at least 100,000, 2020-04-06, press release; at most 2,000,000, 2020-04-06, press release; "
        "at least 9,000,000, 2020-05-21, governor's office; "
        "at least 11,000,000, 2020-06-03, the final report of the response team."
    )
    assert "2020-04-06 300,000 (150,000 to 420,000)" in fan.description


def test_the_table_of_a_fan_says_missing_only_where_something_is() -> None:
    rows = _example("fan").written.to_pylist()

    assert list(rows[0]) == [
        "week",
        "5th percentile",
        "25th percentile",
        "median",
        "75th percentile",
        "95th percentile",
        "at least",
        "at most",
        "source",
    ]
    assert list(rows[1].values())[3:] == ["500,000", "575,000", "700,000", "", "", ""]
    assert list(rows[-2].values()) == ["2020-05-21", "", "", "", "", "", "9,000,000", "", "governor's office"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, ["median", "middle 50%", "middle 90%"]),
        ({"lower": None}, ["median", "middle 90%"]),
        ({"language": "tr"}, ["ortanca", "ortadaki %50", "ortadaki %90"]),
        ({"low": "q25", "lower": None, "high": "q95"}, ["median", "25th percentile – 95th percentile"]),
    ],
)
def test_the_bands_of_a_fan_are_named(options: dict[str, Any], said: list[str]) -> None:
    drawn = figure(DELIVERED, kind="fan", **options)

    assert [w.text for w in _words(drawn.svg()) if w.text in said] == said
    assert len(_layers(drawn, "area")) == len(said) - 1


@pytest.mark.parametrize("week", [dt.date(2020, 4, 6), 0])
def test_a_fan_may_have_one_week(week: dt.date | int) -> None:
    quantiles = {"q05": [1.0], "q25": [2.0], "q50": [3.0], "q75": [4.0], "q95": [5.0]}
    drawn = figure(pa.table({"week": [week], **quantiles}), kind="fan")

    assert "3.00 (1.00 to 5.00)" in drawn.description
    assert len(_layers(drawn, "point")) == 1


def test_the_midnights_of_pandas_are_dates() -> None:
    """It has no type for dates."""
    frame = DELIVERED.slice(0, 10).to_pandas().assign(week=lambda rows: pd.to_datetime(rows["week"]))
    drawn = figure(frame, kind="fan")

    assert drawn.description == figure(DELIVERED.slice(0, 10), kind="fan").description
    assert drawn.written["week"].to_pylist()[1] == "2020-04-06"


FAN = {"week": [0, 1, 2, 3, 4], **{f"q{q}": [float(i) + q / 100 for i in range(5)] for q in (10, 30, 50, 70, 90)}}
DECILES = {"low": "q10", "lower": "q30", "upper": "q70", "high": "q90"}


def test_a_gap_in_the_table_is_a_gap_in_the_fan() -> None:
    """A week without quantiles breaks the bands; one that stands alone is a point with its range."""
    rows = pa.table(
        {name: values if name == "week" else [*values[:3], None, values[4]] for name, values in FAN.items()}
    )
    drawn = figure(pa.table(rows), kind="fan", **DECILES)

    assert _lines_x(drawn) == [[0, 1, 2]]
    assert [row["x"] for layer in _layers(drawn, "point") for row in _rows(drawn, layer)] == [4]
    assert [len(_rows(drawn, layer)) for layer in _layers(drawn, "area")] == [3, 3]
    assert list(drawn.written.to_pylist()[3].values()) == ["3", *["not available"] * 5]


@pytest.mark.parametrize("width", [PAGE, NARROW])
@pytest.mark.parametrize("shared", [True, False])
def test_each_group_of_a_fan_has_its_plot(shared: bool, width: int) -> None:
    """Shared scales compare; own scales show what is small beside what is large."""
    many = pa.concat_tables(
        pa.table({"who": [who] * 5, **{k: v if k == "week" else [x * size for x in v] for k, v in FAN.items()}})
        for who, size in (("masks", 1000), ("gowns", 10), ("face shields for dentists", 100))
    )
    drawn = figure(many, kind="fan", group="who", shared=shared, width=width, unit="pieces", **DECILES)
    words = _words(drawn.svg())
    texts = [w.text for w in words]

    assert texts.count("6,000") == (3 if shared else 1)
    assert texts.count("pieces") == 1
    assert {"masks", "gowns", "face shields for dentists"} <= set(texts)
    assert _touching(words) == []


@pytest.mark.parametrize(
    ("changes", "options", "told"),
    [
        ({"q30": [9.0, *FAN["q30"][1:]]}, {}, r"q30 = 9 above q50 = 0.5, row 1; quantiles rise"),
        ({"week": [0, 1, 1, 2, 3]}, {}, "week of 'week' twice; a fan has one row a week"),
        ({"week": [0, 1, None, 2, 3]}, {}, "no week in column 'week', row 3"),
        ({"known": [None] * 5}, {"at_most": "known"}, "no value in column 'known'"),
        (
            {"who": ["a"] * 4 + ["b"], "known": [None] * 4 + [1.0]}
            | {f"q{q}": [*FAN[f"q{q}"][:4], None] for q in (10, 30, 50, 70, 90)},
            {"group": "who", "at_least": "known"},
            "no quantile of 'b', bounds alone",
        ),
    ],
)
def test_quantiles_that_cannot_be_drawn_are_named(changes: dict[str, Any], options: dict[str, Any], told: str) -> None:
    with pytest.raises(FigureDataError, match=told):
        figure(pa.table(FAN | changes), kind="fan", **DECILES, **options)


def _spans(drawn: Figure) -> list[tuple[float, float]]:
    """Find where constraints bind: bars in the color of quiet words."""
    bars = [layer for layer in _layers(drawn, "rect") if layer["mark"]["color"] == QUIET]
    return [(round(row["x"], 6), round(row["x2"], 6)) for layer in bars for row in _rows(drawn, layer)]


def test_weeks_under_one_constraint_are_one_span_with_one_name() -> None:
    drawn = _example("shortfall")
    texts = [w.text for w in _words(drawn.svg())]

    assert _spans(drawn) == [(-0.4, 0.4), (0.6, 3.4), (5.6, 6.4), (3.6, 5.4), (6.6, 8.4)]
    assert [texts.count(name) for name in dict.fromkeys(filter(None, BINDS))] == [1, 1, 1, 1]
    assert "binding constraint" in texts
    assert "gown: 2020-03-30 44,000, highest 51,000 (2020-04-06), 2020-06-01 0. Binding" in drawn.description
    assert "2020-04-06 → 2020-04-20 meltblown fabric; 2020-04-27 → 2020-05-04 hours of" in drawn.description
    assert drawn.written["binding constraint"].to_pylist()[-1] == ""
    assert drawn.written["unmet demand"].to_pylist()[12] == "not available"


LONG = "certification of surgical gowns by the only test house in the state that is accredited for them"


@pytest.mark.parametrize("width", [PAGE, NARROW])
@pytest.mark.parametrize(
    "binds",
    [
        [LONG] * 12,
        [LONG, "meltblown fabric"] * 6,
        ["meltblown fabric"] * 12,
        ["hours of brokers"] * 6 + [LONG] * 6,
        [f"input {i}" for i in range(12)],
        [None] * 11 + ["broker hours of the state office"],
        [LONG] + [None] * 11,
    ],
)
def test_names_of_constraints_keep_apart_wherever_they_bind(binds: list[str | None], width: int) -> None:
    rows = pa.table({"week": list(range(12)), "unmet": [float(100 + i) for i in range(12)], "constraint": binds})
    drawn = figure(rows, kind="shortfall", constraint="constraint", width=width, unit="pieces")
    words = _words(drawn.svg())

    assert _touching(words) == []
    outside = [w for w in words if w.left < -0.5 or w.right > width + 0.5 or w.bottom > drawn.height + 0.5]
    assert outside == []
    assert {word for name in binds if name for word in name.split()} <= {t for w in words for t in w.text.split()}


def test_weeks_that_are_left_out_break_a_span() -> None:
    rows = pa.table({"week": [0, 1, 4], "unmet": [1.0, 2.0, 3.0], "constraint": ["fabric"] * 3})

    assert _spans(figure(rows, kind="shortfall", constraint="constraint")) == [(-0.4, 1.4), (3.6, 4.4)]


def test_groups_pile_up_on_request_and_what_is_not_known_has_a_cross() -> None:
    """The axis takes in the highest pile; a key names the parts from the bottom up."""
    apart, piled = _example("shortfall"), _example("shortfall", stacked=True)
    mask, gown = [layer for layer in _layers(piled, "rect") if layer["mark"]["color"] in ("#0072B2", "#D55E00")][-2:]
    tops = {row["x"]: row["y2"] for row in _rows(piled, mask)}

    assert all(row["y"] == tops[row["x"]] for row in _rows(piled, gown))
    for drawn in (apart, piled):
        assert "not available" in [w.text for w in _words(drawn.svg())]
        assert len(_points(drawn.svg())) == 2  # in the key, and in the week
    assert [w.text for w in _words(piled.svg()) if w.text in ("mask", "gown")] == ["mask", "gown"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"unmet": [1.0, -2.0, 3.0]}, "unmet = -2 in row 2; nobody lacks less than 0"),
        ({"week": [0, 1, 1]}, "has the week 1 twice, row 3"),
        ({"week": [0.0, 0.5, 2.0]}, "less than a week apart"),
        ({"week": [0, None, 2]}, "no week in column 'week', row 2"),
        (
            {"week": [0, 1, 1], "product": ["a", "a", "b"]},
            "two constraints in the week 1, 'fabric' and 'hours'; keep the one that binds most",
        ),
        ({"unmet": [None] * 3}, "no value in column 'unmet'"),
    ],
)
def test_a_shortfall_that_cannot_be_drawn_is_named(changes: dict[str, Any], told: str) -> None:
    rows = {"week": [0, 1, 2], "unmet": [1.0, 2.0, 3.0], "constraint": ["fabric", "fabric", "hours"]} | changes

    group = "product" if "product" in rows else None

    with pytest.raises(FigureDataError, match=told):
        figure(pa.table(rows), kind="shortfall", constraint="constraint", group=group)


def test_the_area_of_a_circle_is_the_size_of_its_actor() -> None:
    """Whose size is not known is hollow; ties are arcs with an arrow at their end."""
    drawn = _example("network")
    circles = [layer["mark"] for layer in _layers(drawn, "point") if layer["mark"]["shape"] == "circle"]
    areas = [mark["size"] for mark in circles]

    assert areas[1] / areas[0] == pytest.approx(5.1 / 7.2)
    assert [mark["fill"] == "#FFFFFF" for mark in circles] == [False, False, True, False, False, False, False]
    assert len(_layers(drawn, "line")) == len(TIES)
    assert len(_points(drawn.svg())) == len(ACTORS) + len(TIES)
    assert len(_points(_example("network", directed=False).svg())) == len(ACTORS)
    assert "test house, Second test house: not available; supplier" in drawn.description
    assert drawn.description.endswith("Meltblown supplier of the Merrimack valley → Acushnet Nonwovens.")
    assert drawn.written.to_pylist()[len(ACTORS)] == {
        "actor": "Office of the state",
        "role": "",
        "size": "",
        "to": "Bay Textiles",
    }


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"to": [None, None, "Bey"]}, "tie of 'Bey', row 3, who has no row of its own. Did you mean 'Bay'"),
        ({"actor": ["Office", "Office", "Office"]}, "has the actor 'Office' twice"),
        ({"to": [None, None, "Office"]}, "tie of 'Office' to itself, row 3"),
        ({"role": ["broker", None, None]}, "no label in column 'role', row 2, 'Bay'"),
        ({"size": [1.0, -1.0, None]}, "size = -1 in row 2; no circle is below 0"),
    ],
)
def test_a_network_that_cannot_be_drawn_is_named(changes: dict[str, Any], told: str) -> None:
    rows = {
        "actor": ["Office", "Bay", "Office"],
        "role": ["broker", "maker", None],
        "size": [1.0, 2.0, None],
        "to": [None, None, "Bay"],
    }

    with pytest.raises(FigureDataError, match=told):
        figure(pa.table(rows | changes), kind="network", to="to")


def test_a_range_is_a_band_away_from_zero_with_its_share_in_percent() -> None:
    """The axis does not reach for zero, and a row without a range has its point alone."""
    svg = _example("ranges").svg()
    words = [w.text for w in _words(svg)]

    assert "0.00" not in words
    assert {"score (range)", "0.356 (0.339 to 0.376)", "0.343", "79.4%"} <= set(words)
    assert len(re.findall(r'opacity="0\.26"', svg)) == 3
    assert len(_points(svg)) == 4


def test_ranks_write_the_names_asked_for_and_draw_every_set() -> None:
    drawn = _example("ranks")
    words = {w.text for w in _words(drawn.svg())}
    sets = [(row["x"], row["x2"]) for layer in _layers(drawn, "rule") for row in _rows(drawn, layer)]

    assert {"Japan", "1 (1 to 6)", "Chile", "35 (35 to 37)", "10", "30"} <= words
    assert not {"Belgium", "Austria"} & words
    assert sorted(sets) == sorted(zip(RANKED["rank_low"].to_pylist(), RANKED["rank_high"].to_pylist(), strict=True))
    assert "and 3 more" in drawn.description
    assert _example("ranks", named=None).height > drawn.height
    assert drawn.written.num_rows == 9


def test_a_rank_outside_its_set_is_refused() -> None:
    with pytest.raises(FigureDataError, match="the rank of 'a', row 1"):
        figure(pa.table({"unit": ["a"], "rank": [3], "rank_low": [1], "rank_high": [2]}), kind="ranks")


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_figure_has_the_same_bytes(kind: str) -> None:
    again = _example.__wrapped__(kind)

    assert again.spec == _example(kind).spec
    assert again.svg() == _example(kind).svg()


def test_the_same_bytes_in_another_process() -> None:
    script = "from tests.brief.test_figure import _example; print(_example('slope').svg())"
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert other.stdout.rstrip("\n") == _example("slope").svg()


def test_draws_png_at_the_scale_asked_for() -> None:
    picture = _example("bars").png(scale=1)

    assert picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20], "big") == PAGE


def test_is_an_altair_chart_underneath() -> None:
    drawn = _example("coefficients")

    assert drawn.chart.to_dict()["layer"] == drawn.spec["layer"]
    assert "svg" in drawn._repr_mimebundle_()["image/svg+xml"]
    assert drawn.spec["$schema"].endswith("v6.4.1.json") or "/v6" in drawn.spec["$schema"]


@pytest.mark.parametrize("width", [PAGE, NARROW])
@pytest.mark.parametrize("kind", KINDS)
def test_keeps_to_the_schema_of_vega_lite(kind: str, width: int) -> None:
    """Altair's own check, which drawing leaves out."""
    import altair as alt

    spec = dict(_example(kind, width=width).spec)

    assert alt.LayerChart.from_dict(spec, validate=True).to_dict(validate=False)["layer"]
    with pytest.raises(ValidationError):
        alt.LayerChart.from_dict({**spec, "layer": [{"mark": "no mark of Vega-Lite"}]}, validate=True)


# Words for those who cannot see it


def test_the_description_gives_the_values_in_the_readers_language() -> None:
    said = _example("coefficients", language="pt-BR", digits=1).description

    assert said.startswith(
        "Estimativas com intervalos. In the year of the grant, independent errors: −22,3% (−39,5 a −0,2)"
    )
    assert "(sem intervalo)" in said


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("given", [None, "", "  "])
def test_the_description_is_never_empty(kind: str, given: str | None) -> None:
    drawn = _example(kind, description=given)

    assert len(drawn.description) > 40
    assert f'aria-label="{drawn.description[:20]}' in drawn.svg()


def test_a_description_that_was_written_stands() -> None:
    assert _example("strip", description='Dots, "54" of them').description == 'Dots, "54" of them'
    assert (
        ET.fromstring(_example("strip", description='Dots, "54" of them').svg()).get("aria-label")
        == 'Dots, "54" of them'
    )


# The data behind it


def test_keeps_the_numbers_unrounded_and_their_units() -> None:
    drawn = _example("coefficients")

    assert drawn.data.column_names == ["term", "method", "estimate", "low", "high", "p_value"]
    assert drawn.data["estimate"].to_pylist() == INFERENCES["estimate"].to_pylist()
    assert drawn.data["term"][0].as_py() == "In the year of the grant"
    assert drawn.data.schema.field("estimate").metadata == {b"unit": b"log points"}


def test_writes_the_data_as_the_figure_reads_them() -> None:
    row = _example("coefficients", language="pt-BR").written.to_pylist()[5]

    assert row == {
        "termo": "In the year after the grant",
        "método": "randomization of the grants",
        "estimativa": "−34,4%",
        "limite inferior": "não disponível",
        "limite superior": "não disponível",
        "valor-p": "0,124",
    }
    assert _example("slope").written["year"].to_pylist()[0] == "1987"  # a year is no amount: 1,987


@pytest.mark.parametrize(
    "hand_in",
    [pd.DataFrame, pl.DataFrame, pl.LazyFrame, pa.table, lambda d: Result(table=as_table(pa.table(d), "rows"))],
)
def test_draws_whatever_table_people_hold(hand_in: Any) -> None:
    rows = {"term": ["grant"], "estimate": [-0.25], "low": [-0.49], "high": [-0.01]}

    assert (
        figure(hand_in(rows), axis="percent change", digits=0).description
        == "Estimates with intervals. grant: −22% (−39 to −1)."
    )


def test_estimates_bring_their_units_and_their_confidence() -> None:
    rows = as_table(INFERENCES.slice(0, 2).select(["term", "estimate", "low", "high"]), "rows")
    fit = Estimates(
        table=rows, units={"estimate": "hours"}, outcome="hours", n_obs=162, n_units=54, df=53.0, confidence=0.9
    )
    words = [w.text for w in _words(figure(fit, language="pt-BR").svg())]

    assert "horas" in words
    assert "intervalo de 90%)" in " ".join(words)


# What it draws


def _layers(drawn: Figure, mark: str) -> list[dict[str, Any]]:
    return [layer for layer in drawn.spec["layer"] if layer["mark"]["type"] == mark]


def _rows(drawn: Figure, layer: dict[str, Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = drawn.spec["datasets"][layer["data"]["name"]]
    return rows


def test_a_percent_change_stands_on_a_log_scale() -> None:
    drawn = _example("coefficients")
    axis = drawn.spec["layer"][0]["encoding"]["x"]["axis"]

    assert axis["labelExpr"].startswith('["\\u221260", "\\u221240", "\\u221220", "0", "+20"]')
    assert axis["values"][3] == 0
    assert axis["values"][2] == pytest.approx(-0.22314, abs=1e-5)  # log(0.8), five digits


def test_rows_without_an_interval_say_so() -> None:
    words = [w.text for w in _words(_example("coefficients").svg())]

    assert sum("(no interval)" in word for word in words) == 2


@pytest.mark.parametrize("width", [PAGE, NARROW])
def test_notes_are_shown_on_a_phone_too(width: int) -> None:
    text = " ".join(w.text for w in _words(_example("coefficients", width=width).svg()))

    assert "p-value" in text
    assert all(f"{p:.3f}" in text for p in INFERENCES["p_value"].to_pylist())


def test_the_reference_period_is_drawn_hollow_at_zero() -> None:
    drawn = _example("event_study")
    solid, hollow = _layers(drawn, "point")

    assert _rows(drawn, hollow) == [{"x": -1.0, "y": 0.0}]
    assert hollow["mark"]["fill"] == "#FFFFFF"
    assert len(_rows(drawn, solid)) == 5


def test_the_event_stands_between_the_last_period_before_it_and_its_own() -> None:
    drawn = _example("event_study")
    dashed = [layer for layer in _layers(drawn, "rule") if "strokeDash" in layer["mark"]]

    assert [row["x"] for layer in dashed for row in _rows(drawn, layer)] == [-0.5]


def test_hollow_points_are_those_of_the_column() -> None:
    drawn = _example("lines")
    hollow = [layer for layer in _layers(drawn, "point") if layer["mark"]["fill"] == "#FFFFFF"]

    points = sorted((row["x"], row["y"]) for layer in hollow for row in _rows(drawn, layer))
    assert points == [(1987, 6.12), (1987, 7.67), (1988, 9.32)]


def test_every_point_of_a_slope_chart_has_its_value_and_n() -> None:
    text = " ".join(w.text for w in _words(_example("slope", digits=1).svg()))

    for value in ("10.7", "9.8", "12.4", "7.7", "36.0", "10.1", "6.1", "9.3"):
        assert value in text
    for n in HOURS["n"].to_pylist():
        assert f"n\u00a0{n}" in text


def test_a_slope_chart_names_few_of_many_lines() -> None:
    many = pa.table(
        {
            "state": [f"s{i}" for i in range(40)] * 2,
            "year": [1970] * 40 + [1986] * 40,
            "value": [20.0 + i for i in range(40)] + [25.0 + i / 2 for i in range(40)],
            "shown": [i in (3, 20, 39) for i in range(40)] * 2,
        }
    )
    drawn = figure(many, kind="slope", group="state", named="shown")
    words = {w.text for w in _words(drawn.svg())}

    assert {"s3", "s20", "s39"} <= words
    assert "s4" not in words
    assert len(_layers(drawn, "line")) == 40
    assert "s20: 1970 40.0, 1986 35.0" in drawn.description
    assert "and 37 more" in drawn.description
    assert drawn.written.num_rows == 80
    with pytest.raises(FigureDataError, match="no line that column 'none' is true for"):
        figure(many.append_column("none", [[False] * 80]), kind="slope", group="state", named="none")
    with pytest.raises(FigureDataError, match="names 40 lines by column 'all'"):
        figure(many.append_column("all", [[True] * 80]), kind="slope", group="state", named="all")


@pytest.mark.parametrize("name", ["grant in 1989", "subsídio em 1989", "hibe 1989", "never funded"])
def test_no_leader_crosses_the_words_of_the_last_point(name: str) -> None:
    """The name of a line that ends at the last period stands beside it."""
    rows = pa.table(
        {"year": [1987, 1988, 1989], "value": [0.2, 1.0, 0.6], "note": [2.3, 1.6, 1.2], "group": [name] * 3}
    )
    drawn = figure(rows, kind="lines", group="group", note="note", width=330)

    assert not [row for layer in _layers(drawn, "rule") for row in _rows(drawn, layer) if row["x"] > 1989]


def test_an_axis_from_zero_starts_at_zero() -> None:
    rows = pa.table({"year": [2001, 2002], "value": [40.0, 43.0]})
    from_zero, free = (figure(rows, kind="slope", zero=zero).spec["layer"][0] for zero in (True, False))

    assert from_zero["encoding"]["y"]["scale"]["domain"][0] == 0
    assert free["encoding"]["y"]["scale"]["domain"][0] >= 39


def test_a_gap_in_the_table_is_a_gap_in_the_line() -> None:
    gap = pa.table({"year": [2000, 2001, 2002, 2003, 2004], "value": [1.0, 2.0, None, 3.0, 4.0]})

    drawn = figure(gap, kind="lines")

    assert [len(_rows(drawn, layer)) for layer in _layers(drawn, "line")] == [2, 2]


def test_dots_of_a_strip_never_cover_each_other() -> None:
    points = _points(_example("strip").svg())

    assert len(points) == 54
    assert (
        min((a - c) ** 2 + (b - d) ** 2 for (a, b), (c, d) in combinations(points, 2)) > 7**2
    )  # a dot is 7 pixels wide


def test_fractions_are_read_in_percent() -> None:
    assert "12.3% (10.0 to 15.0)" in _example("bars").description
    assert "percent" in [w.text for w in _words(_example("bars").svg())]


def test_the_unit_of_the_column_stands_at_the_axis() -> None:
    assert "log points" in [w.text for w in _words(_example("event_study").svg())]
    assert "horas" in [w.text for w in _words(_example("lines", language="pt-BR").svg())]
    assert "hours per employee" in [w.text for w in _words(_example("lines", unit="hours per employee").svg())]


def _drawn_bars(drawn: Figure) -> list[tuple[float, str]]:
    """Find the bars of a tornado from the top down: where each ends, and its color."""
    bars = [layer for layer in _layers(drawn, "rect") if layer["mark"]["color"] in (ink(0).mark, ink(1).mark)]
    found = [(row["y"], row["x2"], layer["mark"]["color"]) for layer in bars for row in _rows(drawn, layer)]
    return [(end, color) for _, end, color in sorted(found)]


def test_a_tornado_has_the_largest_change_on_top_and_names_its_base() -> None:
    """More and less differ by side, sign and color; what would dwarf the levers is told in words."""
    drawn = _example("tornado")
    less, more = ink(0).mark, ink(1).mark
    texts = " ".join(w.text for w in _words(drawn.svg()))

    assert _drawn_bars(drawn) == [(113.5, more), (-110.0, less), (-73.0, less), (-70.0, less), (0.0, less)]
    assert "weighted unmet demand; change from: base (547)" in texts
    assert "not drawn: no pivots +558" in texts
    assert "+114 (+60 to +180)" in texts
    assert drawn.description.endswith("no pivots: +558. Change from: base (547).")
    assert "alavanca" in _example("tornado", language="pt-BR").written.column_names


def test_a_tornado_draws_estimates_of_levers_without_a_base() -> None:
    rows = pa.table({"lever": ["a", "b"], "estimate": [-1.0, -3.0], "low": [-2.0, None], "high": [0.5, None]})
    drawn = figure(rows, unit="pieces")

    assert drawn.kind == "tornado"
    assert [end for end, _ in _drawn_bars(drawn)] == [-3.0, -1.0]
    assert "change from" not in drawn.svg()
    with pytest.raises(FigureDataError, match="no lever in column 'lever', base, no pivots alone"):
        figure(LEVERS.slice(0, 2), kind="tornado")


def test_what_is_part_of_no_other_stage_has_a_mark_of_its_own_and_no_share() -> None:
    drawn = _example("funnel")
    texts = [w.text for w in _words(drawn.svg())]
    hollow = [layer["mark"] for layer in _layers(drawn, "point") if layer["mark"]["fill"] == "#FFFFFF"]

    assert [mark["shape"] for mark in hollow] == ["diamond"]
    assert {"part of no other stage", "no share", "part of firms helped", "≥\u00a01,000"} <= set(texts)
    assert "≤\u00a060.0% (0.0 to 63.1)" in texts  # more may have asked
    assert "66.7% (62.7 to 70.4)" in texts
    assert len([row for layer in _layers(drawn, "point") for row in _rows(drawn, layer)]) == 4
    assert drawn.written.to_pylist()[-1] == {
        "stage": "grants of two rounds",
        "count": "28",
        "at least": "no",
        "part of": "",
        "place": "apart",
        "share of the stage that it is part of": "",
        "low": "",
        "high": "",
        "bound": "",
        "share of the first stage": "",
    }


def test_the_words_of_a_stage_are_known() -> None:
    with pytest.raises(FigureDataError, match=r"place = 'nestled' in row 2; it may be start.*Did you mean 'nested'"):
        figure(pa.table({**STAGES.to_pydict(), "place": ["start", "nestled", *["apart"] * 4]}), kind="funnel")


def test_who_would_be_missed_most_stands_first_and_never_is_a_word() -> None:
    drawn = _example("removals")
    texts = [w.text for w in sorted(_words(drawn.svg()), key=lambda w: w.top)]
    order = [text for text in texts if text in ("Office of the state", "Bay Textiles", "Foam works")]

    assert order == ["Office of the state", "Bay Textiles", "Foam works"]
    assert drawn.written["weeks late"].to_pylist() == ["never", "2", "1", "0"]
    assert drawn.description.startswith(
        "What is lost without each actor. Office of the state, provider: 51.5, weeks late 2; Meltblown supplier"
    )
    shapes = [layer["mark"]["shape"] for layer in _layers(drawn, "point")]
    assert {"square", "circle", "triangle-up", "triangle-right"} == set(shapes)
    assert not _points(figure(MISSED.slice(0, 1), kind="removals", role=None, late=None).svg())[1:]


MANY = pa.table(
    {
        "actor": [f"{LONG}, {i}" if i % 7 == 0 else f"maker {i}" for i in range(40)],
        "role": [["maker", "supplier", "office that brokers and certifies"][i % 3] for i in range(40)],
        "units_lost_per_week": [*(1.2e7 / (i + 1) - 4e5 for i in range(38)), 0.0, None],
        "low": [-2e6] * 40,
        "high": [1.4e7] * 40,
        "weeks_late": [None, *(float(12 - i // 4) for i in range(39))],
    }
)


@pytest.mark.parametrize("width", [PAGE, NARROW])
@pytest.mark.parametrize("bounds", [{}, {"low": "low", "high": "high"}])
def test_forty_actors_with_long_names_and_large_figures_keep_apart(width: int, bounds: dict[str, str]) -> None:
    """Where figures leave no room for the plots beside them, they stand over them."""
    drawn = figure(MANY, kind="removals", width=width, language="pt-BR", unit="peças", **bounds)
    words, points = _words(drawn.svg()), _points(drawn.svg())

    assert _touching(words) == []
    assert [w for w in words if w.left < -0.5 or w.right > width + 0.5 or w.bottom > drawn.height + 0.5] == []
    assert [w.text for w in words for x, y in points if w.left < x < w.right and w.top < y < w.bottom] == []
    assert len(points) == 79  # of one actor nobody knows what is lost
    assert max(x for x, _ in points) - min(x for x, _ in points) > width / 3


@pytest.mark.parametrize("width", [PAGE, NARROW])
@pytest.mark.parametrize("bounds", [{}, {"low": "low", "high": "high"}])
def test_forty_levers_keep_apart(width: int, bounds: dict[str, str]) -> None:
    drawn = figure(
        MANY.drop_columns([] if bounds else ["low", "high"]),
        kind="tornado",
        label="actor",
        change="units_lost_per_week",
        width=width,
        language="tr",
        **bounds,
    )
    words = _words(drawn.svg())

    assert _touching(words) == []
    assert [w for w in words if w.left < -0.5 or w.right > width + 0.5 or w.bottom > drawn.height + 0.5] == []


def test_no_small_share_is_written_as_none() -> None:
    rows = pa.table({**STAGES.to_pydict(), "conversion": [None, 0.6, 0.003, None, 0.0, None]})

    assert {"0.3% (62.7 to 70.4)", "0.0% (12.3 to 32.4)"} <= {w.text for w in _words(figure(rows).svg())}


def test_all_may_be_late_for_ever() -> None:
    drawn = figure(MISSED.slice(0, 1))

    assert drawn.kind == "removals"
    assert "never" in [w.text for w in _words(drawn.svg())]


SPANS = pa.table(
    {
        "week": [0, 1, 2, 3, 4, None, None],
        **{f"q{q}": [*FAN[f"q{q}"], None, None] for q in (10, 30, 50, 70, 90)},
        "date_from": [*[None] * 5, 1, 2],
        "date_to": [*[None] * 5, 3, None],
        "at_least": [*[None] * 5, 2.0, None],
        "at_most": [*[None] * 6, 4.0],
    }
)
DAYS = {"date_from": "date_from", "date_to": "date_to", "at_least": "at_least", "at_most": "at_most"}


def test_a_span_of_dates_is_a_line_whose_mark_stands_where_the_bound_is_sure() -> None:
    """At least so much by the last day; at most so much on the first."""
    drawn = figure(SPANS, kind="fan", **DECILES, **DAYS)
    points = {layer["mark"]["shape"]: _rows(drawn, layer)[0]["x"] for layer in _layers(drawn, "point")}
    lines = [row for layer in _layers(drawn, "rule") for row in _rows(drawn, layer) if (row["x"], row["x2"]) == (1, 3)]

    assert points == {"triangle-up": 3, "triangle-down": 2}
    assert len(lines) == 1
    assert drawn.description.endswith("Known: at most 4.00, week 2; at least 2.00, week 1 → 3.")
    assert drawn.written.to_pylist()[-2]["week"] == ""


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"date_to": [*[None] * 5, 0, None]}, r"date_to = 0 before date_from = 1, row 6"),
        ({"week": [0, 1, None, 3, 4, None, None]}, "no week in column 'week', row 3"),
        ({"date_from": [*[None] * 6, 2], "date_to": [*[None] * 6, 2]}, "no week in column 'week', row 6"),
    ],
)
def test_spans_that_cannot_be_drawn_are_named(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(FigureDataError, match=told):
        figure(pa.table({**SPANS.to_pydict(), **changes}), kind="fan", **DECILES, **DAYS)


def test_many_bounds_have_numbers_in_the_plot_and_words_below() -> None:
    """On a phone from three on: in their own words they would cover the fan."""
    phone, wide = (_words(_example("fan", width=width).svg()) for width in (NARROW, PAGE))
    numbers = [w for w in phone if w.text in ("1", "2", "3", "4")]

    assert [sorted(w.text for w in numbers).count(i) for i in ("1", "2", "3", "4")] == [2, 2, 2, 2]
    assert "at least 9,000,000, 2020-05-21, governor's office" in [w.text for w in phone]
    assert "at least 9,000,000" in [w.text for w in wide]


def test_infers_the_kind_from_the_columns() -> None:
    assert figure(LEVERS).kind == "tornado"
    assert figure(STAGES).kind == "funnel"
    assert figure(MISSED).kind == "removals"
    assert figure(STARTS).kind == "gantt"
    assert figure(UNMET).kind == "shortfall"
    assert figure(EVENT).kind == "event_study"
    assert figure(INFERENCES).kind == "coefficients"
    with pytest.raises(UnknownFigureError, match="no kind of figure fits the columns industry, size"):
        figure(ADOPTION)


def test_draws_the_cumulated_deliveries_of_an_ensemble_by_product() -> None:
    """Its table tells more than one measure; each product has a plot and a scale of its own."""
    quantiles = {f"q{q:02}": [1.0, 2.0, 10.0, 20.0, 0.5, 0.1, 5.0, 1.0] for q in (5, 25, 50, 75, 95)}
    rows = pa.table(
        {
            "product": ["gown", "gown", "mask", "mask"] * 2,
            "week": [0, 1] * 4,
            "measure": ["cumulated_deliveries"] * 4 + ["unmet"] * 4,
            **quantiles,
        }
    )
    drawn = figure(rows)

    assert drawn.kind == "fan"
    assert drawn.data.num_rows == 4
    assert {"gown", "mask"} <= {w.text for w in _words(drawn.svg())}
    with pytest.raises(FigureDataError, match=r"no row where measure = 'unmets'; there is .*Did you mean 'unmet'"):
        figure(rows, where={"measure": "unmets"})
    with pytest.raises(MissingColumnError, match="Did you mean 'measure'"):
        figure(rows, where={"measures": "unmet"})


def test_what_is_of_no_product_is_of_all_together() -> None:
    quantiles = {f"q{q:02}": [1.0, 2.0, 1.0, 2.0] for q in (5, 25, 50, 75, 95)}
    drawn = figure(pa.table({"product": [None, None, "mask", "mask"], "week": [0, 1] * 2, **quantiles}))

    assert drawn.kind == "fan"
    assert drawn.data.num_rows == 2


def test_a_result_tells_the_confidence_of_its_intervals() -> None:
    result = ConversionFunnel(table=as_table(STAGES, "rows"), n_apart=1, confidence=0.9)

    assert "(90% interval)" in " ".join(w.text for w in _words(figure(result).svg()))


def test_the_page_on_figures_lists_every_kind() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "draw-figures.md").read_text("utf-8")

    assert re.findall(r"^\| `(\w+)` \|", page, re.M) == sorted(KINDS)


# Refusals


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"kind": "coeficients"}, UnknownFigureError, "Did you mean 'coefficients'"),
        ({"groups": "method"}, FigureOptionError, "takes no 'groups'.*Did you mean 'group'"),
        ({"zero": True}, FigureOptionError, "'coefficients' takes no 'zero'"),
        ({"group": "methods"}, MissingColumnError, "no column 'methods'.*Did you mean 'method'"),
        ({"axis": "percent-change"}, FigureOptionError, "Did you mean 'percent change'"),
        ({"estimate": "term"}, ColumnTypeError, "holds string, where numbers"),
        ({"language": "pt"}, UnknownLanguageError, "Did you mean 'pt-BR'"),
    ],
)
def test_names_what_is_wrong_and_the_nearest_right_word(
    changes: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        figure(INFERENCES, **{"kind": "coefficients", **changes})


def test_refuses_a_table_without_rows_or_without_values() -> None:
    with pytest.raises(FigureDataError, match="has no rows; its columns are term"):
        figure(INFERENCES.slice(0, 0), kind="coefficients")
    for missing in (pa.array([None, None], pa.float64()), pa.array([float("nan")] * 2), pa.nulls(2)):
        rows = pa.table({"term": ["a", "b"], "estimate": missing, "low": [0.0, 0.0], "high": [1.0, 1.0]})
        with pytest.raises(FigureDataError, match="no value in column 'estimate': all 2 are missing"):
            figure(rows)


def test_refuses_what_cannot_be_drawn() -> None:
    with pytest.raises(FigureDataError, match="infinite value in column 'value', row 2"):
        figure(pa.table({"year": [1, 2], "value": [1.0, float("inf")]}), kind="lines")
    with pytest.raises(FigureDataError, match="12 groups in column 'who'"):
        figure(
            pa.table({"year": [1] * 12, "value": [1.0] * 12, "who": [str(i) for i in range(12)]}),
            kind="lines",
            group="who",
        )
    with pytest.raises(FigureDataError, match=r"6 periods.*Use kind='lines'"):
        figure(pa.table({"year": list(range(6)), "value": [1.0] * 6}), kind="slope")
    with pytest.raises(FigureDataError, match="has a period of 'relative_time' twice"):
        figure(pa.concat_tables([EVENT, EVENT]))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("slope", "tornado")])
def test_one_row_is_enough(kind: str) -> None:
    table, options = EXAMPLES[kind]

    assert figure(table.slice(0, 1), kind=kind, **options).svg().startswith("<svg")


def test_importing_brings_neither_pandas_nor_a_chart_library() -> None:
    script = "import sys, industria.brief.figure; print({'pandas', 'altair', 'vl_convert'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "set()"

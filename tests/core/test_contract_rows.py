"""Rules that look over several rows: sums to a total, time within a key, codes of a vintage."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pytest
from pydantic import ValidationError

from industria.core.contract import Contract, GivenLists
from industria.errors import UnknownClassificationError

ENGINES: dict[str, Callable[[pa.Table], Any]] = {
    "duckdb": duckdb.from_arrow,
    "polars": pl.from_arrow,
    "polars-lazy": lambda rows: pl.from_arrow(rows).lazy(),  # type: ignore[union-attr]
    "pandas": pa.Table.to_pandas,
    "arrow": lambda rows: rows,
}
every_engine = pytest.mark.parametrize("engine", ENGINES.values(), ids=list(ENGINES))

# Managers of farms were 11-9011 and 11-9012 in 2000; telecommuters are invented.
LISTS = GivenLists(
    {
        "SOC 2010": {"11-1011", "11-2031", "29-1111", "29-1141"},
        "SOC 2018": {"11-1011", "11-2032", "11-2033", "29-1141"},
        "ISCO-08": {"2221", "2222"},
    }
)


def columns(**values: list[Any]) -> pa.Table:
    return pa.table({name: pa.array(column) for name, column in values.items()})


def broken(table: Any, **rules: Any) -> list[tuple[str, int]]:
    return [(found.rule, found.n_rows) for found in Contract(**rules).violations(table, LISTS)]


OEWS = columns(
    area=["US"] * 4 + ["MA"] * 3 + ["VT"] * 2,
    group=["total", "detailed", "detailed", "major"] + ["total", "detailed", "detailed"] + ["detailed"] * 2,
    jobs=[10.0, 6.0, 4.0, 10.0, 7.0, 3.0, None, 1.0, 2.0],
)
DETAIL = {"value": "jobs", "column": "group", "total": "total", "parts": ["detailed"], "by": ["area"]}


@every_engine
def test_detail_adds_up_to_the_total_of_its_area(engine: Callable[[pa.Table], Any]) -> None:
    """Massachusetts withholds a cell, which may be worth the rest; Vermont has no total."""
    assert broken(engine(OEWS), adds_up_rows=[DETAIL]) == []

    more = OEWS.set_column(2, "jobs", pa.array([9.0, 6.0, 4.0, 10.0, 7.0, 8.0, None, 1.0, 2.0]))
    (found,) = Contract(adds_up_rows=[DETAIL]).violations(engine(more))
    assert found.rule == "jobs of 'detailed' adds up to that of group 'total' within area"
    assert found.examples() == [
        {
            "rule": found.rule,
            "key": {"area": area},
            "value": {"total": total, "parts": parts, "difference": 1.0},
            "n_rows": 2,
        }
        for area, total, parts in (("MA", 7.0, 8.0), ("US", 9.0, 10.0))
    ]


@every_engine
def test_exclusive_ownerships_add_up_and_sums_of_them_do_not(engine: Callable[[pa.Table], Any]) -> None:
    """Local government, 3, stands in 35 too: whoever adds all rows counts it twice."""
    rows = engine(columns(owner=["1235", "1", "2", "3", "5", "35"], jobs=[100, 5, 5, 10, 80, 90]))
    rule = {"value": "jobs", "column": "owner", "total": "1235"}

    assert broken(rows, adds_up_rows=[{**rule, "parts": ["1", "2", "3", "5"]}]) == []
    assert broken(rows, adds_up_rows=[rule]) == [("jobs of all other owner adds up to that of owner '1235'", 1)]


def test_what_is_left_out_of_the_file_may_be_missing_where_the_contract_says_so() -> None:
    short = columns(group=["total", "detailed"], jobs=[22_068_580, 22_054_030])
    rule = {"value": "jobs", "column": "group", "total": "total"}

    assert broken(short, adds_up_rows=[rule])
    assert not broken(short, adds_up_rows=[{**rule, "tolerance": 0.001}])
    assert not broken(short, adds_up_rows=[{**rule, "at_most": True}])
    assert broken(columns(group=["total", "part"], jobs=[10, 11]), adds_up_rows=[{**rule, "at_most": True}])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"total": "totals"}, "group has 'totals', but there is 'detailed', 'major', 'total'. Did you mean 'total'?"),
        ({"parts": ["detail"]}, "group has 'detail', but there is 'detailed', 'major', 'total'. Did you mean"),
        ({"total": 1}, "group has 1, but it holds str such as 'detailed'"),
        ({"value": "job"}, "has a column 'job', but there are area, group, jobs. Did you mean 'jobs'?"),
    ],
)
def test_a_sum_of_rows_that_are_not_there_is_no_kept_promise(change: dict[str, Any], told: str) -> None:
    ((rule, n),) = broken(OEWS, adds_up_rows=[{**DETAIL, **change}])

    assert rule.startswith(told)
    assert n == 0


def test_a_total_is_none_of_its_parts() -> None:
    with pytest.raises(ValidationError, match="'total' is the total and one of its parts"):
        Contract(adds_up_rows=[{**DETAIL, "parts": ["total", "detailed"]}])


PANEL = columns(firm=["a", "a", "a", "b", "b", "b"], year=[1987, 1989, 1988, 1987, 1989, 1989])


@every_engine
def test_time_goes_on_without_gaps(engine: Callable[[pa.Table], Any]) -> None:
    """Rows have no order: firm a's years are whole though they stand in disorder."""
    rule = {"period": "year", "by": ["firm"], "no_gaps": True}
    twice, gap = Contract(time=[rule]).violations(engine(PANEL))

    assert twice.rule == "year is increasing within firm: no period stands twice"
    assert twice.examples()[0]["key"] == {"firm": "b", "year": 1989}
    assert gap.rule == "year has no gaps within firm"
    assert gap.rows == [{"firm": "b", "first": 1987, "last": 1989, "missing_periods": 1}]
    assert gap.key == ("firm",)
    assert broken(engine(PANEL), time=[{**rule, "increasing": False}]) == [(gap.rule, 1)]


@pytest.mark.parametrize(
    ("periods", "step", "missing"),
    [
        ([2019, 2021, 2023], 2, None),
        ([2019, 2021, 2022], 2, 0),  # as many as there should be, and off the beat
        ([2019.0, 2020.0], 1, None),
        (["2019-Q4", "2020-Q1"], 1, None),
        (["2019Q4", "2020Q2"], 1, 1),
        (["2019-12", "2020-01"], 1, None),
        (["2019M12", "2020M03"], 1, 2),
        (["2019", "2021"], 1, 1),
        (["2024-02-28", "2024-03-01"], 1, 1),
        ([dt.date(2019, 12, 1), dt.date(2020, 1, 1)], 1, None),
        ([dt.date(2019, 1, 1), dt.date(2020, 1, 1)], 1, None),
        ([dt.date(2019, 1, 1), dt.date(2019, 4, 1), dt.date(2019, 7, 1)], 3, None),
        ([dt.date(2019, 1, 31), dt.date(2019, 2, 2)], 1, 1),
        ([None, 2019, 2020], 1, None),
    ],
)
def test_each_way_to_write_a_period_is_counted(periods: list[Any], step: int, missing: int | None) -> None:
    found = Contract(time=[{"period": "t", "no_gaps": True, "step": step}]).violations(columns(t=periods))

    assert [row["missing_periods"] for one in found for row in one.rows] == ([] if missing is None else [missing])


@pytest.mark.parametrize(
    ("periods", "told"),
    [
        (["2019", "2020-Q1"], "t has no gaps, but holds years ('2019') and quarters ('2020-Q1')"),
        (["spring"], "t has no gaps, but 'spring' is no year, quarter, month or day"),
        (["2023-02-30"], "t has no gaps, but a day of it cannot be"),
        ([2019.5], "t has no gaps, but 2019.5 is no whole number"),
    ],
)
def test_what_is_no_period_is_told(periods: list[Any], told: str) -> None:
    ((rule, _),) = broken(columns(t=periods), time=[{"period": "t", "no_gaps": True}])

    assert rule.startswith(told)


@every_engine
def test_codes_of_another_vintage_say_which_fits_better(engine: Callable[[pa.Table], Any]) -> None:
    rows = engine(columns(row=[1, 2, 3, 4], occupation=["11-1011", "11-2031", "29-1111", None]))
    contract = Contract(columns={"occupation": {"classification": "SOC 2018"}}, key=["row"])
    (found,) = contract.violations(rows, LISTS)

    assert found.rule == (
        "occupation is a code of SOC 2018 (it is in 33.3 % of rows; SOC 2010 fits better, with 100 %)"
    )
    assert found.n_rows == 2
    assert found.rows == [{"row": 2, "occupation": "11-2031"}, {"row": 3, "occupation": "29-1111"}]
    assert found.examples()[0]["key"] == {"row": 2}


def test_groups_above_listed_codes_are_of_the_vintage() -> None:
    groups = columns(code=["11-0000", "11-2000", "11-2030", "11-2032"])
    rule = {"code": {"classification": "SOC 2018"}}

    assert broken(groups, columns=rule) == []
    assert broken(columns(code=["15-0000", "11-1011"]), columns=rule) == [("code is a code of SOC 2018", 1)]


def test_vintages_of_other_classifications_are_not_held_against_a_table() -> None:
    found = broken(columns(code=["2221", "221"]), columns={"code": {"classification": "SOC 2018"}})

    assert found == [("code is a code of SOC 2018, whose codes look like 29-1141", 2)]


def test_without_a_vintage_the_form_alone_is_asked() -> None:
    rows = columns(code=["11-9999", "119999"])

    assert broken(rows, columns={"code": {"classification": "SOC"}}) == [
        ("code is a code of SOC, whose codes look like 29-1141", 1)
    ]


def test_codes_that_became_numbers_are_told() -> None:
    found = broken(columns(code=[2221, 2222]), columns={"code": {"classification": "ISCO-08"}})

    assert found == [("code has codes of ISCO-08 as text, but holds int64", 0)]


def test_a_vintage_that_nobody_lists_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownClassificationError, match=r"'SOC 2017' is no classification; .* Did you mean 'SOC 201"):
        broken(columns(code=["11-1011"]), columns={"code": {"classification": "SOC 2017"}})


def test_a_classification_that_is_none_is_refused_with_the_nearest() -> None:
    with pytest.raises(ValidationError, match=r"'SOCS 2018' is no classification; .*as 'SOC 2018'"):
        Contract(columns={"code": {"classification": "SOCS 2018"}})


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ({"time": [{"period": "year", "by": ["year"]}]}, "by has 'year', which is period already"),
        ({"adds_up_rows": [{**DETAIL, "by": ["group"]}]}, "by has 'group', which is column already"),
        ({"adds_up_rows": [{**DETAIL, "by": ["parts"]}]}, "by has 'parts', as violations call what they tell"),
        ({"time": [{"period": "year", "step": 0}]}, "greater than or equal to 1"),
    ],
)
def test_a_column_has_one_role(rules: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Contract(**rules)


def test_a_table_without_rows_keeps_no_promise_of_a_total_and_breaks_none_of_time() -> None:
    empty = OEWS.slice(0, 0)

    assert broken(empty, time=[{"period": "jobs", "by": ["area"], "no_gaps": True}]) == []
    assert broken(empty, adds_up_rows=[DETAIL]) == [("group has 'total', but it has no value.", 0)]

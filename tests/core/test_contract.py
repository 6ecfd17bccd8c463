from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest
from pydantic import ValidationError

from industria.core.contract import Contract, violations
from industria.core.table import as_table
from industria.errors import ContractError

SURVEY = as_table(
    pa.table(
        {
            "firm": ["a", "a", "b", "c", None],
            "year": [1987, 1988, 1987, 1987, 1988],
            "jobs": [10, 12, None, 4, 5],
            "share": [0.2, 0.3, 1.2, -0.1, 0.5],
            "women": [4.0, 6.0, 1.0, 1.0, 2.0],
            "men": [6.0, 6.0, 1.0, 4.0, 3.0],
            "size": ["small", "small", "large", "huge", None],
            "grant": [True, False, None, True, False],
            "asked": [dt.date(1989, 1, 1)] * 5,
        }
    ),
    "survey",
)


def _broken(**rules: Any) -> list[tuple[str, int]]:
    return [(v.rule, v.n_rows) for v in violations(SURVEY, Contract(**rules))]


def test_a_table_that_keeps_its_contract_breaks_nothing() -> None:
    kept = Contract(
        columns={
            "firm": {"type": "text"},
            "year": {"type": "integer", "not_null": True, "minimum": 1987, "maximum": 1988, "unit": "years"},
            "jobs": {"type": "number", "unit": "jobs"},  # whole numbers are numbers
            "grant": {"type": "boolean", "values": [True, False]},
            "asked": {"type": "date"},
            "wage": {"required": False, "not_null": True},
        },
        key=["firm", "year"],
        minimum_rows=5,
    )

    assert violations(SURVEY, kept) == []
    kept.check(SURVEY, "survey")
    assert kept.units() == {"year": "years", "jobs": "jobs"}


@pytest.mark.parametrize(
    ("rules", "broken"),
    [
        ({"columns": {"sizes": {}}}, ("has a column 'sizes', but there are", 0)),
        ({"columns": {"jobs": {"type": "text"}}}, ("jobs is text, but holds int64", 0)),
        ({"columns": {"jobs": {"not_null": True}}}, ("jobs is never missing", 1)),
        ({"columns": {"firm": {"unique": True}}}, ("firm names a row once", 1)),
        ({"columns": {"share": {"minimum": 0}}}, ("share is at least 0", 1)),
        ({"columns": {"share": {"maximum": 1}}}, ("share is at most 1", 1)),
        ({"columns": {"size": {"values": ["small", "large"]}}}, ("size is one of small, large", 1)),
        ({"key": ["year"]}, ("year names a row once", 2)),
        ({"key": ["firms"]}, ("has a column 'firms', but there are", 0)),
        ({"adds_up": [{"parts": ["women", "men"], "total": "jobs"}]}, ("women + men adds up to jobs", 1)),
        ({"adds_up": [{"parts": ["share"], "total": 1.0, "tolerance": 0.5}]}, ("share adds up to 1.0", 3)),
        ({"adds_up": [{"parts": ["women"], "total": "job"}]}, ("has a column 'job' that parts add up to. Did you", 0)),
        ({"minimum_rows": 6}, ("at least 6 rows, but it has 5", 0)),
    ],
)
def test_each_rule_finds_the_rows_that_break_it(rules: dict[str, Any], broken: tuple[str, int]) -> None:
    ((rule, n_rows),) = _broken(**rules)

    assert rule.startswith(broken[0])
    assert n_rows == broken[1]


def test_a_closed_table_has_no_other_columns() -> None:
    columns = {c: {} for c in SURVEY.collect_schema().names() if c != "share"}

    assert _broken(columns=columns, closed=True) == [("has no other columns, but there is 'share'.", 0)]


def test_rounded_parts_pass_within_the_tolerance() -> None:
    shares = as_table(pa.table({"a": [0.1], "b": [0.2], "c": [0.299]}), "shares")
    within, exact = (Contract(adds_up=[{"parts": ["a", "b"], "total": "c", "tolerance": t}]) for t in (0.001, 0.0))

    assert violations(shares, within) == []
    assert len(violations(shares, exact)) == 1


def test_sums_of_any_size_pass_for_their_total() -> None:
    """In payrolls of billions doubles are 1e-6 apart."""
    parts = {"a": [0.1, 4100000000.7], "b": [0.2, 3300000000.6], "c": [0.3, 7400000001.3]}

    assert parts["a"][1] + parts["b"][1] != parts["c"][1]
    assert violations(as_table(pa.table(parts), "t"), Contract(adds_up=[{"parts": ["a", "b"], "total": "c"}])) == []


def test_a_missing_part_breaks_no_sum() -> None:
    """Whether a cell may be empty is said by not_null."""
    gap = as_table(pa.table({"a": [1.0], "b": [None], "c": [3.0]}), "t")

    assert violations(gap, Contract(adds_up=[{"parts": ["a"], "total": "c"}]))
    assert not violations(
        as_table(pa.table({"a": [1.0], "b": pa.array([None], "f8"), "c": [3.0]}), "t"),
        Contract(adds_up=[{"parts": ["a", "b"], "total": "c"}]),
    )


def test_a_wrong_type_is_told_once_and_not_tried_further() -> None:
    assert len(_broken(columns={"size": {"type": "number", "minimum": 0, "not_null": True}})) == 1


def test_the_first_failing_rows_come_with_their_key() -> None:
    contract = Contract(columns={"share": {"maximum": 0.25}}, key=["firm", "year"])
    (violation,) = violations(SURVEY, contract)

    assert violation.n_rows == 3
    assert {"firm": "a", "year": 1988, "share": 0.3} in violation.rows
    assert "3 rows do not, first firm = " in str(violation)


def test_all_broken_rules_stand_in_one_error() -> None:
    contract = Contract(columns={"share": {"minimum": 0, "maximum": 1}, "jobs": {"not_null": True}})

    with pytest.raises(ContractError, match="survey breaks its contract in 3 ways") as told:
        contract.check(SURVEY, "survey")
    assert told.value.exit_code == 3
    assert [violation.n_rows for violation in told.value.violations] == [1, 1, 1]


def test_a_unit_that_is_on_no_list_is_refused_with_the_nearest() -> None:
    with pytest.raises(ValidationError, match=r"'percents' is no unit; .*Did you mean 'percentage points'"):
        Contract(columns={"jobs": {"unit": "percents"}})


def test_a_rule_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError, match="extra"):
        Contract(columns={"jobs": {"minimun": 1}})

"""What is refused, by name and without a value of a record."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from industria.errors import IndustriaError, PolicyError, ReleaseRefusedError
from industria.release import Policy, release
from industria.release._decided import decided
from industria.release._leaving import Leaving
from industria.release._of_results import of_results
from industria.release._refusals import refuse_weaker
from tests.release.cells import counted, counts, firms, magnitudes

SECRET = "8123.0625"
"""The value of a record, which no message may hold."""
OF = {"a": [float(SECRET), 2, 1], "b": [600, 500, 400], "c": [900, 800, 700]}
POLICY = Policy(threshold=3, p=0.1)


def table(**more: Any) -> Any:
    return magnitudes(firms(OF, ["code"]).assign(**more), ["code"])


def refused(
    of: Any, policy: Policy, words: str, error: type[IndustriaError] = ReleaseRefusedError, **more: Any
) -> None:
    with pytest.raises(error, match=words) as told:
        release(of, policy, **more)
    for secret in (SECRET, "8123", "a-0"):
        assert secret not in str(told.value)


def test_a_kept_cell_that_no_table_has() -> None:
    refused({"t": table()}, Policy(threshold=3, p=0.1, keep=({"code": "bb"},)), "Did you mean 'b'", PolicyError)
    refused({"t": table()}, Policy(threshold=3, p=0.1, keep=({"kode": "b"},)), "Did you mean 'code'", PolicyError)


def test_kept_cells_that_leave_nothing_to_protect_with() -> None:
    policy = Policy(threshold=3, p=0.1, keep=({"code": "b"}, {"code": "c"}, {"code": "Total"}))

    refused({"t": table()}, policy, "code = 'a': it is sensitive, and no cells that may be withheld protect it")


def test_contributions_below_zero_where_the_policy_refuses_them() -> None:
    records = firms({"a": [5, -2, 4, 4], "b": [6, 6, 6]}, ["code"])

    refused(
        {"t": magnitudes(records, ["code"])}, Policy(threshold=2, p=0.1, negatives="refuse"), "contribution below zero"
    )


def test_copies_of_units_of_holdings() -> None:
    records = firms(OF, ["code"]).assign(weight=2.0, holding="h")
    of = magnitudes(records, ["code"], weight="weight", holding="holding")

    refused({"t": of}, Policy(threshold=2, p=0.1, weights="expanded"), "to which holding a copy belongs")


def test_strict_names_the_step() -> None:
    refused({"t": table()}, POLICY, "step 't': 2 of 4 rows", strict=True)


def test_everything_withheld_is_no_error_and_said() -> None:
    of = counts(counted({"a": 1, "b": 1}, ["code"]), ["code"])
    found = release({"t": of}, Policy(threshold=5))

    assert found.n_withheld == found.n_cells == 3
    assert found.certificate["statement"].startswith("3 of 3 cells withheld")


def test_an_endless_contribution() -> None:
    step = of_results({"t": table()})[0]
    rows = step.tables["contributors"].to_pandas()
    rows.loc[0, "contribution_value"] = float("inf")
    import pyarrow as pa

    tables = {**step.tables, "contributors": pa.Table.from_pandas(rows, preserve_index=False)}
    broken = Leaving(step.name, step.kind, step.measure, step.table, step.by, step.facts, tables)

    with pytest.raises(ReleaseRefusedError, match="is infinite"):
        decided([broken], POLICY)


def test_weights_that_are_secret_known_or_copies() -> None:
    """Two firms with weight 3 and 2: whoever knows the weights knows more."""
    records = firms({"a": [100, 1, 1], "b": [50, 40, 30], "c": [60, 50, 40]}, ["code"]).assign(weight=1.0)
    records.loc[records["firm"] == "a-1", "weight"] = 30.0
    of = magnitudes(records, ["code"], weight="weight")

    status = {
        way: release({"t": of}, Policy(threshold=2, p=0.5, weights=way)).site_table("t").to_pandas().set_index("code")
        for way in ("sample", "known")
    }
    assert status["sample"].loc["a", "value"] == 131.0
    assert status["known"].loc["a", "status"] == "primary"


def test_a_column_without_contributors_is_judged_by_its_support() -> None:
    """The largest two of a row are told by its support alone; a share that is no ratio of sums tells none."""
    from industria.core.result import Result
    from industria.core.table import as_table

    rows = pd.DataFrame(
        {
            "industry": ["a", "b"],
            "sales": [100.0, 90.0],
            "share": [0.5, 0.4],
            "largest": ["firm x", "firm y"],
            "support_units": [5, 5],
            "support_sales_largest": [95.0, 30.0],
            "support_sales_second": [2.0, 20.0],
        }
    )
    found = release({"t": Result(table=as_table(rows, "rows"))}, POLICY)

    assert found.table("t").to_pydict() == {
        "industry": ["a", "b"],
        "sales": [None, 90.0],
        "share": [None, None],
        "largest": [None, None],
        "status": ["withheld", "withheld"],
    }
    assert any("not of Industria" in words for words in found.certificate["not_checked"])


def test_a_policy_weaker_than_that_of_the_pack() -> None:
    with pytest.raises(ReleaseRefusedError, match="weaker than that of the pack in threshold, p"):
        refuse_weaker(Policy(threshold=3, p=0.1), Policy(threshold=10, p=0.2))
    refuse_weaker(Policy(threshold=10, p=0.2), Policy(threshold=3, p=0.1))

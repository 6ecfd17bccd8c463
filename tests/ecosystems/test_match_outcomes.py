from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings

from industria.core.table import collect
from industria.ecosystems import match_funnel, match_outcomes
from industria.errors import ChoiceError, EmptyTableError, ParameterRangeError, ReservedNameError
from tests.ecosystems.lines import START, line, lines, matches, published

LINES = lines(
    line("a", 0, 10, "delivered"),
    line("b", 0, 20, "delivered"),
    line("c", 5, -2, "delivered", item="mask"),
    line("d", 5, 7, "closed", item="mask", reason="no_need"),
    line("e", 6, None, "open", item="mask"),
    line("f", 1, 9, "closed"),
    line("g", 25, 1, "delivered"),
)
WORDS = {"delivered", "closed", "open"}
EXAMPLE = ({"matches": LINES}, {"by": ["item"]})


def shares(rows: pa.Table, **parameters: Any) -> dict[tuple[float, str, str | None], float]:
    found = match_outcomes(rows, **parameters).to_arrow().to_pylist()
    return {(row["at"], row["status"], row["reason"]): row["incidence"] for row in found}


def test_six_lines_by_hand() -> None:
    """Ended after 1, 10 and 20 days by delivery, 7 (no need) and 9 days by closing; one open after 20.

    The last date is day 26, so that the open line, made on day 6, was watched for 20 days. After day 10
    two are left, one of which was delivered on day 20: 3/6 + 1/6.
    """
    found = match_outcomes(LINES, at=[5, 10, 20])

    assert (found.n_lines, found.n_used, found.n_negative, found.n_undated) == (7, 6, 1, 0)
    assert shares(LINES, at=[5, 10, 20]) == pytest.approx(
        {
            (5, "delivered", None): 1 / 6,
            (5, "closed", "no_need"): 0,
            (5, "closed", None): 0,
            (5, "open", None): 5 / 6,
            (10, "delivered", None): 2 / 6,
            (10, "closed", "no_need"): 1 / 6,
            (10, "closed", None): 1 / 6,
            (10, "open", None): 2 / 6,
            (20, "delivered", None): 3 / 6,
            (20, "closed", "no_need"): 1 / 6,
            (20, "closed", None): 1 / 6,
            (20, "open", None): 1 / 6,
        }
    )


@settings(max_examples=25)
@given(matches())
def test_incidences_and_what_is_open_sum_to_one(rows: pa.Table) -> None:
    try:
        found = match_outcomes(rows, by="item").to_pandas()
    except EmptyTableError:
        assert match_funnel(rows, by=()).to_arrow()["open"][0].as_py() < rows.num_rows
        return
    sums = found.groupby(["item", "at"])["incidence"].agg(lambda column: column.sum(skipna=False)).dropna()

    assert sums.tolist() == pytest.approx([1.0] * len(sums))


@settings(max_examples=25)
@given(matches(statuses=("delivered", "closed"), least=0))
def test_where_nothing_is_open_they_are_plain_fractions(rows: pa.Table) -> None:
    n = rows.num_rows
    counts = {
        (what, why): sum(r["status"] == what and r["reason"] == why for r in rows.to_pylist())
        for what in ("delivered", "closed")
        for why in (None, "no_need", "no_supply")
    }
    found = {key[1:]: share for key, share in shares(rows, at=[40]).items()}

    assert found == pytest.approx(
        {key: count / n for key, count in counts.items() if key in found} | {("open", None): 0}
    )


def heap() -> pa.Table:
    """Ten lines that took three days each, and ten of the same kind that somebody closed together on day 100."""
    rows = [line(f"m{i}", i * 9, 3, "delivered") for i in range(10)]
    return lines(*rows, *(line(f"h{i}", 2 * i, 100 - 2 * i, "delivered") for i in range(10)))


def test_a_heap_tells_only_that_a_line_had_ended() -> None:
    """As dates stand half of the lines took more than a month; as ends by then they are as the others were."""
    kept, spread = (shares(heap(), at=[7], heaps=word) for word in ("keep", "interval"))

    assert kept[7, "delivered", None] == pytest.approx(0.5)
    assert spread[7, "delivered", None] == pytest.approx(1, abs=1e-3)  # the algorithm comes near step by step
    assert match_outcomes(heap(), heaps="interval").n_heaped == 10


def test_without_heaps_both_ways_agree() -> None:
    """Whole days, none of which has a tenth of all closings."""
    rows = lines(*(line(f"m{i}", 3 * i, 3 + i % 5, "delivered" if i % 3 else "closed") for i in range(30)))
    kept, spread = (shares(rows, at=[3, 5, 7], heaps=word) for word in ("keep", "interval"))

    assert spread == pytest.approx(kept, abs=1e-6)


def test_a_part_of_a_day_is_of_the_day_that_it_falls_in() -> None:
    """Of lines that took 2.5 days none had ended after two."""
    ended = [line(f"m{i}", 5 * i, 2.5, "delivered") for i in range(12)]
    rows = lines(*ended, line("o", 60 - 2.5, None, "open"), line("c", 58, 2, "closed"))

    assert shares(rows, at=[2], heaps="interval") == pytest.approx(
        {(2, "delivered", None): 0, (2, "closed", None): 1 / 14, (2, "open", None): 13 / 14}, abs=1e-6
    )


def test_errors_by_leaving_out_each_line_are_those_of_a_share() -> None:
    """Of fifteen lines, all ended, each is left out in turn: the jackknife of a mean, p (1 - p)/(n - 1)."""
    rows = lines(*(line(f"m{i}", 3 * i, 6 if i < 9 else 2, "delivered" if i % 3 else "closed") for i in range(15)))
    for row in match_outcomes(rows, at=[3, 6], heaps="interval").to_arrow().to_pylist():
        share = row["incidence"]
        assert row["standard_error"] == pytest.approx((share * (1 - share) / 14) ** 0.5, abs=1e-6)


def test_errors_by_leaving_out_are_near_those_of_the_formula() -> None:
    """Twenty samples of 300 lines tell an error to about a sixth of itself."""
    rows = lines(*(line(f"m{i}", i, 3 + i * 7 % 5, "delivered" if i % 3 else "closed") for i in range(300)))
    kept, spread = (
        [row["standard_error"] for row in match_outcomes(rows, at=[5], heaps=word).to_arrow().to_pylist()]
        for word in ("keep", "interval")
    )

    assert spread == pytest.approx(kept, rel=0.5)


def test_how_the_matches_of_getusppe_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within four weeks 31 % were delivered as dates stand, and 48 % where a heap tells only an end by then."""
    rows = published(monkeypatch)
    found = match_outcomes(rows)
    kept, spread = (shares(rows, at=[28], heaps=word) for word in ("keep", "interval"))

    assert (found.n_lines, found.n_negative, found.n_heaped) == (6932, 307, 2530)
    assert kept[28, "delivered", None] == pytest.approx(0.3097, abs=5e-5)
    assert spread[28, "delivered", None] == pytest.approx(0.480, abs=5e-4)
    assert [sum(kept.values()), sum(spread.values())] == pytest.approx([1, 1])


def test_what_cannot_be_dated_is_counted_and_told() -> None:
    rows = lines(line("a", 0, 3, "delivered"), line("b", 0, None, "delivered"))
    found = match_outcomes(rows)

    assert (found.n_used, found.n_undated) == (1, 1)
    assert "it is missing, and not open" in collect(found.issues)["problem"].to_pylist()
    with pytest.raises(EmptyTableError, match="can be dated"):
        match_outcomes(lines(line("b", 0, None, "delivered")))


def test_nothing_is_told_beyond_what_was_watched() -> None:
    rows = lines(line("a", 0, 3, "delivered"), line("b", 0, None, "open", closed=None))
    rows = pa.concat_tables([rows, lines(line("c", 5, 1, "delivered"))])

    assert shares(rows, at=[6])[6, "delivered", None] == pytest.approx(2 / 3)
    assert shares(rows, at=[7])[7, "delivered", None] is None


def test_words_and_numbers_that_are_wrong_are_told() -> None:
    with pytest.raises(ChoiceError, match=r"heaps='intervall'.*Did you mean 'interval'"):
        match_outcomes(LINES, heaps="intervall")  # type: ignore[arg-type]
    for at in ([], [-1], [float("nan")], ["week"]):
        with pytest.raises(ParameterRangeError, match="at="):
            match_outcomes(LINES, at=at)  # type: ignore[arg-type]
    with pytest.raises(ReservedNameError):
        match_outcomes(LINES, by="reason")
    for confidence in (0.0, 1.0, 95):
        with pytest.raises(ParameterRangeError, match=f"confidence={confidence}; it takes a number between 0 and 1"):
            match_outcomes(LINES, confidence=confidence)


def test_an_interval_is_as_wide_as_its_confidence() -> None:
    """On the scale of log(-log) its half widths are those of the normal distribution."""
    half_widths = []
    for confidence in (0.5, 0.95):
        found = match_outcomes(LINES, at=[10], confidence=confidence)
        row = found.to_arrow().to_pylist()[0]
        low, middle, high = (math.log(-math.log(row[name])) for name in ("low", "incidence", "high"))
        assert found.confidence == confidence
        assert low - middle == pytest.approx(middle - high)
        half_widths.append(low - middle)

    assert half_widths[1] / half_widths[0] == pytest.approx(1.959964 / 0.674490, rel=1e-6)


def test_whole_days_are_whole_numbers() -> None:
    """An address has at=7, and finds it."""
    assert match_outcomes(LINES, at=[7]).to_arrow().schema.field("at").type == pa.int64()
    assert match_outcomes(LINES, at=[7, 0.5]).to_arrow().schema.field("at").type == pa.float64()


def test_the_clock_counts() -> None:
    """Half a day is half a day."""
    rows = lines(line("a", 0, 0.5, "delivered"), line("b", 0, 1.5, "delivered"), line("c", 0, None, "open"))

    assert shares(rows, at=[1])[1, "delivered", None] == pytest.approx(1 / 3)
    assert START + timedelta(days=1.5) in rows["closed"].to_pylist()

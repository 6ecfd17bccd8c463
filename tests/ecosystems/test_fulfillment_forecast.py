from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from industria.core.table import collect
from industria.ecosystems import fulfillment_forecast
from industria.errors import EmptyTableError, ParameterRangeError, UsageError
from tests.ecosystems.lines import START, line, lines, published

WORDS = {"delivered", "closed", "open"}


def day(n: float) -> str:
    return (START + timedelta(days=n)).date().isoformat()


def stream(weeks: int, units: float = 10.0, **cells: Any) -> pa.Table:
    """Each week three lines: one that is delivered within the week, one after ten days, one that is closed."""
    rows = []
    for week in range(weeks):
        rows.append(line(f"a{week}", 7 * week + 1, 3, "delivered", quantity=units, **cells))
        rows.append(line(f"b{week}", 7 * week + 2, 10, "delivered", quantity=units, **cells))
        rows.append(line(f"c{week}", 7 * week + 3, 9, "closed", quantity=units, **cells))
    return lines(*rows)


def noisy(weeks: int, seed: int) -> pa.Table:
    """A few lines a week, some of which are delivered after up to five weeks."""
    rng = np.random.default_rng(seed)
    rows = []
    for i, made in enumerate(np.sort(rng.uniform(0, 7 * weeks, 4 * weeks))):
        status = ("delivered", "delivered", "closed")[rng.integers(3)]
        rows.append(line(f"m{i}", made, rng.uniform(0, 35), status, quantity=float(rng.integers(1, 20))))
    return lines(*rows)


EXAMPLE = ({"matches": noisy(12, 1)}, {"cutoffs": [day(42), day(56)], "horizon_weeks": 2, "draws": 20, "rng": 1})


def test_what_comes_every_week_comes_again() -> None:
    """Twenty units a week, of which no draw can doubt more than the first weeks: four weeks are 80."""
    found = fulfillment_forecast(stream(40), cutoffs=[day(140)], horizon_weeks=4, draws=100, rng=1)
    (row,) = found.to_arrow().to_pylist()

    assert (row["naive"], row["actual"]) == (80.0, 80.0)
    assert row["low"] <= row["forecast"] <= row["high"]
    assert row["forecast"] == pytest.approx(80, rel=0.15)
    assert row["covered"] is True


def test_scores_by_hand() -> None:
    """At coverage .5 the ends are quartiles; the pinball loss is t (y - q) above q, and (1 - t) (q - y) below."""
    found = fulfillment_forecast(noisy(30, 3), cutoffs=[day(140)], horizon_weeks=4, coverage=0.5, draws=50, rng=1)
    (row,) = found.to_arrow().to_pylist()
    came = row["actual"]

    def loss(t: float, q: float) -> float:
        return t * (came - q) if came >= q else (1 - t) * (q - came)

    ends = [(0.25, row["low"]), (0.5, row["forecast"]), (0.75, row["high"])]
    assert row["pinball"] == pytest.approx(np.mean([loss(t, q) for t, q in ends]))
    assert row["pinball_naive"] == pytest.approx(np.mean([loss(t, row["naive"]) for t, _ in ends]))
    assert found.skill == pytest.approx(1 - row["pinball"] / row["pinball_naive"])
    assert row["covered"] == (row["low"] <= came <= row["high"])


def test_a_forecast_knows_nothing_of_what_comes_later() -> None:
    """Lines that are made after the cut-off, and closings after it, may be anything."""
    rows = noisy(30, 5)
    now = START + timedelta(days=105)
    later = []
    for row in rows.to_pylist():
        if row["created"] >= now:
            row |= {"quantity": 1e6, "status": "closed"}
        elif row["closed"] >= now:
            row |= {"status": "open", "closed": None}
        later.append(row)
    # A later forecast knows more, and what it knows is not handed back.
    asked: dict[str, Any] = {"cutoffs": [day(105), day(189)], "horizon_weeks": 3, "draws": 50, "rng": 7}
    one, _ = fulfillment_forecast(rows, **asked).to_arrow().to_pylist()
    other, _ = fulfillment_forecast(lines(*later), **asked).to_arrow().to_pylist()

    for name in ("open_lines", "forecast", "low", "high", "naive"):
        assert one[name] == other[name], name
    assert one["actual"] > 0 == other["actual"]


def test_intervals_of_a_steady_stream_cover_about_as_often_as_they_say() -> None:
    """Thirty overlapping cut-offs of one stream: four fifths, give or take the standard error of ten apart."""
    weeks = [day(7 * week) for week in range(30, 60)]
    found = fulfillment_forecast(noisy(66, 11), cutoffs=weeks, horizon_weeks=3, draws=100, rng=1)

    assert found.n_scored == 30
    assert found.share_covered == pytest.approx(0.8, abs=0.25)
    assert found.skill is not None
    assert found.skill > 0


def test_units_scale() -> None:
    asked: dict[str, Any] = {"cutoffs": [day(105)], "horizon_weeks": 3, "draws": 30, "rng": 2}
    one, ten = (fulfillment_forecast(stream(30, units), **asked).to_arrow().to_pylist()[0] for units in (1.0, 10.0))

    for name in ("forecast", "low", "high", "naive", "actual"):
        assert ten[name] == pytest.approx(10 * one[name])


def test_weeks_beyond_the_lines_are_forecast_and_not_scored() -> None:
    found = fulfillment_forecast(stream(20), cutoffs=[day(-7), day(130)], horizon_weeks=4, draws=10, rng=1)
    before, after = found.to_arrow().to_pylist()

    assert [before[name] for name in ("open_lines", "forecast", "pinball")] == [0, None, None]
    assert after["forecast"] > 0
    assert [after[name] for name in ("actual", "covered", "pinball")] == [None, None, None]
    assert (found.n_scored, found.skill, found.share_covered) == (0, None, None)


def test_the_matches_of_getusppe_month_by_month(monkeypatch: pytest.MonkeyPatch) -> None:
    """Better than the weeks before, in all and in most months; and surer of itself than it may be."""
    months = [f"2020-{month:02d}-01" for month in range(7, 13)] + [f"2021-{month:02d}-01" for month in range(1, 7)]
    found = fulfillment_forecast(published(monkeypatch), cutoffs=months, draws=200, rng=1)
    rows = found.to_arrow().to_pylist()

    assert (found.n_scored, found.n_negative, found.n_undated) == (11, 307, 0)
    # Units of delivered lines closed from 1 October to 25 November 2020, as SQL adds them up.
    assert rows[3]["actual"] == 1_293_889
    assert rows[3]["open_lines"] == 1678
    assert found.skill is not None
    assert found.skill > 0.2
    assert sum(row["pinball"] <= row["pinball_naive"] for row in rows[:11]) >= 8
    assert found.share_covered is not None
    assert 0.3 < found.share_covered < 0.8


def test_what_is_left_out_is_counted_and_told() -> None:
    rows = [*stream(20).to_pylist(), line("x", 50, -3, "delivered"), line("y", 50, None, "delivered")]
    found = fulfillment_forecast(lines(*rows), cutoffs=day(70), draws=5, rng=1)

    assert (found.n_negative, found.n_undated) == (1, 1)
    told = {(row["match"], row["problem"]) for row in collect(found.issues).to_pylist()}
    assert {("x", "it is before the match was made"), ("y", "it is missing, and not open")} <= told


def test_numbers_and_days_that_are_wrong_are_told() -> None:
    rows = stream(10)
    for cutoffs in ([], ["November"], [3]):
        with pytest.raises(ParameterRangeError, match="cutoffs="):
            fulfillment_forecast(rows, cutoffs=cutoffs, rng=1)  # type: ignore[arg-type]
    for wrong in ({"horizon_weeks": 0}, {"coverage": 80}):
        with pytest.raises(ParameterRangeError, match=next(iter(wrong))):
            fulfillment_forecast(rows, cutoffs=[day(70)], rng=1, **wrong)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"draws|replications"):
        fulfillment_forecast(rows, cutoffs=[day(60)], draws=0, rng=1)
    with pytest.raises(EmptyTableError, match="can be dated"):
        fulfillment_forecast(rows.slice(0, 0), cutoffs=[day(70)], rng=1)
    assert fulfillment_forecast(rows, cutoffs=[date(2020, 6, 1)], draws=5, rng=1).n_scored == 0  # type: ignore[list-item]

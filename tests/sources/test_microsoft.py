"""Use of an assistant by activity, and what it makes of occupations."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from industria.errors import BrokenFileError, MissingColumnError
from industria.sources import microsoft
from tests.sources.official_files import WHOLE, mirrored, rows_of
from tests.sources.score_tables import RECORDED, recorded, small

# As `soc_ai_applicability_scores.csv` has them.
PUBLISHED = {"11-1011": 0.155502898114603, "11-1021": 0.12102843268401459, "11-1031": 0.2689786690737696}


def test_each_side_of_an_activity_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded(monkeypatch, microsoft)
    rows = rows_of("microsoft.applicability").to_pylist()

    assert len(rows) == 40
    assert [(row["activity"], row["side"]) for row in rows[:3]] == [
        ("4.A.1.a.1.I01", "user"),
        ("4.A.1.a.1.I01", "ai"),
        ("4.A.1.a.1.I02", "user"),
    ]
    assert rows[0]["share"] == 0.0042814446187640935
    assert rows[1]["completion"] == 0.8622881355932204


def test_each_pair_of_occupation_and_activity_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded(monkeypatch, microsoft)
    rows = rows_of("microsoft.applicability", table="soc_iwa_weights").to_pylist()

    assert len(rows) == 20 * 12
    assert rows[2] == {"occupation": "11-1011", "activity": "4.A.1.a.1.I03", "weight": 8.939213233527807}
    assert rows[0]["weight"] == 0.0


def test_scores_of_occupations_have_no_side_and_metrics_have_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("coverage", "completion", "impact_scope", "feedback_positive_fraction", "ai_applicability_score")
    header = ",".join(f"{name}_{side}" for name in names for side in ("user", "ai"))
    codes = [f"11-{1011 + i}" for i in range(20)]
    small(
        monkeypatch,
        microsoft,
        tmp_path,
        "soc_metrics.csv",
        f"SOC Code,title,{header}\n" + "".join(f"{code},A,.1,.2,.3,.4,.5,.6,.7,.8,.9,1\n" for code in codes),
    )
    scores = "".join(f"{code},A,0.25\n" for code in codes)
    (tmp_path / "soc_ai_applicability_scores.csv").write_text(f"SOC Code,title,ai_applicability_score\n{scores}")
    metrics = rows_of("microsoft.applicability", table="soc_metrics").to_pylist()

    assert len(metrics) == 40
    assert metrics[1] == dict(zip(("occupation", "title", "side"), ("11-1011", "A", "ai"), strict=True)) | dict(
        zip(names, (0.2, 0.4, 0.6, 0.8, 1.0), strict=True)
    )
    assert rows_of("microsoft.applicability", table="soc_ai_applicability_scores").to_pylist()[19] == {
        "occupation": "11-1030",
        "title": "A",
        "ai_applicability_score": 0.25,
    }


@pytest.mark.parametrize(
    ("old", "new", "error", "said"),
    [
        ("share_ai", "share_assistant", MissingColumnError, "'share_ai'"),
        ("4.A.1.a.1.I02", "4.A.1.a.1", BrokenFileError, r"line 3: IWA has '4.A.1.a.1'; codes are written as"),
        ("0.01969062145824801", "1.969", BrokenFileError, "line 3: share_user has '1.969'; it lies between 0 and 1"),
    ],
)
def test_a_file_that_is_wrong_is_told(
    old: str, new: str, error: type[Exception], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = (RECORDED / "iwa_metrics.csv").read_text()
    assert old in content
    small(monkeypatch, microsoft, tmp_path, "iwa_metrics.csv", content.replace(old, new, 1))

    with pytest.raises(error, match=said):
        rows_of("microsoft.applicability")


def test_published_scores_follow_from_metrics_and_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)
    metrics = rows_of("microsoft.applicability")
    weights = rows_of("microsoft.applicability", table="soc_iwa_weights")
    product = metrics.group_by("activity").aggregate([("completion_x_scope_x_coverage", "mean")])
    both = weights.join(product, "activity")
    both = both.append_column("part", pc.multiply(both["weight"], both["completion_x_scope_x_coverage_mean"]))
    sums = both.group_by("occupation").aggregate([("part", "sum"), ("weight", "sum")]).to_pylist()
    score = {row["occupation"]: row["part_sum"] / row["weight_sum"] for row in sums}

    assert {code: score[code] for code in PUBLISHED} == pytest.approx(PUBLISHED, abs=1e-12)
    assert (len(score), "31-1120" in score, any(code.startswith("55-") for code in score)) == (785, True, False)


def test_counts_of_the_published_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)
    metrics = rows_of("microsoft.applicability")
    weights = rows_of("microsoft.applicability", table="soc_iwa_weights")
    pairs = rows_of("microsoft.applicability", table="soc_to_iwas")
    sides = metrics.group_by("side").aggregate([("share", "sum"), ("completion", "count")]).to_pylist()

    assert {row["side"]: (round(row["share_sum"], 9), row["completion_count"]) for row in sides} == {
        "user": (1.0, 330),
        "ai": (1.0, 326),
    }
    assert (weights.num_rows, weights.filter(pc.field("weight") > 0).num_rows, pairs.num_rows) == (
        785 * 332,
        13_538,
        13_698,
    )
    assert _keys(weights.filter(pc.field("weight") > 0)) < _keys(pairs)


def _keys(table: pa.Table) -> set[tuple[str, str]]:
    return set(zip(table["occupation"].to_pylist(), table["activity"].to_pylist(), strict=True))

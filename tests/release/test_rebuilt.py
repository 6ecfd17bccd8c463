"""A released run holds what may leave, and nothing besides."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from industria.brief.compose import compose
from industria.release._leaving import leaving
from industria.release._rebuilt import rebuilt
from industria.study.explain import explain
from industria.study.model import Study
from industria.study.record import Run
from industria.study.run import run
from tests.release.shares import shares
from tests.study.small import MEASURES, small_study

BRIEF = """{% answer %}
Industry a pays {{ share[industry=a].labor_share | percent(1) }}, b {{ share[industry=b].labor_share | percent(1) }}.
{% endanswer %}

{% claims %}

Less is paid in {% if share[industry=a].labor_share < share[industry=b].labor_share %}a{% else %}b{% endif %}. The firm
{{ large[firm=f3].firm | text }} pays {{ large[firm=f3].compensation | number(1) }}.

{% table "share" columns={"industry": "Industry", "compensation": "Pay", "labor_share": "Share"} caption="Shares" %}

{% table "percent" columns={"industry": "Industry", "percent": "Percent"} caption="Percent" %}

{% figure "percent" kind="bars" value="percent" label="industry" title="Shares" description="a pays least." %}

{% figure "large" kind="bars" value="compensation" label="firm" title="Firms" description="Eight bars." %}

{% unknowns %}
- Much.
{% endunknowns %}

{% sources %}
"""
# Industry a: f0, f2, f4, f6 pay 1 + 3 + 5 + 7 = 16 of 3 + 7 + 11 + 15 = 36; b pays 20 of 44.
SHARE_OF_A, PAID_IN_A, ADDED_IN_A = 16 / 36, 16.0, 36.0


@dataclass
class Judgment:
    """What a judge answers."""

    table: pa.Table
    facts: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, pa.Table] = field(default_factory=dict)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return shares(tmp_path_factory.mktemp("shares"), BRIEF)


@pytest.fixture(scope="module")
def released(study: Study) -> Run:
    at_site = run(study, finish=compose)
    asked = leaving(study, at_site)
    table = pa.table(
        {
            "industry": ["a", "b"],
            "compensation": [None, 20.0],
            "value_added": [None, 44.0],
            "labor_share": [None, 20 / 44],
            "status": ["withheld", "published"],
        }
    )
    return rebuilt(study, at_site, asked, {"share": Judgment(table)}, study.folder / "out" / "run", compose)


def test_a_withheld_number_has_no_value_and_says_so(released: Run) -> None:
    assert released.value("share[industry=a].labor_share").withheld
    assert released.value("share[industry=b].labor_share").value == pytest.approx(20 / 44, abs=1e-12)


def test_what_is_made_of_a_withheld_number_is_withheld(released: Run) -> None:
    assert released.table("percent").to_pylist() == [
        {"industry": "a", "percent": None, "status": "withheld"},
        {"industry": "b", "percent": pytest.approx(100 * 20 / 44), "status": "published"},
    ]


def test_a_claim_on_a_withheld_number_is_withheld(released: Run) -> None:
    (claim,) = released.claims

    assert (claim["status"], claim["estimate"], claim["value"]) == ("withheld", None, "percent.percent")


def test_a_claim_stays_with_the_interval_that_its_study_asked_for(tmp_path: Path) -> None:
    """Without its degrees of freedom an estimate has another interval, and whether a claim holds may turn on it."""
    error = "standard_error=x.std() / x.count() ** 0.5,"
    told = MEASURES.replace(error, f"{error} df=x.count().cast(nw.Float64) - 1,")
    study = small_study(
        tmp_path, measures=told.replace('    "support_units"', '    "df": "of it [1]",\n        "support_units"')
    )
    at_site = run(study)
    table = at_site.table("means")
    status = pa.array(["published", "withheld"])
    table = table.set_column(3, "df", pa.array([2.0, None])).append_column("status", status)
    found = rebuilt(study, at_site, leaving(study, at_site), {"means": Judgment(table)}, tmp_path / "out")

    assert [claim["status"] for claim in at_site.claims] == ["holds", "weak"]
    assert [claim["status"] for claim in found.claims] == ["holds", "withheld"]
    assert found.value("means[sector=b].estimate").value == 15
    assert found.claims[1]["low"] is None


def test_records_of_firms_stay_and_the_record_says_why(released: Run) -> None:
    assert not (released.folder / "results" / "large.parquet").exists()
    assert "does not tell who stands behind" in released.step("large")["why"]
    assert released.step("large")["parameters"] == {}


def test_the_brief_says_withheld_in_prose_tables_figures_and_claims(released: Run) -> None:
    page = (released.folder / "brief.html").read_text(encoding="utf-8")

    assert 'Industry a pays <em class="withheld">withheld</em>, b <a' in page
    assert 'Less is paid in <em class="withheld">withheld</em>. The firm' in page
    assert 'Figure 2: <em class="withheld">withheld</em>' in page
    assert '<li class="withheld"><span class="status">withheld</span>' in page
    assert '<p class="note"><em class="withheld">withheld</em>: a</p>' in page
    assert "a pays least" not in page
    assert "Eight bars" not in page
    hidden = [value for value in released.record["values"] if value.get("withheld")]
    assert len(hidden) == 10  # four in prose, two in a table, one in the next, two figures, one claim
    assert {value["address"] for value in hidden} == {None}


def test_an_explanation_needs_nothing_of_the_site(study: Study, released: Run) -> None:
    told = explain(released, "percent[industry=b].percent")

    assert told["value"] == pytest.approx(100 * 20 / 44)
    assert [step["name"] for step in told["steps"]] == ["large", "share", "percent"]
    assert told["sources"]["firms"]["sha256"] is None


def test_no_file_of_a_released_run_holds_what_is_withheld(released: Run) -> None:
    """As text in any rounding, as bytes of either float, as a name of a firm."""
    content = {path: _plain(path) for path in released.folder.rglob("*") if path.is_file()}
    secrets = [PAID_IN_A, ADDED_IN_A, SHARE_OF_A, 100 * SHARE_OF_A]
    texts = {f"{SHARE_OF_A:.{d}f}" for d in (3, 4, 6)} | {f"{100 * SHARE_OF_A:.{d}f}" for d in (1, 2, 6)} | {"f3", "f0"}
    texts |= {text.replace(".", ",") for text in texts}

    for path, held in content.items():
        if path.suffix == ".parquet":
            for x in secrets:
                assert struct.pack("<d", x) not in held, path
                assert struct.pack("<f", x) not in held, path
        if path.suffix in (".json", ".csv", ".html", ".svg"):
            for text in texts:
                assert not re.search(rf"[\s\">]{re.escape(text)}\b", held.decode()), (path, text)


def _plain(path: Path) -> bytes:
    """Read a file; the columns of a Parquet file one after the other, as they are without compression."""
    if path.suffix != ".parquet":
        return path.read_bytes()
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(pq.read_table(path), sink, compression="none", use_dictionary=False)
    return bytes(sink.getvalue())


def test_no_statistics_and_no_digest_of_rows_leave(released: Run) -> None:
    import pyarrow.parquet as pq

    for path in (released.folder / "results").glob("*.parquet"):
        group = pq.read_metadata(path).row_group(0)
        assert not any(group.column(i).is_stats_set for i in range(group.num_columns)), path
    for source in released.sources.values():
        assert source["rows"] is None or source["sha256"] is not None


def test_a_public_source_keeps_its_fingerprint(released: Run) -> None:
    assert released.sources["prices"]["sha256"] is not None

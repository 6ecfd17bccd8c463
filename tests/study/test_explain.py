"""From a number to its formula, its steps and the bytes of its sources."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from industria.errors import UsageError
from industria.study.explain import explain
from industria.study.load import load
from industria.study.record import Run
from industria.study.run import run
from tests.study.small import FIRMS, TEXT, small_study

OTHER = '\n[sources.unread]\nuse = "files.csv"\npath = "firms.csv"\n'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of the small study, with a source that no step reads."""
    return run(small_study(tmp_path_factory.mktemp("study"), TEXT + OTHER))


def test_an_explanation_has_what_others_rely_on(made: Run) -> None:
    found = explain(made, "means[sector=a].estimate")

    words = "address value unit low high measure formula parameters rows sources steps"
    assert set(words.split()) <= set(found)
    assert (found["address"], found["value"], found["unit"]) == ("means[sector=a].estimate", 2.0, "hours")
    assert found["measure"] == "./measures.py:means"
    assert found["formula"] == "Mean of an outcome by sector.\n\nFirms count alike.\n\nsum(x) / n"
    assert found["parameters"] == {"outcome": "scrap", "scale": 1.0}
    assert (found["rows"], found["n"], found["meaning"]) == (2, 6, "mean of the outcome")
    assert (found["rows_used"], found["rows_read"]) == (6, {"firms": 6})


def test_rows_read_are_those_of_the_tables_where_nobody_counts_rows_used(made: Run) -> None:
    found = explain(made, "ranks[sector=b].rank")

    assert (found["rows_used"], found["rows_read"]) == (None, {"means": 2})


def test_the_chain_ends_in_the_bytes_of_its_own_sources(made: Run) -> None:
    found = explain(made, "ranks[sector=b].rank")

    assert [(step["name"], step["reads"]) for step in found["steps"]] == [("means", ["firms"]), ("ranks", ["means"])]
    assert list(found["sources"]) == ["firms"]
    assert found["sources"]["firms"]["sha256"] == hashlib.sha256(FIRMS.encode()).hexdigest()


def test_facts_and_further_tables_are_explained(made: Run) -> None:
    assert explain(made, "means.n_obs")["meaning"] == "rows used"
    assert explain(made, "means.used[firm=f1].scrap")["rows"] == 6


def test_the_study_itself_is_not_needed(made: Run, tmp_path: Path) -> None:
    made.folder.rename(tmp_path / "moved")

    assert explain(Run.read(tmp_path / "moved"), "means[sector=a].estimate")["value"] == 2.0
    (tmp_path / "moved").rename(made.folder)


def test_a_wrong_address_is_told(made: Run) -> None:
    with pytest.raises(UsageError, match="Did you mean 'means'"):
        explain(made, "mean[sector=a].estimate")


def test_a_choice_that_stands_in_a_column_is_explained(tmp_path: Path) -> None:
    """Base, product and splice of a deflated value are told with it, and written beside its rows."""
    (tmp_path / "sales.csv").write_text("year,sales\n2010,80\n2015,120\n")
    (tmp_path / "prices.csv").write_text("year,index,product\n2010,50,gross output\n2015,100,gross output\n")
    (tmp_path / "study.toml").write_text(
        'title = "Sales"\nquestion = "Did they grow?"\n'
        '[sources.sales]\nuse = "files.csv"\npath = "sales.csv"\n'
        '[sources.prices]\nuse = "files.csv"\npath = "prices.csv"\n'
        '[[step]]\nname = "real"\nuse = "tables.constant_prices"\nvalues = "sales"\ndeflators = "prices"\n'
        'value = "sales"\nperiod = "year"\nbase = 2015\n'
    )
    real = run(load(tmp_path))

    assert explain(real, "real[year=2010].constant_value")["meaning"] == (
        "sales at prices of 2015, deflated by gross output"
    )
    metadata = real.table("real").schema.field("constant_value").metadata
    assert metadata[b"meaning"] == b"sales at prices of 2015, deflated by gross output"

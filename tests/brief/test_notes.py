"""What a brief says of its sources."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from industria.brief.notes import claim_list, source_list
from industria.brief.shown import Number
from industria.core.value import Address, Value


@pytest.mark.parametrize(
    ("url", "leads_to"),
    [
        ("https://example.org/data.csv", "https://example.org/data.csv"),
        ("javascript:alert(document.title)", ""),
        (" JavaScript:alert(1)", ""),
        ("data:text/html,hello", ""),
        ("file:///etc/hostname", ""),
    ],
)
def test_a_source_leads_to_a_page_or_nowhere(url: str, leads_to: str) -> None:
    """A study that came by mail must not run a script in the reader's browser."""
    run = cast(Any, SimpleNamespace(record={}, steps=[], sources={"survey": {"title": "Survey", "url": url}}))

    assert [source.url for source in source_list(run, "en", 1).sources] == [leads_to]


def test_a_file_that_is_read_two_ways_is_one_source() -> None:
    """A correspondence and the same one turned round; another file of the title is another source."""
    crosswalk = {"title": "Crosswalk", "sha256": "ab", "rows": 900}
    told = {"forth": crosswalk, "back": crosswalk, "revised": {**crosswalk, "sha256": "cd"}}
    run = cast(Any, SimpleNamespace(record={}, steps=[], sources=told))

    assert [source.sha256 for source in source_list(run, "en", 1).sources] == ["ab", "cd"]


@pytest.mark.parametrize(
    ("unit", "ends", "said"),
    [
        ("log points", (-0.33, -0.66, -0.004), "−0.330 log points (90%: −0.660 to −0.004)"),
        ("log points", (-0.33, -0.66, 0.0), "−0.33 log points (90%: −0.66 to 0.00)"),
        ("log points", (-0.33, -0.66, 0.05), "−0.33 log points (90%: −0.66 to 0.05)"),
        ("fraction", (0.12, 0.0003, 0.24), "12.00% (90%: 0.03% to 24.00%)"),
        ("log points", (-0.33, -0.66, -1e-20), "−0.33 log points (90%: −0.66 to 0.00)"),
        ("percentage points", (-0.25, -0.3, -0.2), "−25\u00a0percentage points (90%: −30 to −20)"),
    ],
)
def test_a_bound_shows_its_side_of_zero(unit: str, ends: tuple[float, float, float], said: str) -> None:
    """An interval that ends just short of zero must not read as if it reached it."""
    estimate, low, high = ends
    claim = {"says": "It fell.", "status": "holds", "value": "effect.estimate", "confidence": 0.9}
    value = Value(address=Address.parse("effect.estimate"), value=estimate, unit=unit)
    claims = [{**claim, "estimate": estimate, "low": low, "high": high}]
    run = cast(Any, SimpleNamespace(claims=claims, value=lambda _: value))

    (evidence,) = claim_list(run, "en", 1).claims[0].evidence

    assert isinstance(evidence, Number)
    assert evidence.text == said


def test_a_count_has_no_decimals() -> None:
    claim = {"says": "There is one.", "status": "holds", "value": "effect.n", "estimate": 1.0}
    value = Value(address=Address.parse("effect.n"), value=1, unit="1")
    run = cast(Any, SimpleNamespace(claims=[claim], value=lambda _: value))

    (evidence,) = claim_list(run, "en", 1).claims[0].evidence

    assert isinstance(evidence, Number)
    assert evidence.text == "1"

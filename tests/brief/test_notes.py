"""What a brief says of its sources."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from industria.brief.notes import source_list


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
    run = cast(Any, SimpleNamespace(sources={"survey": {"title": "Survey", "url": url}}))

    assert [source.url for source in source_list(run, "en", 1).sources] == [leads_to]

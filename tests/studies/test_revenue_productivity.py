"""No example study says productivity of what is left of deflated revenue without the word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STUDIES = Path(__file__).parents[2] / "studies"
BARE = re.compile(r".{30}(?<!revenue )productivity.{10}|.{10}produtividade(?! da receita).{20}", re.I | re.S)


@pytest.mark.parametrize("study", ["firm-frontier", "state-productivity"])
@pytest.mark.parametrize("brief", ["brief.md", "brief.pt-BR.md"])
def test_productivity_of_deflated_output_is_called_revenue_productivity(study: str, brief: str) -> None:
    text = (STUDIES / study / brief).read_text("utf-8")
    text = re.sub(r"\{\{ cite\(.*?\) \}\}", "", text).replace("*", "")
    text = re.sub(r"\w*revenue_productivity", "", text)

    assert BARE.findall(text) == []
    assert "TFP" not in text
    assert BARE.findall(text.replace("revenue productivity", "measured productivity")) or brief != "brief.md"

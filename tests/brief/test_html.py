"""The page: self-contained, bound, readable by machines and people."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise
from typing import Any

import pytest

from industria.brief.html import page
from tests.brief.conftest import Composed


class Elements(HTMLParser):
    """All elements of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, Any]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, Any]]:
        return [attributes for name, attributes in self.found if name == tag]


def test_every_number_carries_its_value_and_address(grants: Composed) -> None:
    html = grants.read("brief.html")

    assert '<data value="-0.22300005546653962" data-address="change[term=grant].change">−22.3%</data>' in html
    shown = {attributes["data-address"] for attributes in Elements(html).all("data")}
    in_body = {str(n.value.address) for n in grants.documents["en"].numbers}
    assert shown <= in_body
    # The description of a figure is read aloud, not printed.
    assert in_body - shown == {"training[cohort=never,year=1987].hours"}


def test_every_number_leads_to_its_card_and_back(grants: Composed) -> None:
    elements = Elements(grants.read("brief.html"))
    names = [a["id"] for _, a in elements.found if "id" in a]

    assert len(names) == len(set(names))
    for link in elements.all("a"):
        if link["href"].startswith("#") and link.get("class") != "close":
            assert link["href"][1:] in names


def test_nothing_is_asked_of_elsewhere(grants: Composed) -> None:
    html = grants.read("brief.html")

    for tag, attributes in Elements(html).found:
        assert "src" not in attributes
        assert tag not in ("link", "iframe", "object", "img")
        assert "style" not in attributes  # the content policy knows the style sheet alone
    assert not re.search(r"url\((?!data:|#)", html)
    assert "@import" not in html
    assert len(html.encode()) < 1_000_000


def test_the_policy_names_the_style_and_the_script_that_are_there(grants: Composed) -> None:
    html = grants.read("brief.html")

    (policy,) = [a["content"] for a in Elements(html).all("meta") if "http-equiv" in a]
    for tag in ("style", "script"):
        inside = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.S)
        assert len(inside) == 1
        assert base64.b64encode(hashlib.sha256(inside[0].encode()).digest()).decode() in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_languages_lead_to_each_other(grants: Composed) -> None:
    assert '<a href="brief.pt-BR.html" lang="pt-BR" hreflang="pt-BR">Português (Brasil)</a>' in grants.read(
        "brief.html"
    )
    assert '<a href="brief.html" lang="en" hreflang="en">English</a>' in grants.read("brief.pt-BR.html")
    assert '<html lang="pt-BR">' in grants.read("brief.pt-BR.html")
    assert "<nav" not in page(grants.documents["en"])


def test_headings_are_in_order(grants: Composed) -> None:
    levels = [int(tag[1]) for tag, _ in Elements(grants.read("brief.html")).found if re.fullmatch(r"h[1-6]", tag)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_each_figure_has_words_a_table_and_its_data(grants: Composed) -> None:
    html = grants.read("brief.html")

    figures = re.findall(r"<figure.*?</figure>", html, re.S)
    assert len(figures) == 3
    for figure in figures:
        (data,) = re.findall(r'<a download="[\w-]+\.csv" href="data:text/csv;charset=utf-8;base64,([^"]+)"', figure)
        assert base64.b64decode(data).decode().count("\n") >= 3
        assert re.search(r'<svg role="img" aria-label="[^"]{5,}"', figure)
        assert "<details>" in figure


def test_the_data_of_a_figure_are_written_as_the_figure_reads_them(grants: Composed) -> None:
    (details,) = re.findall(r"<details>.*?</details>", grants.read("brief.pt-BR.html"), re.S)[:1]
    (drawn,) = grants.documents["pt-BR"].figures[:1]

    cells = re.findall(r"<t[hd](?: [^>]*)?>(.*?)</t[hd]>", details)
    rows = [list(row.values()) for row in drawn.wide.written.to_pylist()]
    assert cells == [*drawn.wide.written.column_names, *(cell for row in rows for cell in row)]
    assert "Ano do subsídio" in cells


def test_marks_are_elements_of_their_kind(grants: Composed) -> None:
    html = grants.read("brief.html")

    assert '<time datetime="1988">1988</time>' in html
    assert "<cite>Holzer et al. (1993)</cite>" in html
    assert "<em>if both groups would have moved alike</em>" in html


def test_text_is_escaped(grants: Composed) -> None:
    from dataclasses import replace

    html = page(replace(grants.documents["en"], title="<script>alert(1)</script>", question='"&<'))

    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("name", ["IBMPlexSans-Regular.woff2", "IBMPlexSans-Bold.woff2", "IBMPlexSans-Italic.woff2"])
def test_the_fonts_are_those_that_were_published(name: str) -> None:
    folder = files("industria.brief") / "assets"
    vendor = json.loads((folder / "vendor.json").read_text(encoding="utf-8"))

    assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == vendor["files"][name]

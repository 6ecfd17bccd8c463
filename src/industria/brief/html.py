"""A brief as one page: everything it needs is inside, and nothing is asked of elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib.resources import files

from industria.brief.document import Document
from industria.brief.explain import Explanation
from industria.brief.language import Language, speak
from industria.brief.markup import Markup, fingerprint_line
from industria.brief.pairs import paired
from industria.brief.shown import SIGN

__all__ = ["page"]

_FACES = (("Regular", 400, "normal"), ("Bold", 700, "normal"), ("Italic", 400, "italic"))


def page(document: Document, others: Mapping[str, str] | None = None) -> str:
    """Write a brief as HTML.

    Parameters
    ----------
    document : Document
        The brief, bound to its run.
    others : mapping of str to str, optional
        File names of the same brief in other languages, by language.

    Returns
    -------
    str
        One self-contained page: style, script and fonts are inside, and its
        content policy lets nothing else in. The same document, the same bytes.
    """
    spoken = speak(document.language)
    markup = Markup(document)
    style, script = _style() + _running(document, spoken), _asset("brief.js")
    policy = (
        f"default-src 'none'; style-src '{_fingerprint(style)}'; script-src '{_fingerprint(script)}'; "
        "font-src data:; img-src data:; base-uri 'none'; form-action 'none'"
    )
    main = "\n".join(markup.block(block) for block in paired(document.blocks))
    byline = f'<p class="byline">{escape(document.byline)}</p>\n' if document.byline else ""
    if document.released:
        byline += f'<p class="byline">{escape(spoken.word("withheld_note"))}</p>\n'
    return f"""<!doctype html>
<html lang="{document.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Industria">
<title>{escape(document.title)}</title>
<style>{style}</style>
</head>
<body>
<a class="skip" href="#main">{escape(spoken.word("skip"))}</a>
{_languages(document, others or {}, spoken)}{_banner(document, spoken)}<main id="main">
<header>
<h1>{escape(document.title)}</h1>
<p class="question"><span class="label">{escape(spoken.word("question"))}</span> {escape(document.question)}</p>
{byline}</header>
{main}
</main>
<footer><p>{escape(spoken.word("fingerprint"))} <code>{document.digest}</code></p></footer>
<aside class="cards" aria-label="{escape(spoken.word("how_made"))}">
{_cards(markup, spoken)}
</aside>
<script>{script}</script>
</body>
</html>
"""


def _banner(document: Document, spoken: Language) -> str:
    """Say above the brief that some of it is synthetic; it stays in sight."""
    if not document.synthetic:
        return ""
    return f'<p class="banner" role="note">{SIGN} {escape(spoken.word("synthetic"))}</p>\n'


def _running(document: Document, spoken: Language) -> str:
    """Say it on every page of paper too: a style of its own, as words stand in no other."""
    if not document.synthetic:
        return ""
    words = f"{SIGN} {spoken.word('synthetic')}".replace("\\", "\\\\").replace('"', '\\"')
    font = '700 8pt "IBM Plex Sans", sans-serif'
    return f'@media print {{ @page {{ @bottom-left {{ content: "{words}"; font: {font}; }} }} }}\n'


def _languages(document: Document, others: Mapping[str, str], spoken: Language) -> str:
    """Link the same brief in other languages; each is named in itself."""
    if not others:
        return ""
    links = " ".join(
        f'<a href="{escape(file)}" lang="{code}" hreflang="{code}">{escape(speak(code).name)}</a>'
        for code, file in others.items()
    )
    here = f'<span aria-current="page">{escape(spoken.name)}</span>'
    return f'<nav class="languages" aria-label="{escape(spoken.word("language"))}">{here} {links}</nav>\n'


def _cards(markup: Markup, spoken: Language) -> str:
    """Write what stands behind each number; a card opens when its number is followed."""
    return "\n".join(
        _card(i, explained, markup.texts[address], spoken)
        for i, (address, explained) in enumerate(markup.document.explanations.items())
    )


def _card(i: int, explained: Explanation, text: str, spoken: Language) -> str:
    lines = "".join(f"<dt>{escape(label)}</dt><dd>{escape(said)}</dd>" for label, said in explained.lines)
    sources = "".join(f"<dd>{escape(title)}{fingerprint_line(sha256)}</dd>" for title, sha256 in explained.sources)
    exact = f"{escape(explained.exact)} {escape(explained.unit)}".strip()
    return (
        f'<section class="card" id="v{i}" aria-labelledby="v{i}-title">'
        f'<h2 id="v{i}-title">{escape(text)}</h2>'
        f'<p class="exact"><code>{exact}</code></p>'
        f"<dl>{lines}<dt>{escape(spoken.word('address'))}</dt><dd><code>{escape(explained.address)}</code></dd>"
        f"<dt>{escape(spoken.word('sources'))}</dt>{sources}</dl>"
        f'<a class="close" href="#n{i}">{escape(spoken.word("close"))}</a></section>'
    )


@cache
def _style() -> str:
    faces = "".join(
        "@font-face{font-family:'IBM Plex Sans';"
        f"font-style:{style};font-weight:{weight};font-display:swap;"
        f"src:url(data:font/woff2;base64,{_encoded(f'IBMPlexSans-{name}.woff2')}) format('woff2')}}\n"
        for name, weight, style in _FACES
    )
    return faces + _asset("brief.css")


@cache
def _asset(name: str) -> str:
    return (files("industria.brief") / "assets" / name).read_text(encoding="utf-8")


def _encoded(name: str) -> str:
    return base64.b64encode((files("industria.brief") / "assets" / name).read_bytes()).decode()


def _fingerprint(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

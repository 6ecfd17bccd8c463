"""What is told at a site is told in its language: lines of messages, and why something is refused or stays."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import industria
from industria.errors import UnknownLanguageError
from industria.release import Policy
from industria.release._certificate import rules_of
from industria.release._messages import LANGUAGES, said

HOUSE = Path(industria.__file__).parent
PLACES = [*sorted((HOUSE / "release").glob("*.py")), HOUSE / "app" / "release.py"]
COORDINATOR = {
    *("_agreement.py", "_pooled_sums.py", "_sound.py", "pool.py"),
    *("_mocked.py", "_site_sources.py", "mock.py", "pack.py"),
}
"""What runs where packs are written and releases pooled."""
REFUSALS = {
    *("BrokenSealError", "KeyFileError", "PackError", "PolicyError"),
    *("ReleaseRefusedError", "SiteStepError", "Unmade"),
}
PARTS = {
    "meant": "; per cent are written as a fraction, 0.85",
    "hint": " Did you mean 'x'?",
    "near": " Did you mean 'x'?",
    "state": "was changed",
    "there": "it asks for 'a', 'b'. Did you mean 'b'?",
    "_foreign.py why": "it has a row for each row of 'firms', and is a copy of records",
    "_site.py where": "no folder of the site was named",
    "_suppressed.py why": "; sales of industry = 'a' left before",
}
"""What stands in places that are parts of sentences themselves."""
OTHERS = [language for language in LANGUAGES if language != "en"]


def literal(node: ast.expr, module: str) -> str | None:
    """Read a text as it may be raised, with other words in each of its places; None where it is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = [filled(part, f"{module} ", at) for at, part in enumerate(node.values)]
        return "".join(parts)
    return None


def filled(part: ast.expr, module: str, at: int) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    assert isinstance(part, ast.FormattedValue)
    word = ast.unparse(part.value.func if isinstance(part.value, ast.Call) else part.value)
    return PARTS.get(module + word) or PARTS.get(word) or f"'Ж{at}'"


def sentences(module: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """List the texts that a module raises, and those that say why a step stays."""
    for node in ast.walk(tree):
        texts: list[ast.expr] = []
        raised = REFUSALS | {"ValueError"} if module == "policy.py" else REFUSALS
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in raised:
            texts = [one for arg in node.args for one in (arg.elts if isinstance(arg, ast.List) else [arg])]
        if isinstance(node, ast.Call):
            texts += [word.value for word in node.keywords if word.arg == "why"]
        for text in texts:
            words = literal(text, module)
            if words is not None and re.search(r"[a-z]{2}", words):
                yield text.lineno, words


RAISED = [
    pytest.param(words, id=f"{path.name}:{line}")
    for path in PLACES
    if path.name not in COORDINATOR
    for line, words in sentences(path.name, ast.parse(path.read_text("utf-8")))
]


@pytest.mark.parametrize("words", RAISED)
def test_why_something_is_refused_or_stays_is_said_in_all_languages(words: str) -> None:
    for language in OTHERS:
        told = said(words, language)

        assert told != words, language
        assert sorted(re.findall("'Ж[0-9]+'", told)) == sorted(re.findall("'Ж[0-9]+'", words))


def test_there_are_refusals_to_say() -> None:
    assert len(RAISED) > 100


@pytest.mark.parametrize("language", OTHERS)
def test_rules_designs_and_steps_of_strict_are_said_too(language: str) -> None:
    policies = [
        Policy(threshold=3, p=0.1, dominance=((1, 0.8),), request_share=0.5, digits=1),
        Policy(threshold=3, threshold_level="holding", zeros="withhold", concentration="none"),
        Policy(threshold=3, p=0.1, method="round", rounding_base=5, rounding_of=("count",)),
    ]
    english = {rule for policy in policies for rule in rules_of(policy)} - {"p"}
    english |= {"without size", "size without its lowest level"}

    assert not [words for words in english if said(words, language) == words and words != "p"]
    strict = "step 'x': 3 of 4 rows may not leave, and 2 more steps do not leave whole; strict was asked for"
    assert not set(re.findall(r"[a-z]+", said(strict, language))) & {"rows", "may", "more", "steps", "strict"}


def test_names_and_what_nobody_translated_stay_as_they_are() -> None:
    assert said("sales of industry = 'b' in 't': it is sensitive, and nobody knows", "tr") == (
        "sales of industry = 'b' in 't': it is sensitive, and nobody knows"
    )
    assert said("step 't': it lacks a: b", "en") == "step 't': it lacks a: b"
    with pytest.raises(UnknownLanguageError):
        said("it lacks a", "fr")

"""The digest of code: what a measure does, not how it is laid out."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from industria.core.cells import add_up
from industria.study import code as code_module
from industria.study.code import code_digest, package_digest

SOURCE = '''
"""What it is."""
from industria.core.table import as_table

def share(x):
    """Explain."""
    return x / 2
'''


def function(folder: Path, source: str) -> Callable[..., Any]:
    file = folder / "measures.py"
    file.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("measures", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: Callable[..., Any] = module.share
    return made


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Explain.", "Explain in other words."),
        ("What it is.", "What it was."),
        ("return x / 2", "# Halves are enough.\n    return (x / 2)"),
        ("return x / 2", '"""A text that stands alone."""\n    return x / 2'),
    ],
    ids=["docstring", "module-docstring", "comment-and-brackets", "text-alone"],
)
def test_words_do_not_change_the_digest(tmp_path: Path, old: str, new: str) -> None:
    before = code_digest(function(tmp_path, SOURCE))

    assert code_digest(function(tmp_path, SOURCE.replace(old, new))) == before


@pytest.mark.parametrize(
    ("old", "new"),
    [("x / 2", "x / 3"), ("share(x)", "share(x=1)"), ("import as_table", "import as_table, arrays")],
    ids=["constant", "default", "import"],
)
def test_code_changes_the_digest(tmp_path: Path, old: str, new: str) -> None:
    before = code_digest(function(tmp_path, SOURCE))

    assert code_digest(function(tmp_path, SOURCE.replace(old, new))) != before


def test_a_module_far_below_counts_but_errors_do_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`as_table` imports core.engine and errors; only a change of the first makes anything run again."""
    share = function(tmp_path, SOURCE)
    before = code_digest(share)
    other = tmp_path / "other.py"
    other.write_text("x = 1", encoding="utf-8")
    real = code_module._file

    monkeypatch.setattr(code_module, "_file", lambda m: other if m.startswith("industria.errors") else real(m))
    assert code_digest(share) == before
    monkeypatch.setattr(code_module, "_file", lambda m: other if m == "industria.core.engine" else real(m))
    assert code_digest(share) != before


def test_a_function_of_industria_has_a_digest() -> None:
    assert len(code_digest(add_up)) == 64


def test_every_file_of_industria_counts_but_what_python_keeps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words of a language and pictures too: a brief is made of them."""
    (tmp_path / "study").mkdir()
    (tmp_path / "brief" / "languages").mkdir(parents=True)
    words = tmp_path / "brief" / "languages" / "en.toml"
    words.write_text("sources = 'Sources'\n", encoding="utf-8")
    monkeypatch.setattr(code_module, "__file__", str(tmp_path / "study" / "code.py"))
    digest = package_digest.__wrapped__
    before = digest()

    compiled = tmp_path / "study" / "__pycache__"
    compiled.mkdir()
    (compiled / "code.cpython-311.pyc").write_bytes(b"made by Python")
    (compiled / "code.shares-8.py311.nbi").write_bytes(b"made by numba")
    assert digest() == before
    words.write_text("sources = 'Source'\n", encoding="utf-8")
    assert digest() != before

"""The pages of the docs do what they say: every block is run, in a folder of its own.

A block with a title is a file (`append` adds to it, `replace` changes the text
above `---` to the text below). In a console block, lines after `$` are run and
must end well, or with `exit=`; a line ending in `...` must begin some line of
what is printed. Python runs in one session a page; where it says `official`, it
reads publishers' files, and is left out where these are not; a text block `prints`
what the Python above it does. R, Stata and shell do not run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from industria.core.measure import names
from tests.sources.official_files import WHOLE

DOCS = Path(__file__).parents[1] / "docs"
PAGES = sorted(str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md") if "reference" not in page.parts)
FENCE = re.compile(r"^```(\w+)[ ]?([^\n]*)\n(.*?)^```$", re.M | re.S)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    language: str
    words: str
    text: str
    line: int

    @property
    def title(self) -> str | None:
        """The file that the block is, if it is one."""
        found = re.search(r'title="([^"]+)"', self.words)
        return found[1] if found else None


def _blocks(page: str) -> list[Block]:
    text = (DOCS / page).read_text("utf-8")
    return [Block(m[1], m[2], m[3], text.count("\n", 0, m.start()) + 1) for m in FENCE.finditer(text)]


def _write(block: Block, file: Path) -> None:
    if block.words.endswith(" append"):
        file.write_text(file.read_text("utf-8") + "\n" + block.text, "utf-8")
    elif block.words.endswith(" replace"):
        old, new = block.text.split("---\n")
        assert old in file.read_text("utf-8"), f"line {block.line}: there is no such text to replace"
        file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    else:
        file.write_text(block.text, "utf-8")


def _console(block: Block, folder: Path) -> None:
    wanted = re.search(r"exit=(\d)", block.words)
    said = ""
    for line in block.text.splitlines():
        if line.startswith("$ "):
            command = line[2:].replace("industria", f"{sys.executable} -m industria", 1)
            done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, check=False)
            said = done.stdout + done.stderr
            assert done.returncode == int(wanted[1] if wanted else 0), f"line {block.line}: {line}\n{said}"
        elif line.endswith("..."):
            start = re.escape(line.removesuffix("...").strip())
            assert re.search(rf"^\s*{start}", said, re.M), f"line {block.line}: no {start!r} in\n{said}"
        else:
            assert line in said, f"line {block.line}: no {line!r} in\n{said}"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_does_what_it_says(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    session: list[str] = []
    official = {"INDUSTRIA_MIRROR": str(WHOLE), "INDUSTRIA_OFFLINE": "1", "INDUSTRIA_STORE": str(tmp_path / "store")}
    blocks = _blocks(page)
    if any(block.words == "official" for block in blocks) and not WHOLE.is_dir():
        pytest.skip(f"the official files are not on this machine: {WHOLE} is no folder")
    for block in blocks:
        if block.title:
            _write(block, tmp_path / block.title)
        elif block.language == "console":
            _console(block, tmp_path)
        elif block.language == "python":
            session.append(block.text)
            done = subprocess.run(
                [sys.executable, "-W", "error", "-c", "\n".join(session)],
                cwd=tmp_path,
                env=os.environ | {"PYTHONPATH": str(tmp_path)} | (official if block.words == "official" else {}),
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, f"line {block.line}: {done.stderr}"
        elif block.words == "prints":
            assert block.text in done.stdout, f"line {block.line}: not in\n{done.stdout}"
        elif block.language == "toml":
            tomllib.loads(block.text)


@pytest.mark.parametrize("page", PAGES)
def test_links_between_pages_lead_somewhere(page: str) -> None:
    text = (DOCS / page).read_text("utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        # Pages of the reference are written when the site is built, which looks for them strictly.
        if not target.removeprefix("../").startswith("reference/"):
            assert (DOCS / page).parent.joinpath(target).resolve().exists(), target


def test_the_site_is_built_strictly_and_loads_nothing_from_elsewhere(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root / "docs", tmp_path / "docs", ignore=shutil.ignore_patterns("reference"))
    shutil.copy(root / "zensical.toml", tmp_path)
    reference = [sys.executable, root / "scripts" / "reference.py"]
    subprocess.run(reference, cwd=tmp_path, check=True, capture_output=True)
    build = [Path(sys.executable).with_name("zensical"), "build", "--strict", "--clean"]
    done = subprocess.run(build, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr

    site = tmp_path / "site"
    pages = {str(page.relative_to(site)): page.read_text("utf-8") for page in site.rglob("*.html")}
    wanted = {"index.html", "tutorial.html", *(f"reference/measures/{name}.html" for name in names())}
    assert wanted <= pages.keys()
    for page, text in pages.items():
        assert not re.findall(r'<(?:script|img|link)[^>]+(?:src|href)="(https?://[^"]+)', text), page

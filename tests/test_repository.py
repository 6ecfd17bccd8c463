"""What the repository promises about itself."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from industria import errors
from industria.core.measure import names


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The package as it is built for others."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, root],
        check=True,
        capture_output=True,
    )
    return zipfile.ZipFile(next(folder.glob("*.whl")))


# The package


def test_the_package_carries_a_stub_with_every_measure(wheel: zipfile.ZipFile) -> None:
    told = {
        f"{Path(name).parent.name}.{measure}"
        for name in wheel.namelist()
        if name.endswith("__init__.pyi")
        for measure in re.findall(r"import \w+ as (\w+)", wheel.read(name).decode())
    }

    assert told == set(names())


def test_the_package_carries_its_types_fonts_and_licenses_and_no_tests(wheel: zipfile.ZipFile) -> None:
    inside = wheel.namelist()

    assert "industria/py.typed" in inside
    assert any(name.endswith("OFL.txt") for name in inside)
    assert any(name.endswith("licenses/LICENSE") for name in inside)
    assert {name.split("/")[0].split("-")[0] for name in inside} == {"industria"}
    assert not [name for name in inside if "/tests/" in name or name.endswith((".pyc", ".ipynb"))]


def test_a_type_checker_sees_functions_in_rooms(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    """`from industria.tables import summary` is a function to mypy, with its types."""
    wheel.extractall(tmp_path / "site")
    (tmp_path / "right.py").write_text(
        "from industria.tables import summary\nfrom industria.core.table import from_arrays\n"
        'summary(from_arrays({"jobs": [1]}), columns=["jobs"]).to_arrow()\n'
    )
    (tmp_path / "wrong.py").write_text("from industria.tables import summary\nsummary(1, colums=[])\n")

    def check(file: str) -> str:
        config = tmp_path / "mypy.ini"
        config.write_text(f"[mypy]\nstrict = True\nmypy_path = {tmp_path / 'site'}\nignore_missing_imports = True\n")
        words = ["--config-file", str(config), "--follow-imports=silent", "--no-site-packages", file]
        done = subprocess.run(
            [sys.executable, "-m", "mypy", *words], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        return done.stdout

    assert "Success" in check("right.py")
    assert 'Unexpected keyword argument "colums"' in check("wrong.py")


# The source


def _trees(root: Path) -> dict[Path, ast.Module]:
    return {file: ast.parse(file.read_text("utf-8")) for file in (root / "src").rglob("*.py")}


def test_every_deliberate_error_stands_in_one_package(root: Path) -> None:
    elsewhere = [
        f"{file.name}: {node.name}"
        for file, tree in _trees(root).items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and re.match(r"[A-Z]\w*Error$", node.name) and file.parent.name != "errors"
    ]

    assert not elsewhere


def test_every_error_is_exported_and_of_the_tree() -> None:
    areas = [importlib.import_module(f"industria.errors.{area.name}") for area in pkgutil.iter_modules(errors.__path__)]
    ours = {
        name: thing
        for area in areas
        for name, thing in vars(area).items()
        if isinstance(thing, type) and issubclass(thing, Exception)
    }
    told = [name for area in areas for name in area.__all__]

    assert len(ours) > 100
    assert all(getattr(errors, name, None) is thing for name, thing in ours.items())
    assert len(told) == len(set(told)), "two files tell one name"
    assert all(issubclass(thing, errors.IndustriaError) for thing in ours.values())
    assert all(thing.__doc__ for thing in ours.values())


def test_files_are_named_for_what_is_in_them(root: Path) -> None:
    empty_words = {"utils", "util", "helpers", "helper", "common", "misc", "sandbox", "base", "core_utils"}

    assert not [file for file in _trees(root) if file.stem.strip("_") in empty_words]


def test_files_and_functions_are_short(root: Path) -> None:
    """300 lines a file, 60 a function with its signature and without its docstring."""
    too_long = []
    for file, tree in _trees(root).items():
        name, lines = file.relative_to(root), len(file.read_text("utf-8").splitlines())
        too_long += [f"{name}: {lines}"] if lines > 300 else []
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (lines := _lines(node)) > 60:
                too_long.append(f"{name}, {node.name}: {lines}")

    assert not too_long


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    signature = function.body[0].lineno - function.lineno
    statements = function.body[1:] if ast.get_docstring(function) else function.body
    return signature + ((statements[-1].end_lineno or 0) - statements[0].lineno + 1 if statements else 0)


def test_nothing_is_left_to_be_done_in_the_source(root: Path) -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|raise NotImplementedError")

    assert not [file for file in (root / "src").rglob("*.py") if marks.search(file.read_text("utf-8"))]


# Around the source


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-spark.lock"])
def test_locks_pin_and_hash_everything_and_name_no_host(root: Path, lock: str) -> None:
    text = (root / lock).read_text("utf-8")
    pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    blocks = re.split(r"\n(?=\S)", text)

    assert len(pins) > 20
    assert all(re.match(r"[\w.\-]+(\[[\w,\-]+\])?==[\w.!+]+( |$)", pin) for pin in pins)
    assert all("--hash=sha256:" in block for block in blocks if not block.startswith("#"))
    assert "://" not in text
    assert "--index" not in text


def test_the_spark_lock_agrees_with_the_other(root: Path) -> None:
    pins = [
        dict(re.findall(r"^([\w.\-]+)==(\S+)", (root / lock).read_text("utf-8"), re.M))
        for lock in ("requirements.lock", "requirements-spark.lock")
    ]
    shared = pins[0].keys() & pins[1].keys()

    assert {name: pins[0][name] for name in shared} == {name: pins[1][name] for name in shared}
    assert "pyspark" in pins[1]
    assert "pyspark" not in pins[0]


def test_the_page_on_architecture_shows_the_floors_that_are_enforced(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    rows = re.findall(r"^\| ([^|]*`\w+`[^|]*) \|", (root / "ARCHITECTURE.md").read_text("utf-8"), re.M)
    floors = ["rooms" if row.startswith("rooms") else row.strip("`") for row in rows]

    assert floors == ["rooms" if "|" in layer else layer for layer in layers]


def test_help_lists_every_target(root: Path) -> None:
    text = (root / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", text, re.M)
    assert phony
    said = subprocess.run(["make", "help"], cwd=root, capture_output=True, text=True, check=True).stdout

    assert [line.split()[0] for line in said.splitlines() if line.startswith("  ")] == phony[1].split()


def test_decisions_are_numbered_and_say_what_was_given_up(root: Path) -> None:
    files = sorted((root / "decisions").glob("[0-9]*.md"))

    assert [int(file.name[:4]) for file in files] == list(range(1, len(files) + 1))
    for file in files:
        text = file.read_text("utf-8")
        assert text.startswith(f"# {int(file.name[:4])}. "), file.name
        assert {"## Context", "## Decision", "## What we gave up"} <= set(text.splitlines()), file.name


def test_news_is_of_a_known_kind(root: Path) -> None:
    kinds = "added|changed|fixed|removed|numbers"
    files = [file.name for file in (root / "changelog.d").iterdir() if file.name != "README.md"]

    assert files
    assert all(re.fullmatch(rf"[\w\-]+\.({kinds})\.md", name) for name in files)

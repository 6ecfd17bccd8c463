"""Reading a study: `study.toml` and the briefs beside it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from industria.errors import Problem, StudyError, hint, listing
from industria.study.extended import extended
from industria.study.folders import FILE, study_file
from industria.study.lines import Place, key_lines, line_of, position
from industria.study.model import Study, StudyFile
from industria.study.scenarios import expand
from industria.study.wording import wording

__all__ = ["load"]


def load(path: str | Path) -> Study:
    """Read a study.

    Parameters
    ----------
    path : path
        The folder of the study, or its `study.toml`.

    Returns
    -------
    Study
        Its words are right in themselves; `check` tells whether the measures,
        parameters and columns that it names exist.

    Raises
    ------
    StudyError
        With all problems at once, each with its file, line, what was found and
        the nearest right word.
    """
    file = _file(Path(path))
    text = _text(file)
    try:
        said = extended(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        line, mistake = position(str(error), text)
        raise StudyError([Problem(file.name, line, f"this is no TOML: {mistake}: {_shown(text, line)}")]) from None
    lines = key_lines(text)
    try:
        model = StudyFile.model_validate(said)
    except ValidationError as error:
        problems = [Problem(file.name, line_of(lines, place), what) for place, what in wording(error, said)]
        # Names can be told apart even where other keys are wrong.
        raise StudyError(sorted({*problems, *_names(said, lines, file.name)}, key=_by_line)) from None
    folder = file.parent.resolve()
    briefs, missing = _briefs(folder, model.languages)
    problems = _names(said, lines, file.name) + [
        Problem(file.name, line_of(lines, ("languages",)), what) for what in missing
    ]
    if problems:
        raise StudyError(sorted(problems, key=_by_line))
    return Study(folder=folder, file=model, text=text, steps=expand(model, folder), briefs=briefs)


def _by_line(problem: Problem) -> tuple[int, str]:
    return problem.line or 0, problem.what


def _file(path: Path) -> Path:
    if (file := study_file(path)) is not None:
        return file
    if path.is_dir():
        raise StudyError(f"{path} has no {FILE}; it has {listing(sorted(p.name for p in path.iterdir()))}.")
    near = [str(found.parent) for pattern in (FILE, f"*/{FILE}") for found in sorted(path.parent.glob(pattern))]
    raise StudyError(f"there is no study at {path}.{hint(str(path), near)}")


def _text(file: Path) -> str:
    raw = file.read_bytes()
    try:
        # Editors on Windows put a byte-order mark first.
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        found = raw[error.start : error.start + 1]
        raise StudyError(
            [Problem(file.name, line, f"the byte {found!r} is not UTF-8; save the file as UTF-8")]
        ) from None


def _shown(text: str, line: int) -> str:
    return repr(text.split("\n")[line - 1].strip())


def _names(said: Mapping[str, Any], lines: Mapping[Place, int], file: str) -> list[Problem]:
    """Tell names that stand twice: sources and steps share one list."""
    problems: list[Problem] = []
    seen: dict[str, int | None] = {}
    sources = said.get("sources", {})
    steps = said.get("step", [])
    for i, step in enumerate(steps if isinstance(steps, list) else []):
        name = step.get("name") if isinstance(step, dict) else None
        if not isinstance(name, str):
            continue
        line = line_of(lines, ("step", i, "name"))
        if name in seen:
            problems.append(Problem(file, line, f"a step is called {name!r} already, in line {seen[name]}"))
        if isinstance(sources, dict) and name in sources:
            problems.append(
                Problem(file, line, f"a source is called {name!r} already, in line {line_of(lines, ('sources', name))}")
            )
        seen.setdefault(name, line)
    return problems + _scenario_steps(said, lines, file, list(seen))


def _scenario_steps(said: Mapping[str, Any], lines: Mapping[Place, int], file: str, steps: list[str]) -> list[Problem]:
    problems = []
    scenarios = said.get("scenario", {})
    for scenario, changes in scenarios.items() if isinstance(scenarios, dict) else ():
        changed = changes.get("steps", {}) if isinstance(changes, dict) else {}
        for step in changed if isinstance(changed, dict) else ():
            if step not in steps:
                line = line_of(lines, ("scenario", scenario, "steps", step))
                what = f"scenario {scenario!r} changes {step!r}, which is no step; there are {listing(steps)}"
                problems.append(Problem(file, line, f"{what}.{hint(step, steps)}"))
    return problems


def _briefs(folder: Path, languages: list[str]) -> tuple[dict[str, Path], list[str]]:
    """Find `brief.md` and the translations; a study without any brief is only run."""
    files = {
        language: folder / ("brief.md" if i == 0 else f"brief.{language}.md") for i, language in enumerate(languages)
    }
    found = {language: file for language, file in files.items() if file.is_file()}
    if not found:
        return {}, []
    there = sorted(file.name for file in folder.glob("brief*.md"))
    return found, [
        f"languages has {language!r}, but there is no {file.name}; there is {listing(there)}"
        for language, file in files.items()
        if language not in found
    ]

"""`industria check`: whether every name, parameter, column and number of a study is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from industria.app._options import Json, LocalCode, Quiet, StudyFolder

if TYPE_CHECKING:
    from industria.errors import Problem

__all__ = ["check"]


def check(study: StudyFolder = ".", local_code: LocalCode = True, json: Json = False, quiet: Quiet = False) -> None:
    """Check a study before any data is read, and tell all problems at once."""
    from industria.app._show import complain, emit, paint, say
    from industria.errors import StudyError

    problems, told = _problems(study, local_code)
    if json:
        emit({"problems": [{"file": p.file, "line": p.line, "column": p.column, "what": p.what} for p in problems]})
        raise typer.Exit(StudyError(problems).exit_code if problems else 0)
    if problems:
        for problem in problems:
            complain(str(problem))
        complain(paint(f"{len(problems)} {'problem' if len(problems) == 1 else 'problems'}", "red"))
        raise typer.Exit(StudyError(problems).exit_code)
    say(told, quiet=quiet)


def _problems(path: str, local_code: bool) -> tuple[list[Problem], str]:
    from industria.app._runs import problems_in_prose
    from industria.errors import StudyError
    from industria.study.check import check as check_study
    from industria.study.load import load

    try:
        study = load(path)
    except StudyError as error:
        if not error.problems:
            raise
        return list(error.problems), ""
    problems = [*check_study(study, local_code=local_code), *problems_in_prose(study, local_code=local_code)]
    counts = {"source": len(study.file.sources), "step": len(study.steps), "claim": len(study.file.claim)}
    told = ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for word, n in counts.items())
    return problems, f"{study.folder.name}: {told}; all names, parameters and columns are right."

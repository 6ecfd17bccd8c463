"""`industria brief`: the brief anew, from the results that are there."""

from __future__ import annotations

from industria.app._options import LocalCode, Quiet, StudyFolder

__all__ = ["brief"]


def brief(study: StudyFolder = ".", local_code: LocalCode = True, quiet: Quiet = False) -> None:
    """Write the brief of the last run anew, without running a step."""
    from industria.app._runs import brief_maker, problems_in_prose, shown
    from industria.app._show import complain, say
    from industria.errors import StudyError
    from industria.study.load import load
    from industria.study.record import Run
    from industria.study.run import finish_again
    from industria.study.status import status

    words = load(study)
    run = Run.read(words.folder)
    finish = brief_maker(words)
    if finish is None:
        raise StudyError(f"{words.folder} has no brief.md, or what a brief needs is not installed.")
    if problems := problems_in_prose(words):
        raise StudyError(problems)
    for one in status(words, local_code=local_code):
        if one.state != "fresh":
            complain(f"step {one.step!r} is {one.state} ({'; '.join(one.why)}): the brief shows the last run")
    made = finish_again(words, run, finish)
    for pattern in ("brief*.html", "brief*.pdf"):
        for path in sorted(made.folder.glob(pattern)):
            say(shown(path), quiet=quiet)

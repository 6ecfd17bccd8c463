"""Running a pack at a site: offline, from a place that is not written to, into a folder that stays there."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from industria.release._packed import Pack
    from industria.release.doctor import Checkup
    from industria.study.model import Study
    from industria.study.record import Run
    from industria.study.run import Finish, Progress

__all__ = ["run_pack"]

STAYS: Final = "CONFIDENTIAL.md"
ERROR: Final = "confidential-error.txt"
NOTICE: Final = """# Confidential: results over unprotected records

Nothing in this folder may leave the site. What may is made by

    industria release {folder} --policy POLICY.toml --out OUTBOX

which writes a sealed file elsewhere.
"""


def run_pack(
    path: str,
    sets: Mapping[str, str | Path],
    out: Path,
    *,
    answers: Path | None,
    trust: Path | None,
    language: str,
    local_code: bool,
    memory: str | None,
    bit_exact: bool,
    fresh: bool,
    brief: bool,
    tell: Progress,
) -> dict[str, Any]:
    """Examine a site, and run a pack over its tables.

    Returns
    -------
    dict
        `folder pack steps definitions coverage`: no number of a result.

    Raises
    ------
    SiteContractError
        If the tables do not keep the contract; nothing is computed then.
    SiteStepError
        If a step does not go with them; what it says stays in a file of the folder.
    """
    from industria.app._runs import brief_maker
    from industria.errors import SiteContractError
    from industria.release._packed import open_pack
    from industria.release.doctor import doctor
    from industria.release.keys import read_trust
    from industria.study.run import run

    pack = open_pack(path, trust=read_trust(trust) if trust is not None else ())
    _refuse_inside(out, Path(path))
    checkup = doctor(pack, sets, answers=answers)
    if not checkup.ok:
        raise SiteContractError(checkup.messages(language))
    study = _checked(pack, out, checkup, local_code=local_code, brief=brief)
    finish = _finish(brief_maker(study) if brief else None, pack, checkup)
    here = _Here(out, tell)
    with here:
        made = run(
            study,
            folder=out / "run",
            local_code=local_code,
            bit_exact=bit_exact,
            memory=memory,
            fresh=fresh,
            progress=here.told,
            finish=finish,
        )
    return {"folder": str(out), "pack": pack.sha256, "steps": made.steps, **checkup.summary()}


class _Here:
    """Keeps what a failing step says at the site: its message may hold values of records."""

    def __init__(self, out: Path, tell: Progress) -> None:
        self._out, self._tell, self._step = out, tell, ""

    def told(self, step: str, seconds: float | None, reused: bool) -> None:
        """Remember the step that runs."""
        self._step = step
        self._tell(step, seconds, reused)

    def __enter__(self) -> None:
        (self._out / ERROR).unlink(missing_ok=True)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        from industria.errors import BusyFolderError, LocalCodeError, SiteStepError, UnwritableFolderError

        # These speak of folders and of code alone.
        if not isinstance(error, Exception) or isinstance(
            error, BusyFolderError | LocalCodeError | UnwritableFolderError
        ):
            return
        file = self._out / ERROR
        file.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
        place = f"step {self._step!r}" if self._step else "the tables of the site"
        raise SiteStepError(place, type(error).__name__, file) from None


def _checked(pack: Pack, out: Path, checkup: Checkup, *, local_code: bool, brief: bool) -> Study:
    """Put the tables of the site under the study, and refuse code and words that do not go with them."""
    from industria.app._runs import problems_in_prose
    from industria.errors import StudyError
    from industria.study.check import check
    from industria.study.given import with_sources

    study = with_sources(_unpacked(pack, out), checkup.sources)
    pack.refuse_other_code(study, local_code=local_code)
    problems = check(study, local_code=local_code)
    problems += problems_in_prose(study, local_code=local_code) if brief else []
    if problems:
        raise StudyError(problems)
    return study


def _refuse_inside(out: Path, pack: Path) -> None:
    from industria.errors import UsageError

    if pack.is_dir() and out.resolve().is_relative_to(pack.resolve()):
        raise UsageError(f"--out {out} lies inside the pack, which is not written to; name a folder elsewhere.")


def _unpacked(pack: Pack, out: Path) -> Study:
    """Make the folder of the site, readable by its owner alone."""
    from industria.errors import UnwritableFolderError, UsageError

    if out.is_dir() and any(out.iterdir()) and not (out / STAYS).is_file():
        raise UsageError(f"--out {out} is not empty, and no run of a pack; name another folder.")
    try:
        out.mkdir(parents=True, exist_ok=True)
        out.chmod(0o700)
        (out / STAYS).write_text(NOTICE.format(folder=out.name), encoding="utf-8")
        return pack.unpacked(out)
    except OSError as error:
        raise UnwritableFolderError(out, error.strerror or str(error)) from error


def _finish(compose: Finish | None, pack: Pack, checkup: Checkup) -> Finish:
    """Write down, beside what the brief tells, which pack ran, the least it asks for, definitions and coverage."""

    def finish(study: Study, run: Run, folder: Path) -> Mapping[str, Any]:
        told = compose(study, run, folder) if compose is not None else {}
        least = pack.manifest["minimum_policy"]
        # The policy of the site is not known yet: what its release needs for its own medians is kept beside.
        behind = {f"{one.source}.{one.column}": list(one.behind) for one in checkup.covered}
        words = {"name": pack.name, "sha256": pack.sha256, "minimum_policy": least, "coverage_cells": behind}
        return {**told, "pack": {**words, **checkup.summary()}}

    return finish

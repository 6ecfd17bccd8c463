"""`industria release`: what may leave a site, sealed; a second person's signature; a key."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from industria.app._options import Json
from industria.app._site import SpokenLanguage, speaking

if TYPE_CHECKING:
    from industria.release.policy import Policy
    from industria.study.model import Study
    from industria.study.record import Run
    from industria.study.run import Finish

__all__ = ["release"]

APPROVE: Final = "approve"
KEY: Final = "key"
ERROR: Final = "confidential-error.txt"


def release(
    study: Annotated[
        str,
        typer.Argument(
            metavar="STUDY|RUN|approve|key",
            help="The folder of a study or of its run; `approve FILE` signs a sealed file as a second person; "
            "`key FILE` writes a key.",
        ),
    ] = ".",
    file: Annotated[str | None, typer.Argument(metavar="[FILE]", help="Of `approve` and `key`.")] = None,
    policy: Annotated[
        str | None,
        typer.Option("--policy", metavar="FILE", help="The rules: a TOML file, or a preset such as acro-1."),
    ] = None,
    site: Annotated[str, typer.Option("--site", metavar="NAME", help="What this place is called.")] = "site",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="For the sealed file; without it none is made."),
    ] = None,
    earlier: Annotated[
        list[Path] | None,
        typer.Option("--earlier", metavar="FILE", help="A sealed file that left before; once for each."),
    ] = None,
    key: Annotated[Path | None, typer.Option("--key", metavar="FILE", help="Whose key signs.")] = None,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="Of `approve`: what was looked at.")] = "",
    site_folder: Annotated[
        Path | None,
        typer.Option("--site-folder", metavar="FOLDER", help="Of `approve`: what stayed; the note tells none of it."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse where anything may not leave.")] = False,
    language: SpokenLanguage = "en",
    json: Json = False,
) -> None:
    """Let leave what may leave of a run, by the rules of the place that keeps the data.

    What may not leave is withheld in tables, figures and sentences alike. The last three lines say
    what left, what did not, and how far an outsider can narrow what is withheld.
    """
    of_approve = {"site-folder": site_folder}
    with speaking(language, ending="release_refused"):
        if study == KEY and file is not None:
            _refuse_options("key", policy=policy, out=out, earlier=earlier, key=key, note=note, **of_approve)
            _make_key(Path(file))
        elif study == APPROVE and file is not None:
            _refuse_options("approve", policy=policy, out=out, earlier=earlier)
            _approve(Path(file), key, note, site_folder)
        else:
            _refuse_options("a study", file=file, note=note, **of_approve)
            _release(study, policy, site, out, earlier or [], key, strict=strict, language=language, json=json)


def _refuse_options(of: str, **given: object) -> None:
    from industria.errors import UsageError

    for name, value in given.items():
        if value:
            word = "a second word" if name == "file" else f"--{name}"
            raise UsageError(f"{of} takes no {word.removeprefix('a ')}; see industria release --help.")


def _make_key(path: Path) -> None:
    from industria.app._show import say
    from industria.release.keys import make_key

    say(f"public key {make_key(path)}")
    say(f"{path} is secret: whoever has it signs as this place. The public key is for whoever opens what it signed.")


def _approve(path: Path, key: Path | None, note: str, site_folder: Path | None) -> None:
    from industria.app._show import say
    from industria.errors import UsageError
    from industria.release.approve import approve

    if key is None or not note:
        raise UsageError("approve signs with --key FILE, and says with --note TEXT what was looked at.")
    say(f"{approve(path, key=key, note=note, site_folder=site_folder)} is signed by a second person")


def _release(
    place: str,
    policy: str | None,
    site: str,
    out: Path | None,
    earlier: list[Path],
    key: Path | None,
    *,
    strict: bool,
    language: str,
    json: bool,
) -> None:
    from industria.app._released import lines_of
    from industria.app._show import emit, say
    from industria.release.release import release as released

    study, run = _study_and_run(place)
    rules = _policy(policy or study.file.release.policy, study.folder)
    way: dict[str, Any] = {"out": out, "site": site, "earlier": earlier, "key": key, "strict": strict}
    stays = study.folder / "site"
    with _quiet(stays):
        made = released(run, rules, **way, finish=_finish(study), study=study, site_folder=stays)
    if json:
        emit(made.certificate)
        return
    for line in lines_of(made, language):
        say(line)


@contextmanager
def _quiet(folder: Path) -> Iterator[None]:
    """Keep at the site what an unforeseen error says, which may hold values of records; what is refused is said."""
    from industria.errors import IndustriaError, SiteStepError

    try:
        yield
    except (IndustriaError, OSError):
        raise
    except Exception as error:
        folder.mkdir(mode=0o700, exist_ok=True)
        file = folder / ERROR
        file.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
        raise SiteStepError("the release", type(error).__name__, file) from None


def _study_and_run(place: str) -> tuple[Study, Run]:
    """Read a run and the study that it is of; a run of other words than the study has now is refused."""
    from industria.errors import ReleaseRefusedError
    from industria.study.load import load
    from industria.study.provenance import study_record
    from industria.study.record import Run

    run = Run.read(place)
    study = load(run.folder.parent)
    if run.released:
        raise ReleaseRefusedError(run.folder, "it is released already; name the run of the site")
    if study_record(study)["sha256"] != run.record["study"]["sha256"]:
        raise ReleaseRefusedError(
            run.folder, f"{study.folder / 'study.toml'} has changed since; `industria run {place}` brings it up to date"
        )
    return study, run


def _policy(said: str | None, folder: Path) -> Policy:
    """Read a policy: a file, here or beside the study, or a preset."""
    from industria.errors import UsageError, listing
    from industria.release._presets import PRESETS
    from industria.release.policy import Policy

    if said is None:
        raise UsageError(
            f"by which rules? Say --policy FILE, or one of the presets {listing(list(PRESETS))}; "
            "a study may name its own, as [release] policy."
        )
    for path in (Path(said), folder / said):
        if path.is_file():
            return Policy.read(path)
    return Policy.read(said) if said.endswith(".toml") else Policy.preset(said)


def _finish(study: Study) -> Finish | None:
    """Write the briefs that leave, as pages alone: nothing can be attached to them."""
    from industria.app._runs import brief_maker

    compose: Any = brief_maker(study)
    languages = study.file.release.languages or None
    return None if compose is None else partial(compose, formats=("html",), languages=languages)

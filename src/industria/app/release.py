"""`industria release`: what may leave a site, sealed; a second person's signature; a key."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from industria.app._options import Json

if TYPE_CHECKING:
    from industria.release._release import Release
    from industria.release.policy import Policy
    from industria.study.model import Study
    from industria.study.record import Run
    from industria.study.run import Finish

__all__ = ["release"]

APPROVE: Final = "approve"
KEY: Final = "key"
ERROR: Final = "confidential-error.txt"
LETTERS: Final = 12
"""Of a hash that is printed."""


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
    strict: Annotated[bool, typer.Option("--strict", help="Refuse where anything may not leave.")] = False,
    json: Json = False,
) -> None:
    """Let leave what may leave of a run, by the rules of the place that keeps the data.

    What may not leave is withheld in tables, figures and sentences alike. The last three lines say
    what left, what did not, and how far an outsider can narrow what is withheld.
    """
    if study == KEY and file is not None:
        _refuse_options("key", policy=policy, out=out, earlier=earlier, key=key, note=note)
        _make_key(Path(file))
    elif study == APPROVE and file is not None:
        _refuse_options("approve", policy=policy, out=out, earlier=earlier)
        _approve(Path(file), key, note)
    else:
        _refuse_options("a study", file=file, note=note)
        _release(study, policy, site, out, earlier or [], key, strict=strict, json=json)


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


def _approve(path: Path, key: Path | None, note: str) -> None:
    from industria.app._show import say
    from industria.errors import UsageError
    from industria.release.approve import approve

    if key is None or not note:
        raise UsageError("approve signs with --key FILE, and says with --note TEXT what was looked at.")
    say(f"{approve(path, key=key, note=note)} is signed by a second person")


def _release(
    place: str,
    policy: str | None,
    site: str,
    out: Path | None,
    earlier: list[Path],
    key: Path | None,
    *,
    strict: bool,
    json: bool,
) -> None:
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
    for line in _lines(made):
        say(line)


@contextmanager
def _quiet(folder: Path) -> Iterator[None]:
    """Keep at the site what an unforeseen error says: it may hold values of records."""
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


def _lines(made: Release) -> list[str]:
    """Say by which rules, what was sealed, and in three lines what left, what did not, and how near one gets."""
    told = made.certificate
    counts = list(made.counts.values())
    numbers = {word: sum(of[word] for of in counts) for word in ("cells", "withheld", "primary", "secondary")}
    prose = told["prose"]
    lines = [f"rules: {', '.join(told['rules'])}"]
    lines += [f"step {name!r} does not leave: {why}" for name, why in made.refused.items()]
    lines += [_proposed(design) for design in made.proposal]
    if made.path is not None:
        lines += [f"sealed: {made.path} · sha256 {made.sha256[:LETTERS]}", f"stays: {made.site_folder} (confidential)"]
    left = f"{numbers['cells'] - numbers['withheld']} of {numbers['cells']} rows of {len(made.steps)} steps"
    why = f"{numbers['primary']} by a rule, {numbers['secondary']} to protect them"
    words = f"; {prose['withheld']} numbers of the brief" if prose["withheld"] else ""
    return [
        *lines,
        f"left: {left}; {prose['shown']} numbers of the brief",
        f"withheld: {numbers['withheld']} ({why}){words}",
        f"narrowest: {_narrowest(told)}",
    ]


def _proposed(design: Mapping[str, Any]) -> str:
    share = f"{design['withheld']} of {design['cells']} cells"
    return f"coarser: step {design['step']!r} {design['design']} withholds {share}"


def _narrowest(told: Mapping[str, Any]) -> str:
    attack = told["attack"]
    found = attack["narrowest"]
    if found is None:
        return "no cell is withheld of which a sum is published" if not attack["cells"] else "nothing bounds any above"
    low, high = ("no bound" if end is None else f"{end:.12g}" for end in (found["low"], found["high"]))
    return f"{found['cell']}: {low} to {high}, for whoever solves all that is published"

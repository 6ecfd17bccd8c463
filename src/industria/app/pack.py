"""`industria pack`: a study in one file that travels to the data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from industria.app._options import Json, StudyFolder

__all__ = ["pack"]


def pack(
    study: StudyFolder = ".",
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="The file; STUDY.pack without it.")] = None,
    contract: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What sites bring, in place of the study's [contract.SOURCE].")
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The least that each site must apply, in TOML.")
    ] = None,
    wheels: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Wheels that travel along, for machines without a network.")
    ] = None,
    key: Annotated[Path | None, typer.Option(metavar="FILE", help="A private key that signs the pack.")] = None,
    json: Json = False,
) -> None:
    """Put a study, and all that it needs and asks of a site, into one file; no site's data is needed."""
    from industria.app._show import emit, say
    from industria.release import Policy
    from industria.release import pack as write_pack
    from industria.release._packed import open_pack
    from industria.study.load import load

    words = load(study)
    place = out or Path(f"{words.folder.name}.pack")
    least = Policy.read(policy) if policy is not None else None
    made = open_pack(write_pack(words, out=place, contract=contract, policy=least, wheels=wheels, key=key))
    told = {
        "path": str(place),
        "sha256": made.sha256,
        "study": made.manifest["study"],
        "sources": list(made.promised),
        "steps": [step["name"] for step in made.expected["steps"]],
        "hub": made.manifest["hub"],
    }
    if json:
        emit(told)
        return
    say(f"{place}: {len(told['steps'])} steps; each site brings {', '.join(made.promised)}")
    say(f"sha256 {made.sha256}")
    say(f"signed by {made.manifest['hub']}" if made.manifest["hub"] else "not signed: nobody can tell who wrote it")

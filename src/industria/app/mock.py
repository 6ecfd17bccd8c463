"""`industria mock`: tables drawn from the contract of a pack."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from industria.app._options import Json

__all__ = ["mock"]


def mock(
    pack: Annotated[Path, typer.Argument(metavar="PACK", help="A pack, as a file or unpacked.")],
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Where the tables go.")] = Path("mock"),
    seed: Annotated[int, typer.Option(min=0, help="The same number gives the same tables.")] = 1,
    json: Json = False,
) -> None:
    """Draw tables that keep the contract of a pack, to try it on; they are marked as synthetic for good."""
    from industria.app._show import emit, say
    from industria.core.result import SYNTHETIC
    from industria.release import mock as draw

    written = draw(pack, out=out, rng=seed)
    if json:
        emit({name: str(path) for name, path in written.items()})
        return
    say("\n".join(f"{name}: {path}" for name, path in written.items()))
    say(SYNTHETIC)
    say(f"Now: industria run {pack} {' '.join(f'--set {name}={path}' for name, path in written.items())} --out FOLDER")

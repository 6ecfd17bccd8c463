"""`industria schema`: the JSON schema of study.toml, for an editor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["schema"]


def schema(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file to write it to.")] = None,
    bare: Annotated[bool, typer.Option("--bare", help="Leave out the measures and readers installed here.")] = False,
) -> None:
    """Print the JSON schema of study.toml with the measures that are installed here."""
    from industria.app._show import say
    from industria.study.schema import schema as of_any
    from industria.study.schema import schema_here, written

    text = written(of_any() if bare else schema_here())
    if output is None:
        print(text, end="")
    else:
        output.write_text(text, encoding="utf-8")
        say(f"wrote {output}; name it in the first line of study.toml: #:schema {output.name}")

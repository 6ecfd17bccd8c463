"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["Json", "LocalCode", "Quiet", "StudyFolder"]

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say only what is wrong.")]
LocalCode = Annotated[bool, typer.Option("--local-code/--no-local-code", help="Whether the study's own code may run.")]
StudyFolder = Annotated[str, typer.Argument(metavar="STUDY", help="The folder of the study, or its study.toml.")]

"""The command line: `industria COMMAND`, one file a command."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Annotated, Final

import typer

import industria
from industria.app._show import complain, paint, say
from industria.app.sources import sources
from industria.errors import IndustriaError

__all__ = ["COMMANDS", "app", "main"]

# In the order in which a person meets them. Each is the function of the same name in
# the file of the same name, which imports what it needs only when it is called.
COMMANDS: Final = (
    *("new", "check", "run", "status", "read", "explain", "diff", "brief", "verify"),
    *("measures", "sources", "schema", "doctor"),
    *("pack", "mock", "release", "attack", "pool"),
)
INTERRUPTED: Final = 130

app = typer.Typer(
    name="industria",
    help="From a question about industry to a defensible two-page brief.",
    epilog="Exit codes: 0 done, 1 a step failed, 2 the study or the words are wrong, 3 a data contract failed, "
    "4 a source cannot be had, 5 verification differs, 6 a claim no longer holds, 7 release refused.",
    no_args_is_help=True,
    # Drawing the help with rich costs three times the CPU time of everything else.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        say(f"industria {industria.__version__}")
        raise typer.Exit


@app.callback()
def _start(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """From a question about industry to a defensible two-page brief."""


for _name in COMMANDS:
    app.command(_name)(getattr(import_module(f"industria.app.{_name}"), _name))


def main() -> None:
    """Run the command line; a deliberate error ends in its message, its notes and its exit code."""
    _keep_output_for_answers()
    try:
        if sys.argv[1:] == ["sources"]:
            # Typer takes longer to read words, even none, than the list of sources takes to print.
            sources()
        else:
            app(prog_name="industria")
    except IndustriaError as error:
        _tell(str(error), getattr(error, "__notes__", []))
        sys.exit(error.exit_code)
    except OSError as error:
        # A full disk, a read-only folder: the system says what and where.
        _tell(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}", [])
        sys.exit(IndustriaError.exit_code)
    except SystemExit as end:
        if end.code == INTERRUPTED:
            complain("Stopped; what was finished is kept.")
        raise


def _keep_output_for_answers() -> None:
    """Let what libraries in C print go to standard error: HiGHS has a line that no option of it keeps back."""
    console = sys.__stdout__
    if console is None or sys.stdout is not console:
        return
    try:
        console.flush()
        own = os.dup(1)
        os.dup2(2, 1)
    except OSError:
        return
    sys.stdout = os.fdopen(own, "w", encoding=console.encoding, errors=console.errors)


def _tell(message: str, notes: list[str]) -> None:
    complain(f"{paint('error:', 'red', sys.stderr)} {message}")
    for note in notes:
        complain(f"  {note}")

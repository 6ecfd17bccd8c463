"""The frame of the command line: help, exit codes, what a person reads when something is wrong."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

import industria as package
from industria.app._show import columns, paint
from industria.app.main import COMMANDS

Call = Callable[..., tuple[int, str, str]]

HEAVY = ("duckdb", "narwhals", "pydantic", "pyarrow", "numpy", "pandas", "rich")


def test_help_names_every_command_and_the_exit_codes(industria: Call) -> None:
    code, out, _ = industria("--help")

    assert code == 0
    assert [word for word in COMMANDS if f"\n  {word} " not in out] == []
    assert "6 a claim no longer holds" in " ".join(out.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_tells_what_it_does(industria: Call, command: str) -> None:
    code, out, _ = industria(command, "--help")

    assert code == 0
    assert out.startswith(f"Usage: industria {command}")


def test_starting_imports_nothing_heavy() -> None:
    code = f"import sys, industria.app.main; print([m for m in {HEAVY} if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_it_is_a_module_too() -> None:
    done = subprocess.run([sys.executable, "-m", "industria", "--version"], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == f"industria {package.__version__}"


def test_what_libraries_print_is_no_part_of_an_answer() -> None:
    """A solver in C knows standard output by its number, and would spoil the JSON of a run."""
    code = "import os; from industria.app import main\n"
    code += "main.app = lambda **_: (os.write(1, b'solver\\n'), main.say('answer'))\n"
    code += "main.main()"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert (done.stdout, done.stderr) == ("answer\n", "solver\n")


def test_no_words_show_the_help(industria: Call) -> None:
    assert "Usage: industria" in "".join(map(str, industria()))


@pytest.mark.parametrize("words", [["chek"], ["check", "--jsno"], ["run", "a", "b"], ["explain"]])
def test_wrong_words_end_with_2(industria: Call, words: list[str]) -> None:
    code, out, err = industria(*words)

    assert (code, out) == (2, "")
    assert "Error" in err


def _raising(error: BaseException) -> Callable[[], None]:
    def catalog() -> None:
        raise error

    return catalog


def test_a_deliberate_error_ends_in_its_message_its_notes_and_its_code(
    industria: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    from industria.errors import SourceError

    error = SourceError("the file is not there.")
    error.add_note("in source 'firms' of study.toml")
    monkeypatch.setattr("industria.core.measure.catalog", _raising(error))

    assert industria("measures") == (4, "", "error: the file is not there.\n  in source 'firms' of study.toml\n")


def test_a_full_disk_is_told_in_a_line(industria: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    error = OSError(28, "No space left on device", "/data/run")
    monkeypatch.setattr("industria.core.measure.catalog", _raising(error))

    assert industria("measures") == (1, "", "error: No space left on device: /data/run\n")


def test_a_person_who_stops_it_reads_one_line(industria: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("industria.core.measure.catalog", _raising(KeyboardInterrupt()))

    assert industria("measures") == (130, "", "Stopped; what was finished is kept.\n")


def test_a_mistake_of_ours_keeps_its_traceback(industria: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("industria.core.measure.catalog", _raising(ZeroDivisionError("ours")))

    with pytest.raises(ZeroDivisionError, match="ours"):
        industria("measures")


def test_a_reader_who_leaves_early_is_no_error() -> None:
    done = subprocess.run(
        f"{sys.executable} -m industria measures | head -c 1", shell=True, capture_output=True, text=True, check=True
    )

    assert "Traceback" not in done.stderr


class _Terminal:
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("variable", "painted"), [("NO_COLOR", False), ("OTHER", True)])
def test_colors_are_for_terminals_that_want_them(monkeypatch: pytest.MonkeyPatch, variable: str, painted: bool) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv(variable, "1")

    assert (paint("x", "red", _Terminal()) == "\x1b[31mx\x1b[0m") is painted  # type: ignore[arg-type]


def test_piped_text_has_no_colors() -> None:
    assert paint("x", "red") == "x"


def test_columns_line_up() -> None:
    assert columns([("a", "long word"), ("long", "b")]) == "a     long word\nlong  b"
    assert columns([]) == ""


def test_completion_is_there(industria: Call) -> None:
    assert "--install-completion" in industria("--help")[1]

"""The line of each key of a TOML file."""

from __future__ import annotations

import tomllib

from industria.study.lines import key_lines, line_of, position

TEXT = '''title = "a # b" # not [here]
list = [
  1, # ]
  2,
]

[sources.firms]
use = "x"
contract.key = ["a"]
sql = """
[[step]]
name = 'no step'
"""

[[step]]
name = 'one'
"quoted key" = 1
[[step]]
name = 'two'
odd = 'a [ " b'
[step.inner]
deep = 1
[step.contract.columns]
x = { unit = "1", type = "text" }
'''


def test_knows_the_line_of_every_key() -> None:
    tomllib.loads(TEXT)

    lines = key_lines(TEXT)

    assert lines == {
        ("title",): 1,
        ("list",): 2,
        ("sources", "firms"): 7,
        ("sources", "firms", "use"): 8,
        ("sources", "firms", "contract"): 9,
        ("sources", "firms", "contract", "key"): 9,
        ("sources", "firms", "sql"): 10,
        ("step",): 15,
        ("step", 0): 15,
        ("step", 0, "name"): 16,
        ("step", 0, "quoted key"): 17,
        ("step", 1): 18,
        ("step", 1, "name"): 19,
        ("step", 1, "odd"): 20,
        ("step", 1, "inner"): 21,
        ("step", 1, "inner", "deep"): 22,
        ("step", 1, "contract", "columns"): 23,
        ("step", 1, "contract", "columns", "x"): 24,
    }


def test_falls_back_to_what_stands_around() -> None:
    lines = key_lines(TEXT)

    assert line_of(lines, ("step", 0, "missing")) == 15
    assert line_of(lines, ("claim", 0)) is None


def test_reads_the_line_out_of_a_message() -> None:
    assert position("Expected '=' after a key (at line 3, column 5)", TEXT) == (3, "Expected '=' after a key")
    assert position("Unterminated string (at end of document)", "a\nb") == (2, "Unterminated string")

"""`industria schema` prints or writes the schema."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from industria.study.schema import SHIPPED

Call = Callable[..., tuple[int, str, str]]


def test_prints_the_schema_with_the_measures_that_are_here(industria: Call) -> None:
    code, out, _ = industria("schema")

    assert code == 0
    assert "evaluation.fixed_effects" in json.dumps(json.loads(out))


def test_writes_the_bare_schema_as_it_ships(industria: Call, tmp_path: Path) -> None:
    code, out, _ = industria("schema", "--bare", "--output", tmp_path / "s.json")

    assert code == 0
    assert "#:schema s.json" in out
    assert (tmp_path / "s.json").read_bytes() == SHIPPED.read_bytes()

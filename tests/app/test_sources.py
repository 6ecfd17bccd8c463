"""`industria sources` tells where tables can come from."""

from __future__ import annotations

import json
from collections.abc import Callable

from industria.sources import names

Call = Callable[..., tuple[int, str, str]]


def test_lists_every_reader(industria: Call) -> None:
    code, out, _ = industria("sources")

    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == names()


def test_tells_all_about_one(industria: Call) -> None:
    _, out, _ = industria("sources", "files.csv")

    assert out.startswith("files.csv(path, *, delimiter=None, decimal='.', ")
    assert "A CSV" in out or "a CSV" in out


def test_json_tells_the_parameters(industria: Call) -> None:
    (record,) = json.loads(industria("sources", "files.csv", "--json")[1])

    assert record["name"] == "files.csv"
    assert record["parameters"][0] == {"name": "path", "type": "text", "required": True, "default": None}


def test_names_the_nearest_reader(industria: Call) -> None:
    assert industria("sources", "files.cvs") == (2, "", "error: 'files.cvs' is no source. Did you mean 'files.csv'?\n")

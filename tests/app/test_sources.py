"""`industria sources` tells where tables can come from."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from industria.sources import names
from industria.sources.store import Answer, Store

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


def test_tells_the_terms_of_a_publisher_and_what_is_kept_of_it(
    industria: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("INDUSTRIA_STORE", str(tmp_path))
    request = {"method": "GET", "url": "https://apps.bea.gov/api/data", "body": None}
    Store.here().keep({"use": "bea.input_output"}, [Answer(request=request, content=b"{}")])

    (record,) = json.loads(industria("sources", "bea.input_output", "--json")[1])

    assert record["publisher"] == "US Bureau of Economic Analysis"
    assert record["license"] == "US Government work, public domain"
    assert (record["key"], record["registration"]) == ("required", "https://apps.bea.gov/API/signup/")
    assert record["limits"] == {"calls_per_second": 1.5}
    assert [one["bytes"] for one in record["kept"]] == [2]
    assert "key           required" in industria("sources", "bea.input_output")[1]


def test_exports_what_was_had(industria: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("INDUSTRIA_STORE", str(tmp_path / "store"))
    request = {"method": "GET", "url": "https://agency.example/a.csv", "body": None}
    question = {"publisher": "agency", "file": "a.csv", "url": request["url"]}
    Store.here().keep(question, [Answer(request=request, content=b"a\n1\n")])

    code, out, _ = industria("sources", "export", str(tmp_path / "enclave"))

    assert code == 0
    assert out.startswith("a.csv\nINDUSTRIA_OFFLINE=1 INDUSTRIA_MIRROR=")
    assert (tmp_path / "enclave" / "mirror" / "agency" / "a.csv").read_bytes() == b"a\n1\n"
    assert industria("sources", "export")[0] == 2
    assert industria("sources", "files.csv", str(tmp_path))[0] == 2

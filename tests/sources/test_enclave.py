"""A machine without a network reads what another one was given."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from industria.core.table import collect
from industria.errors import UnwritableStoreError
from industria.sources.enclave import export
from industria.sources.fetch import Publisher, official
from industria.sources.oecd import flow
from industria.sources.store import Store
from tests.sources.recorded import FIXTURES, Asked, Played, Reply

Play = Callable[[str, Callable[[Asked], Reply | None]], Played]
AGENCY = Publisher(name="agency", title="The Agency", license="CC0", homepage="")
URL = "https://agency.example/files/table.csv"
FLOW = "OECD.SDD.NAD,DSD_NAMAIN10@DF_TABLE1,2.0"


def test_files_and_interfaces_are_read_without_a_network(
    play: Play, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    agency = play("agency", lambda _: Reply(b"a\n1\n"))
    oecd = play("oecd", lambda _: Reply((FIXTURES / "oecd_flow.csv").read_bytes()))
    file, table = official(AGENCY, "files/table.csv", URL), flow(flow=FLOW)

    assert export(tmp_path / "enclave") == ["files/table.csv", "oecd.flow"]

    shutil.rmtree(Store.here().root)
    monkeypatch.setenv("INDUSTRIA_OFFLINE", "1")
    monkeypatch.setenv("INDUSTRIA_MIRROR", str(tmp_path / "enclave" / "mirror"))
    monkeypatch.setenv("INDUSTRIA_STORE", str(tmp_path / "enclave" / "store"))
    again, table_again = official(AGENCY, "files/table.csv", URL), flow(flow=FLOW)
    assert again.path == tmp_path / "enclave" / "mirror" / "agency" / "files" / "table.csv"
    assert (again.sha256, again.retrieved) == (file.sha256, file.retrieved)
    assert (table_again.sha256, table_again.retrieved) == (table.sha256, table.retrieved)
    assert collect(table_again.read()).num_rows == 20
    assert (len(agency.asked), len(oecd.asked)) == (1, 1)


def test_a_folder_that_cannot_be_written_is_named(play: Play, tmp_path: Path) -> None:
    play("agency", lambda _: Reply(b"a\n1\n"))
    official(AGENCY, "table.csv", URL)
    (tmp_path / "file").write_text("")

    with pytest.raises(UnwritableStoreError, match="file"):
        export(tmp_path / "file")

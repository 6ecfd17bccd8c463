"""Every test of sources has a store of its own, and publishers that are played on loopback."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import stamina

from tests.sources.recorded import Asked, Played, Reply, playing


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in list(os.environ):
        if name.startswith("INDUSTRIA_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("INDUSTRIA_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("INDUSTRIA_KEYS", str(tmp_path / "keys.toml"))
    # As many attempts as in earnest, without the waits between them.
    with stamina.set_testing(True, attempts=5):
        yield


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, Callable[[Asked], Reply | None]], Played]]:
    """Put a played server in the place of a publisher."""
    with ExitStack() as servers:

        def start(publisher: str, answer: Callable[[Asked], Reply | None]) -> Played:
            played = servers.enter_context(playing(answer))
            monkeypatch.setenv(f"INDUSTRIA_ENDPOINT_{publisher.upper()}", played.endpoint)
            return played

        yield start

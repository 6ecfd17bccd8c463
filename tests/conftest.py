"""What all tests share: no network, a browser and a Spark session where there is one."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parents[1]
AXE = ROOT / ".tools" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

# Shared machines stall for seconds: a deadline would fail what is not slow.
settings.register_profile(
    "industria", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("industria")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with whole studies: left to the end, one process would run them while the others wait."""
    items.sort(key=lambda item: item.path.name != "test_every_study.py")


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections that leave this machine: a test must not depend on a publisher's server."""
    if request.node.get_closest_marker("network"):
        return
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and str(address[0]) not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test reached for {address[0]}; tests run without a network")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_here)


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless browser of the machine; tests that use it are marked `browser`."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no chromium on this machine")
    sync = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core, which finds what a reader with a disability stumbles over."""
    if not AXE.exists():
        pytest.skip("axe-core is not there; `make test` fetches it where npm is installed")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """A local Spark session, small and quiet; tests that use it are marked `spark`."""
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed; `make test-spark` builds it")
    if shutil.which("java") is None:
        pytest.skip("no Java on this machine")
    # Workers take python3 from PATH otherwise, which has none of the packages.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        sql.SparkSession.builder.master("local[1]")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.execution.arrow.pyspark.enabled", "true")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .getOrCreate()
    )
    yield session
    session.stop()

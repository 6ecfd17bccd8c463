"""Publishers played on loopback: each test says what is answered, and sees what was asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

FIXTURES = Path(__file__).parent / "fixtures"


@dataclass(frozen=True)
class Asked:
    """One request as it came over the wire."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class Reply:
    """What the played publisher answers."""

    content: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, told: Any, status: int = 200) -> Reply:
        return cls(json.dumps(told).encode(), status, {"Content-Type": "application/json"})

    @classmethod
    def page(cls, title: str, status: int = 200) -> Reply:
        return cls(f"<html><title>{title}</title></html>".encode(), status, {"Content-Type": "text/html"})


@dataclass
class Played:
    """A server under way."""

    endpoint: str
    asked: list[Asked]


@contextmanager
def playing(answer: Callable[[Asked], Reply | None]) -> Iterator[Played]:
    """Serve answers; None cuts the connection off."""
    asked: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

        def _serve(self) -> None:
            there = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            query = {name: words[0] for name, words in parse_qs(there.query).items()}
            asked.append(Asked(self.command, there.path, query, dict(self.headers), body))
            reply = answer(asked[-1])
            if reply is None:
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.content)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.content)

        do_GET = do_POST = do_HEAD = _serve

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Played(f"http://127.0.0.1:{server.server_port}", asked)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

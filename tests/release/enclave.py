"""What a site does, in a process of its own: `python enclave.py PACK FILE ANSWERS KEY FOLDER`.

The network is shut, the pack is a folder that is not written to, there is no home folder. Says what it did as JSON.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import socket
import sys
from pathlib import Path
from typing import Any, NoReturn

sys.stdout.reconfigure(encoding="utf-8")


def shut(*words: object, **named: object) -> NoReturn:
    raise AssertionError(f"the network was asked for: {words}")


def main(pack: str, file: str, answers: str, key: str, folder: str) -> dict[str, Any]:
    socket.socket.connect = shut  # type: ignore[assignment]
    socket.create_connection = shut
    socket.getaddrinfo = shut
    from industria.app.main import app
    from industria.release import Policy
    from industria.release.release import release
    from industria.study.provenance import peak_memory

    def industria(*words: str) -> tuple[int, str]:
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = app([*words], standalone_mode=False)
        return code or 0, said.getvalue()

    sets = ["--set", f"plants={file}", "--answers", answers]
    looked = industria("doctor", pack, *sets)
    ran = industria("run", pack, *sets, "--out", f"{folder}/saída", "--memory", os.environ["INDUSTRIA_MEMORY"])
    made = release(
        f"{folder}/saída",
        Policy(threshold=3, p=0.1),
        out=Path(folder) / "fora",
        site="São José",
        key=key,
        site_folder=Path(folder) / "fica",
    )
    return {
        "doctor": looked,
        "run": ran,
        "withheld": made.n_withheld,
        "attack": made.certificate["attack"],
        "path": str(made.path),
        "peak": peak_memory(),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:])) + "\n")

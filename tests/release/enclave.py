"""What a site does, each time in a process of its own.

`python enclave.py run PACK FILE ANSWERS FOLDER`, then `python enclave.py release KEY FOLDER`, and
`python enclave.py compile`. The network is shut, the pack and the package are folders that are not written to, there
is no home folder. Says what it did as JSON.
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


def look_and_run(pack: str, file: str, answers: str, folder: str) -> dict[str, Any]:
    from industria.app.main import app

    def industria(*words: str) -> tuple[int, str]:
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = app([*words], standalone_mode=False)
        return code or 0, said.getvalue()

    sets = ["--set", f"plants={file}", "--answers", answers]
    looked = industria("doctor", pack, *sets)
    ran = industria("run", pack, *sets, "--out", f"{folder}/saída", "--memory", os.environ["INDUSTRIA_MEMORY"])
    return {"doctor": looked, "run": ran}


def let_leave(key: str, folder: str) -> dict[str, Any]:
    from industria.release import Policy
    from industria.release.release import release

    made = release(
        f"{folder}/saída",
        Policy(threshold=3, p=0.1),
        out=Path(folder) / "fora",
        site="São José",
        key=key,
        site_folder=Path(folder) / "fica",
    )
    return {
        "withheld": made.n_withheld,
        "attack": made.certificate["attack"],
        "path": str(made.path),
    }


def compile_anew() -> dict[str, Any]:
    """Use a kernel that is compiled, whose machine code has no place to be kept."""
    import numpy as np

    from industria.kernels.partial_frontiers import order_m

    units = np.arange(1.0, 4.0)[:, None]
    scores, _ = order_m(units, units, np.array([2.0]), orientation="input")
    return {"compiled": scores.shape[-1] > 0}


if __name__ == "__main__":
    socket.socket.connect = shut  # type: ignore[assignment]
    socket.create_connection = shut
    socket.getaddrinfo = shut
    told = {"run": look_and_run, "release": let_leave, "compile": compile_anew}[sys.argv[1]](*sys.argv[2:])
    import industria
    from industria.study.provenance import peak_memory

    sys.stdout.write(json.dumps(told | {"peak": peak_memory(), "package": industria.__file__}) + "\n")

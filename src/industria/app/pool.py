"""`industria pool`: sealed releases of several sites, put together as one run with its brief."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from industria.app._options import Json

if TYPE_CHECKING:
    from industria.release import Pooled
    from industria.study.model import Study
    from industria.study.record import Run

__all__ = ["pool"]


def pool(
    releases: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Sealed releases, one a site.")],
    pack: Annotated[
        Path | None,
        typer.Option(
            metavar="PACK", help="What was sent to the sites: it says which code is right, and has the words."
        ),
    ] = None,
    trust: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Public keys of those who may sign, one a line, after it the site."),
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Where the pooled run goes.")] = Path("pooled"),
    method: Annotated[
        str, typer.Option(metavar="METHOD", help="Variance between sites: reml, dl, pm, or fixed for none.")
    ] = "reml",
    test: Annotated[
        str, typer.Option(metavar="TEST", help="Of pooled estimates: hartung_knapp, hartung_knapp_floor or normal.")
    ] = "hartung_knapp",
    confidence: Annotated[float, typer.Option(metavar="SHARE", help="Of all intervals.")] = 0.95,
    allow_older: Annotated[
        bool, typer.Option("--allow-older", help="Take a release older than the one that was pooled before.")
    ] = False,
    json: Json = False,
) -> None:
    """Put sealed releases of several sites together, and say what they add up to."""
    from industria.app._show import complain, emit, say
    from industria.release import pool as put_together
    from industria.release.keys import read_trust

    if trust is None:
        complain("nobody is asked who sealed the files; --trust FILE names the keys of the sites")
    pooled = put_together(
        releases,
        trust=read_trust(trust) if trust is not None else (),
        pack=pack,
        method=method,  # type: ignore[arg-type]
        test=test,  # type: ignore[arg-type]
        confidence=confidence,
        allow_older=allow_older,
        out=out,
        finish=_brief,
    )
    if json:
        emit(_answer(pooled))
        return
    say(pooled.report)
    say("\n".join(_last_lines(pooled)))


def _brief(study: Study, run: Run, folder: Path) -> Mapping[str, Any]:
    from industria.app._runs import brief_maker

    write = brief_maker(study)
    return write(study, run, folder) if write is not None else {}


def _answer(pooled: Pooled) -> dict[str, Any]:
    return {
        "folder": str(pooled.folder),
        "sites": pooled.record["pool"]["sites"],
        "pooled": [step for step in pooled.steps if pooled.leaves(step)],
        "left": {step: pooled.step(step)["why"] for step in pooled.steps if not pooled.leaves(step)},
        "claims": pooled.claims,
        "briefs": _briefs(pooled),
        "report": pooled.report,
    }


def _last_lines(pooled: Pooled) -> list[str]:
    told = _answer(pooled)
    rows = {step: pooled.table(step)["status"].to_pylist() for step in told["pooled"]}
    withheld = sum(states.count("withheld") for states in rows.values())
    files = [*told["briefs"], str(pooled.folder / "run.json")]
    return [
        f"written: {', '.join(files)}",
        f"pooled: {', '.join(told['pooled']) or 'nothing'}; {withheld} of {sum(map(len, rows.values()))} rows withheld",
        f"not pooled: {', '.join(told['left']) or 'nothing'}",
        f"narrowest: {_narrowest(pooled)}",
    ]


def _narrowest(pooled: Pooled) -> str:
    """Say at which site an outsider comes closest, as the certificates have it; for its size, as they compare."""
    from industria.release._statement import ends

    told = {one.site: (one.certificate.get("attack") or {}).get("narrowest") for one in pooled.releases}
    bound = {site: one for site, one in told.items() if one and None not in (one["low"], one["high"])}
    if not bound:
        return "no site tells an interval with two ends"
    size = {site: max(abs(one["low"]), abs(one["high"])) or 1.0 for site, one in bound.items()}
    site = min(bound, key=lambda name: (bound[name]["high"] - bound[name]["low"]) / size[name])
    low, high = ends(bound[site])
    return f"site {site}: {bound[site]['cell']}: {low} to {high}, for whoever solves all that it published"


def _briefs(pooled: Pooled) -> list[str]:
    return [
        str(path) for path in (*sorted(pooled.folder.glob("brief*.html")), *sorted(pooled.folder.glob("brief*.pdf")))
    ]

"""One pack, three stand-in sites, three releases, one pool, one brief: `make demo-network`.

Everything is made anew in `demo/`. What the brief rests on, all of it released, is written to `pooled/`.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow.csv as pc_csv
from stand_ins import SITES, Site, survey, write_stand_ins

from industria import sources
from industria.core.table import collect
from industria.core.value import Address
from industria.release import Policy, Pooled, Sealed, attack, make_key, open_release, pack, pool
from industria.release.release import Release, release
from industria.study.given import with_sources
from industria.study.load import load
from industria.study.record import Run
from industria.study.run import run

HERE: Final = Path(__file__).parent
DEMO: Final = HERE / "demo"
POOLED: Final = HERE / "pooled"
TABLES: Final = {"persons": "value", "sales": "value", "plants_by_size": "count"}
BY: Final = ["size", "funded"]
TERMS: Final = ("grant", "grant_last_year")
SAME: Final = 1e-10
NAMED: Final = {"stand-in-a": "A", "stand-in-b": "B", "stand-in-c": "C"}


def main() -> None:
    """Run the whole network on this machine, and print what a reader should look at."""
    shutil.rmtree(DEMO, ignore_errors=True)
    DEMO.mkdir()
    hub = make_key(DEMO / "hub.key")
    (DEMO / "hub.public").write_text(hub)
    packed = pack(HERE / "travels", out=DEMO / "grants.pack", key=DEMO / "hub.key")
    folders = write_stand_ins(DEMO / "sites")
    released = {site.name: _at_site(site, folders[site.name], packed) for site in SITES}
    sealed = {name: open_release(one.path) for name, one in released.items()}
    reached = {name: _attacked(one) for name, one in sealed.items()}
    pooled = pool(
        [one.path for one in sealed.values()],
        trust={one.manifest["public_key"]: name for name, one in sealed.items()},
        pack=packed,
        out=DEMO / "pooled",
    )
    one = _one_run()
    _tell_pool(pooled, one)
    _write(sealed, reached, pooled, one)
    subprocess.run([sys.executable, "-m", "industria", "run", str(HERE), "--quiet"], check=True)
    _say("\n".join(str(path.relative_to(Path.cwd())) for path in sorted((HERE / "run").glob("brief*.html"))))


def _at_site(site: Site, folder: Path, packed: Path) -> Release:
    """Examine, run and release at one stand-in, with nothing but the pack and its own folder."""
    _say(f"\n{site.name}: A STAND-IN, NOT A STATISTICAL OFFICE")
    words = ["--set", f"plants={folder / 'plants.csv'}", "--answers", str(folder / "answers.toml")]
    offline = os.environ | {"INDUSTRIA_OFFLINE": "1"}
    command = [sys.executable, "-m", "industria"]
    subprocess.run([*command, "doctor", str(packed), *words], check=True, env=offline)
    ran = [*command, "run", str(packed), *words, "--out", str(folder / "grants")]
    subprocess.run([*ran, "--trust", str(DEMO / "hub.public"), "--quiet"], check=True, env=offline)
    make_key(folder / "site.key")
    made = release(
        folder / "grants",
        Policy.read(folder / "policy.toml"),
        out=DEMO / "outbox",
        site=site.name,
        key=folder / "site.key",
        pack=packed,
        site_folder=folder / "stays",
    )
    narrowest = made.certificate["attack"]["narrowest"]
    _say(f"rules: {', '.join(made.certificate['rules'])}")
    rounded = sum(of["rounded"] for of in made.counts.values())
    what = f"{made.n_primary} primary, {made.n_secondary} secondary" + (f"; {rounded} rounded" if rounded else "")
    _say(f"withheld {made.n_withheld} of {made.n_cells} cells: {what}")
    _say(f"narrowest: {narrowest['cell']} in [{narrowest['low']:g}, {narrowest['high']:g}]")
    attacked = [*command, "attack", str(made.path), "--site-folder", str(folder / "stays")]
    found = subprocess.run(attacked, check=True, env=offline, capture_output=True, text=True)
    _say(f"attack: {found.stdout.splitlines()[-1]}")
    _say(f"{made.path}\nsha256 {made.sha256}")
    return made


def _attacked(sealed: Sealed) -> list[dict[str, Any]]:
    """List the cells of a sealed file: published ones, and what an outsider reaches of the others."""
    lines = collect(attack(sealed).table).to_pylist()
    reached = {f"{line['step']}{line['cell']}": line for line in lines}
    rows = []
    for step, value in TABLES.items():
        for row in sealed.table(step).to_pylist():
            codes = tuple((name, row[name]) for name in BY)
            told = reached.get(str(Address(step, None, codes, value)), {})
            ends = {name: told.get(name) for name in ("low", "high", "exact")}
            rows.append({"step": step, **dict(codes), "value": row[value], "status": row["status"], **ends})
    return rows


def _one_run() -> Run:
    """Run the study over all plants at once, as nobody could who may not put records together."""
    pc_csv.write_csv(survey().drop_columns("number"), DEMO / "all-plants.csv")
    plants = sources.find("files.csv")(str(DEMO / "all-plants.csv"), types={"plant": "text"})
    study = with_sources(load(HERE / "travels"), {"plants": plants})
    return run(study, folder=DEMO / "one-run")


def _say(text: str) -> None:
    # Commands of a site write to the same place.
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _by_term(table: Any) -> dict[str, dict[str, Any]]:
    return {row["term"]: row for row in table.to_pylist()}


def _tell_pool(pooled: Pooled, one: Run) -> None:
    """Print whether sums give what one run gives, and what averages of estimates give instead."""
    sums, single, meta = (_by_term(t) for t in (pooled.table("sums"), one.table("effect"), pooled.table("effect")))
    apart = max(abs(sums[term]["estimate"] - single[term]["estimate"]) for term in TERMS)
    if apart >= SAME:
        raise SystemExit(f"pooled and single run differ by {apart:.3g}")
    _say(f"\npooled = single run to 1e-10 (largest difference {apart:.1g})")
    for term in TERMS:
        row = meta[term]
        average = f"{row['estimate']:.4f} [{row['low']:.4f}, {row['high']:.4f}]"
        spread = f"tau2 {row['tau2']:.4f}, I2 {row['i2']:.3f}"
        another = f"another site [{row['prediction_low']:.3f}, {row['prediction_high']:.3f}]"
        _say(f"{term}: sums {sums[term]['estimate']:.4f}; estimates {average}, {spread}, {another}")
    for row in pooled.leave_one_out("effect").to_pylist():
        _say(f"without {row['site']}, {row['term']}: {row['estimate']:.4f} [{row['low']:.4f}, {row['high']:.4f}]")


def _write(sealed: Mapping[str, Sealed], reached: Mapping[str, list[dict[str, Any]]], pooled: Pooled, one: Run) -> None:
    """Write what the brief rests on: of the sites nothing but what they sealed."""
    POOLED.mkdir(exist_ok=True)
    _csv("estimates", _estimates(pooled, one))
    confidence = pooled.facts("effect")["confidence"]
    _csv("heterogeneity", [{**row, "confidence": confidence} for row in pooled.table("effect").to_pylist()])
    sums, single = _by_term(pooled.table("sums")), _by_term(one.table("effect"))
    _csv(
        "agreement",
        [
            {"term": term, "sums": _plain(sums[term]["estimate"]), "one_run": _plain(single[term]["estimate"])}
            for term in TERMS
        ],
    )
    _csv("cells", [{"site": NAMED[site], **row} for site, rows in reached.items() for row in rows])
    _csv(
        "totals",
        [
            {
                "step": step,
                **{name: row[name] for name in BY},
                "value": row[value],
                **{name: row.get(name) for name in ("low", "high")},
                "withheld_by": _named(row["withheld_by"]),
            }
            for step, value in TABLES.items()
            for row in pooled.table(step).to_pylist()
        ],
    )
    _csv("sites", [_site(name, one) for name, one in sealed.items()])


def _estimates(pooled: Pooled, one: Run) -> Iterable[dict[str, Any]]:
    """List estimates of the year after: sites, averages, another site, each site left out, sums, one run."""
    term = TERMS[1]
    for row in pooled.sites("effect").to_pylist():
        if row["term"] == term:
            yield _line("site", f"site_{NAMED[row['site']]}", row)
    average = _by_term(pooled.table("effect"))[term]
    yield _line("average", "average", average)
    prediction = {"low": average["prediction_low"], "high": average["prediction_high"]}
    yield _line("another", "another", {**average, **prediction})
    for row in pooled.leave_one_out("effect").to_pylist():
        if row["term"] == term:
            yield _line("without", f"without_{NAMED[row['site']]}", row)
    yield _line("sums", "sums", _by_term(pooled.table("sums"))[term])
    yield _line("one", "one_run", _by_term(one.table("effect"))[term])


def _line(kind: str, label: str, row: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": kind, "label": label, **{name: _plain(row.get(name)) for name in ("estimate", "low", "high")}}


def _site(name: str, sealed: Sealed) -> dict[str, Any]:
    told, counts = sealed.manifest, sealed.certificate["counts"]
    tables = [counts[step] for step in TABLES]
    said = {word.partition(".")[2]: text for word, text in told["definitions"].items()}
    covered = {f"coverage_{word.partition('.')[2]}": share for word, share in told["coverage"].items()}
    reach = sealed.certificate["attack"]
    rules = [rule for rule in sealed.certificate["rules"] if ":" not in rule]
    cells = {word: sum(one[word] for one in tables) for word in ("cells", "withheld", "rounded")}
    return {"site": NAMED[name], "rules": ", ".join(rules), **cells, "exact": reach["exact"], **said, **covered}


def _named(sites: str | None) -> str | None:
    return None if sites is None else ", ".join(NAMED[site] for site in sites.split(", "))


def _plain(number: float | None) -> float | None:
    """Leave twelve digits, so that files are the same on every machine."""
    return None if number is None else float(f"{number:.12g}")


def _csv(name: str, rows: Iterable[Mapping[str, Any]]) -> None:
    told = [{key: _plain(cell) if isinstance(cell, float) else cell for key, cell in row.items()} for row in rows]
    with (POOLED / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(told[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(told)


if __name__ == "__main__":
    main()

"""Write docs/reference from the catalog: one page a measure, and the words of a study file.

Run it in the folder of the repository, by `make docs`. Nothing there is written by hand.
"""

from __future__ import annotations

import inspect
import re
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, get_type_hints

from numpydoc.docscrape import ClassDoc, FunctionDoc
from pydantic import BaseModel

from industria import errors, sources
from industria.core.contract import AddsUp, AddsUpRows, ColumnRule, Contract, TimeRule
from industria.core.measure import Measure, catalog
from industria.core.units import UNITS, meaning_of, unit_of
from industria.study.model import Claim, Scenario, Site, SourceUse, StepUse, StudyFile
from industria.study.sites import CoverageTarget, SiteContract, SizeClasses

FOLDER = Path("docs", "reference")


def write() -> None:
    """Write every page anew."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    (FOLDER / "measures").mkdir(parents=True)
    measures = catalog()
    for name, measure in measures.items():
        _page(f"measures/{name}.md", measure_page(measure))
    _page("index.md", index(measures.values()))
    _page("study-file.md", study_file())
    _page("sources.md", source_page())


def index(measures: Iterable[Measure]) -> str:
    """Write the first page: every measure by room, and the short lists."""
    text = ["# Reference", "## Measures"]
    rooms: dict[str, list[Measure]] = {}
    for measure in measures:
        rooms.setdefault(measure.room, []).append(measure)
    for room, inside in rooms.items():
        text += [
            f"### {room}",
            _table(["measure", ""], [[f"[{m.name}](measures/{m.name}.md)", m.title] for m in inside]),
        ]
    text += [
        "## Files",
        "- [The study file](study-file.md): every key of `study.toml`",
        "- [Sources](sources.md): readers of files and of data sets in packages",
        "## Units",
        "Units that a column may have: " + ", ".join(f"`{unit}`" for unit in UNITS) + "; quotients of these, as in "
        "`jobs per firm`; and `unit of <column>`.",
        "## Errors and exit codes",
        f"```text\n{str(errors.__doc__).partition(chr(10) * 2)[2].strip()}\n```",
        "A claim that fails ends a run with exit code 6.",
    ]
    return "\n\n".join(text)


def measure_page(measure: Measure) -> str:
    """Write what a person needs to know to use a measure and to defend its numbers."""
    doc = FunctionDoc(measure.function)
    told = {name.strip().lstrip("*"): _plain(part.desc) for part in doc["Parameters"] for name in part.name.split(",")}
    text = [f"# {measure.name}", measure.title, _plain(doc["Extended Summary"])]
    text += ["## In a study", f"```toml\n{_toml(measure)}\n```"]
    tables = [*measure.tables.items(), *([("any name", True)] if measure.any_tables else [])]
    meanings = [told.get(name) or told.get("tables", "") for name, _ in tables]
    rows = [
        [f"`{name}`", "yes" if required else "no", meaning]
        for (name, required), meaning in zip(tables, meanings, strict=True)
    ]
    text += ["## Tables", _table(["table", "required", "holds"], rows)]
    if measure.parameters:
        rows = [
            [
                f"`{p.name}`",
                f"`{_type(p.type)}`",
                _given(p.required, p.default),
                told.get(p.name, ""),
            ]
            for p in measure.parameters.values()
        ]
        text += ["## Parameters", _table(["parameter", "type", "default", ""], rows)]
    rows = [[f"`{column}`", meaning_of(m), unit_of(m) or ""] for column, m in measure.gives.items()]
    text += ["## Gives", _plain(part for returned in doc["Returns"] for part in returned.desc)]
    text += [_table(["column", "meaning", "unit"], rows)] if rows else []
    text += _attributes(measure)
    if doc["Raises"]:
        refused = [[f"`{part.name or part.type}`", _plain(part.desc)] for part in doc["Raises"]]
        text += ["## Refuses", _table(["error", "when"], refused)]
    if doc["Examples"]:
        text += ["## From Python", *_examples("\n".join(doc["Examples"]))]
    text += ["## Stands on", f"Defined in {measure.cites}.", _standing(measure)]
    return "\n\n".join(part for part in text if part)


def study_file() -> str:
    """Write every key of study.toml, from the models that read it."""
    text = [
        "# The study file",
        "`study.toml` has these keys; any other is refused with the nearest one. `industria schema` prints them all.",
    ]
    parts: list[tuple[str, type[BaseModel], str]] = [
        ("The file", StudyFile, ""),
        ("[sources.NAME]", SourceUse, "Every other key is a parameter of the [reader](sources.md)."),
        ("[[step]]", StepUse, "Every other key is a table or a parameter of the [measure](index.md#measures)."),
        ("[[claim]]", Claim, ""),
        ("[scenario.NAME]", Scenario, ""),
        ("[site]", Site, ""),
        ("[contract.SOURCE]", SiteContract, "Of a source that each site of a network brings."),
        ("[[contract.SOURCE.coverage]]", CoverageTarget, ""),
        ("classes of a coverage target", SizeClasses, ""),
        ("contract", Contract, "Of a source or a step."),
        ("columns of a contract", ColumnRule, ""),
        ("adds_up of a contract", AddsUp, ""),
        ("adds_up_rows of a contract", AddsUpRows, ""),
        ("time of a contract", TimeRule, ""),
    ]
    for title, model, note in parts:
        rows = [
            [f"`{name}`", "required" if field.is_required() else _default(field), (field.description or "").strip()]
            for name, field in model.model_fields.items()
        ]
        text += [f"## {title}", inspect.getdoc(model) or "", note, _table(["key", "default", ""], rows)]
    return "\n\n".join(part for part in text if part)


def source_page() -> str:
    """Write every reader with its parameters."""
    text = ["# Sources", "A source names a reader in `use`; its other keys are the parameters of the reader."]
    families: dict[str, list[str]] = {}
    for name in sources.names():
        families.setdefault(name.split("_")[0] if name.startswith("packages.") else name, []).append(name)
    for family, names in families.items():
        reader = sources.find(names[0])
        title = family if len(names) == 1 else f"{family}_…"
        summary = (inspect.getdoc(reader) or "").split("\n\n")[0].replace("\n", " ")
        text += [f"## {title}", summary if len(names) == 1 else "Data sets that ship in a Python package."]
        if len(names) == 1:
            doc = FunctionDoc(reader)
            rows = [[f"`{part.name}`", part.type, _plain(part.desc)] for part in doc["Parameters"]]
            text += [_table(["parameter", "", ""], rows)]
        else:
            text += [", ".join(f"`{name}`" for name in names)]
    return "\n\n".join(part for part in text if part)


def _examples(text: str) -> list[str]:
    """Set what is typed apart from the words around it."""
    parts = [part.strip("\n") for part in text.split("\n\n") if part.strip()]
    return [f"```pycon\n{part}\n```" if part.lstrip().startswith(">>>") else _plain(part.split("\n")) for part in parts]


def _attributes(measure: Measure) -> list[str]:
    kind = get_type_hints(measure.function)["return"]
    rows = [
        [f"`{part.name}`", part.type, _plain(part.desc)]
        for part in ClassDoc(kind)["Attributes"]
        if part.name != "table"
    ]
    if not rows:
        return []
    where = "Beside the table, as `step.name` (facts) or `step.name[key=value].column` (further tables):"
    return [where, _table(["name", "kind", ""], rows)]


def _standing(measure: Measure) -> str:
    verbs = {
        "descriptive": "A brief may say what was, and compare it.",
        "associational": 'A brief may say "associated with" and "lower after"; it may not say "caused".',
        "causal": "A brief may speak of effects.",
    }
    pooled = (
        "Nothing of it adds up over sites." if measure.pools == "none" else f"Over sites, its {measure.pools} add up."
    )
    support = (
        "It tells disclosure control nothing, so it is withheld from confidential data."
        if measure.support == "none"
        else f"It tells disclosure control its {measure.support}."
    )
    return f"Design: {measure.design}. {verbs[measure.design]} {pooled} {support}"


def _toml(measure: Measure) -> str:
    lines = ["[[step]]", 'name = "…"', f'use = "{measure.name}"']
    lines += [f'{table} = "…"' for table, required in measure.tables.items() if required]
    lines += ['firms = "…"  # any names'] if measure.any_tables else []
    lines += [f"{p.name} = …" for p in measure.parameters.values() if p.required]
    return "\n".join(lines)


def _type(kind: Any) -> str:
    text = inspect.formatannotation(kind)
    for pattern, word in (
        (r"(?:typing\.)?Annotated\[str, 'column'\]", "column"),
        (r"(?:typing|collections\.abc|industria[\w.]*)\.", ""),
        (r" \| None", " or none"),
        (r"Optional\[(.*)\]$", r"\1 or none"),
        (r"Union\[(.*), (.*)\]$", r"\1 or \2"),
    ):
        text = re.sub(pattern, word, text)
    return text


def _given(required: bool, default: Any) -> str:
    return "required" if required else "none" if default is None else f"`{default!r}`"


def _default(field: Any) -> str:
    value = field.get_default(call_default_factory=True)
    return "" if value is None or isinstance(value, BaseModel) else f"`{value!r}`"


def _plain(lines: Iterable[str]) -> str:
    return " ".join(line.strip() for line in lines).strip()


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    cells = [[cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    lines = [head, ["---"] * len(head), *cells]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _page(name: str, text: str) -> None:
    (FOLDER / name).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()

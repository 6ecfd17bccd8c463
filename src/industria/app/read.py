"""`industria read`: a table of a run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from industria.app._options import Json
from industria.app._runs import RunFolder

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["read"]


def read(
    run: RunFolder,
    table: Annotated[str, typer.Argument(metavar="STEP[.TABLE]", help="A step, or a further table of its result.")],
    csv: Annotated[bool, typer.Option("--csv", help="Write the whole table as CSV.")] = False,
    rows: Annotated[int, typer.Option(min=1, help="How many rows are printed.")] = 20,
    json: Json = False,
) -> None:
    """Print a table of a run with its units and the facts beside it; one that is synthetic says so."""
    from industria.app._show import emit, say
    from industria.core.result import MARK, is_synthetic, with_mark
    from industria.study.record import Run

    found = Run.read(run)
    step, _, further = table.partition(".")
    held = found.table(step, further or None)
    facts = {} if further else found.facts(step)
    if csv:
        from pyarrow.csv import write_csv

        write_csv(with_mark(held), sys.stdout.buffer)
    elif json:
        emit(
            {
                "step": step,
                "table": further or None,
                MARK: is_synthetic(held),
                "columns": _columns(held),
                "facts": facts,
                "rows": held.to_pylist(),
            }
        )
    else:
        say(_page(held, facts, rows))


def _columns(table: pa.Table) -> list[dict[str, Any]]:
    told = [{key.decode(): words.decode() for key, words in (field.metadata or {}).items()} for field in table.schema]
    return [
        {"name": field.name, "type": str(field.type), "unit": label.get("unit"), "meaning": label.get("meaning")}
        for field, label in zip(table.schema, told, strict=True)
    ]


def _page(table: pa.Table, facts: dict[str, Any], most: int) -> str:
    from industria.app._show import columns
    from industria.core.result import SYNTHETIC, is_synthetic, text_table

    beside = ", ".join(f"{name} {value}" for name, value in facts.items() if value is not None)
    legend = columns([(c["name"], f"[{c['unit']}]" if c["unit"] else "", c["meaning"] or "") for c in _columns(table)])
    mark = SYNTHETIC if is_synthetic(table) else ""
    return "\n\n".join(part for part in (mark, text_table(table, most), beside, legend) if part)

"""A production function as a block of plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from industria.core.table import collect
from industria.productivity._function_terms import RETURNS_TO_SCALE

if TYPE_CHECKING:
    from industria.productivity._function_result import ProductionFunction

__all__ = ["REVENUE", "summary_of"]

REVENUE = (
    "What these elasticities leave of output is revenue productivity: output was deflated by an index of its\n"
    "industry, so that it moves with the prices and markups of each unit."
)
QUANTITY = "Output is a quantity, so that what these elasticities leave of it is productivity."
MOST: Final = 6
ROWS: Final = 40
FORMS: Final = {"cobb_douglas": "Cobb-Douglas", "translog": "translog"}


def summary_of(result: ProductionFunction) -> str:
    """Write elasticities, every root, what is none, and what the estimate rests on.

    Parameters
    ----------
    result : ProductionFunction
        Estimated.

    Returns
    -------
    str
        Several lines.
    """
    concept = result.output_concept.replace("_", " ")
    lines = [
        f"{result.output} ({concept}) by {result.estimator}: {_form(result)}mean elasticities",
        "",
    ]
    lines += [_estimates(result), ""]
    lines += _verdicts(result)
    lines += _stops(result)
    lines.append(
        f"{result.n_obs:,} rows of {result.n_units:,} {result.unit}, {result.n_lagged:,} of them with the "
        f"{result.time} before, {result.n_gaps:,} after a gap\nleft out of {result.rows:,} rows: {_left_out(result)}"
    )
    for row in collect(result.doubts).to_pylist():
        lines.append(f"doubtful: {row['column']} {row['doubt']} in {row['rows']:,} rows, first {row['first']}")
    if result.replications:
        lines.append(
            f"{result.replications:,} draws of units: {result.draws_without_root:,} without a root, "
            f"{result.draws_inadmissible:,} without an admissible one; interquartile errors, "
            f"{100 * result.confidence:g} % percentile intervals"
        )
    return "\n".join([*lines, REVENUE if result.prices == "deflated_revenue" else QUANTITY])


def _form(result: ProductionFunction) -> str:
    return "" if result.estimator in ("cost_share", "gandhi_navarro_rivers") else f"{FORMS[result.form]}, "


def _estimates(result: ProductionFunction) -> str:
    """Align the table with four decimals; columns that tell nothing are left out."""
    rows = result.to_arrow()
    names = [name for name in rows.column_names if name not in ("n_obs", "n_units")]
    names = [name for name in names if rows[name].null_count < len(rows) or name == "estimate"]
    cells = [names] + [[_cell(row[name]) for name in names] for row in rows.select(names).slice(0, ROWS).to_pylist()]
    widths = [max(len(line[i]) for line in cells) for i in range(len(names))]
    text = names.index("term") + 1
    lines = [
        "  ".join(c.ljust(w) if i < text else c.rjust(w) for i, (c, w) in enumerate(zip(line, widths, strict=True)))
        for line in cells
    ]
    return "\n".join(
        [line.rstrip() for line in lines] + ([f"… {len(rows) - ROWS} more rows"] if len(rows) > ROWS else [])
    )


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _verdicts(result: ProductionFunction) -> list[str]:
    cells = collect(result.cells).to_pylist()
    keys = [name for name in cells[0] if name not in _told(result)]
    lines = []
    for row in cells[:MOST]:
        label = ", ".join(f"{key} {row[key]}" for key in keys)
        flag = {True: "", False: "not identified: ", None: ""}[row["identified"]]
        lines.append(f"{label + ': ' if label else ''}{flag}{row['why']}")
    return lines + ([f"… {len(cells) - MOST} more cells"] if len(cells) > MOST else [])


def _told(result: ProductionFunction) -> set[str]:
    counts = ("n_obs", "n_units", "n_lagged", "n_gaps", "draws_without_root", "draws_inadmissible")
    return {"identified", "why", "n_roots", "persistence", *counts}


def _stops(result: ProductionFunction) -> list[str]:
    """Tell the other roots, and where programs that minimize the criterion may stop."""
    rows = collect(result.roots).to_pylist()
    if not rows or len(result.to_arrow()) > len({row["term"] for row in rows}):
        return []
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["root"], []).append(row)
    lines = []
    for terms in found.values():
        one = terms[0]
        values = ", ".join(f"{row['term']} {row['estimate']:.4f}" for row in terms if row["term"] != RETURNS_TO_SCALE)
        if one["kind"] == "local minimum" and result.estimator in ("ackerberg_caves_frazer", "gandhi_navarro_rivers"):
            lines.append(f"no solution: {values}: a local minimum, criterion {one['criterion']:.1e} and not 0")
        elif not one["chosen"]:
            why = "" if one["admissible"] else ", not admissible"
            lines.append(f"not chosen: {values}: {one['kind']} with persistence {one['persistence']:.3f}{why}")
    if any(line.startswith("no solution") for line in lines):
        lines.append(
            "As many moments as coefficients: an estimate has criterion 0. A program that minimizes the criterion "
            "from\none start (prodest, gnrprod) may print a local minimum, or a point on the way to it, which solves "
            "nothing."
        )
    return lines


def _left_out(result: ProductionFunction) -> str:
    rows = [f"{row['rows']:,} {row['reason']} ({row['column']})" for row in collect(result.dropped).to_pylist()]
    return ", ".join(rows) or "none"

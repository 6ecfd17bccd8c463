"""A regression as a block of plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from industria.core.table import Table, collect

if TYPE_CHECKING:
    from industria.evaluation._fixed_effects import FixedEffects

__all__ = ["summary_of"]

ERRORS = {
    "iid": "iid",
    "HC1": "robust to heteroskedasticity (HC1)",
    "CRV1": "clustered by {cluster}, {n} clusters (CRV1)",
    "CRV3": "clustered by {cluster}, each of {n} clusters left out in turn (CRV3)",
}


def summary_of(result: FixedEffects) -> str:
    """Write estimates, the sample, the errors and, where draws were asked for, every inference.

    Parameters
    ----------
    result : FixedEffects
        Estimated.

    Returns
    -------
    str
        At most 100 characters wide where names are short.
    """
    kind = "Poisson regression" if result.family == "poisson" else "Least squares"
    absorbed = f"net of effects of {result.absorbed}" if result.absorbed else "with an intercept"
    errors = ERRORS[result.vcov].format(cluster=result.cluster, n=f"{result.n_clusters:,}")
    default = ", the unit, as is the default" if result.cluster == result.unit and result.vcov == "CRV1" else ""
    lines = [
        f"{result.outcome}: {kind}, {absorbed}",
        "",
        *_aligned(_cells(result.tidy(), ["term"], result.confidence)),
        "",
        f"{result.n_obs:,} rows, {result.n_units:,} {result.unit} over {result.n_times:,} {result.time}",
        f"errors {errors}{default}; {_read_against(result)}",
        *_fit(result),
        _left_out(result),
    ]
    if result.bootstrap or result.permutations:
        lines += ["", *_aligned(_cells(result.inferences, ["term", "method"], result.confidence))]
        draws = [f"{n:,} {what}" for n, what in _draws(result) if n]
        lines.append(f"{' and '.join(draws)} drawn")
    if result.inferences_left_out:
        lines.append(f"not inferred: {result.inferences_left_out}")
    return "\n".join([*lines, result.design])


def _read_against(result: FixedEffects) -> str:
    if result.inference == result.vcov:
        return f"t with {result.df:,.0f} degrees of freedom"
    return f"p and interval by {result.inference}, as clusters are too few for t"


def _draws(result: FixedEffects) -> list[tuple[int, str]]:
    return [(result.bootstrap, "bootstrap samples"), (result.permutations, "permutations")]


def _fit(result: FixedEffects) -> list[str]:
    if result.r2_within is None:
        return []
    if not result.absorbed:
        return [f"R² {result.r2_within:.4f}"]
    beside = result.r2_within_time_as_regressors
    more = "" if beside is None else f", {beside:.4f} with {result.time} among the regressors"
    return [f"within R² {result.r2_within:.4f} net of all effects{more}"]


def _left_out(result: FixedEffects) -> str:
    rows = [
        f"{row['n']:,} {row['reason']} ({row['column']})" if row["n"] else f"{row['column']}: {row['reason']}"
        for row in collect(result.dropped).to_pylist()
    ]
    return f"left out of {result.rows:,} rows: {', '.join(rows) or 'none'}"


def _cells(table: Table, labels: list[str], confidence: float) -> list[list[str]]:
    head = [*labels, "estimate", "std. error", "t", "p", f"{100 * confidence:g} % interval"]
    return [head] + [
        [
            *(str(row[label]) for label in labels),
            _number(row["estimate"], 6),
            _number(row["standard_error"], 6),
            _number(row["statistic"], 2),
            "<0.001" if row["p_value"] is not None and row["p_value"] < 0.001 else _number(row["p_value"], 3),
            "" if row["p_value"] is None else _interval(row["low"], row["high"]),
        ]
        for row in collect(table).to_pylist()
    ]


def _interval(low: float | None, high: float | None) -> str:
    return f"[{_number(low, 4) or '-inf'}, {_number(high, 4) or 'inf'}]"


def _number(value: float | None, digits: int) -> str:
    if value is None:
        return ""
    # Outcomes in money would drown in decimals, and tiny ones vanish in them.
    return f"{value:.{digits}f}" if 1e-3 <= abs(value) < 1e5 or digits < 4 else f"{value:.{digits}g}"


def _aligned(cells: list[list[str]]) -> list[str]:
    widths = [max(len(line[i]) for line in cells) for i in range(len(cells[0]))]
    text = sum(word in ("term", "method") for word in cells[0])
    return [
        "  ".join(
            cell.ljust(width) if i < text else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    ]

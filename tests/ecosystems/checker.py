"""Whether a plan keeps every limit of its tables: written from the tables alone, by loops, not from the programme."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from industria.core.table import collect

NEAR = 1e-6  # what the solver's feasibility tolerance lets pass on quantities of about a hundred


def shortfalls(tables: dict[str, Any], plan: Any, *, certification: str = "after_retool", **_: Any) -> list[str]:
    """List what a plan breaks; nothing where it is feasible."""
    rows = {name: table.to_pylist() for name, table in tables.items()}
    options = {(row["actor"], row["product"]): row for row in rows["options"]}
    products = {row["product"]: row for row in rows["products"]}
    ramp = [row["share"] for row in rows["ramp"]]
    pivots, production = collect(plan.pivots).to_pylist(), collect(plan.production).to_pylist()
    main = {(row["product"], row["week"]): row for row in plan.to_arrow().to_pylist()}
    weeks = sorted({week for _, week in main})
    wrong: list[str] = []

    started: dict[str, int] = defaultdict(int)
    used: dict[tuple[str, Any], float] = defaultdict(float)
    ceiling: dict[tuple[str, str, int], float] = defaultdict(float)
    for pivot in pivots:
        option, start = options[pivot["actor"], pivot["product"]], pivot["start_week"]
        started[pivot["actor"]] += 1
        retool, test = option["retool_weeks"], option["certification_weeks"]
        lead = max(retool, test) if certification == "in_parallel" else retool + test
        used["broker_hours", start] += option["broker_hours"]
        used["budget", None] += option["pivot_cost"]
        for use in rows.get("uses", []):
            used[use["resource"], start + (0 if certification == "in_parallel" else retool)] += use["per_certification"]
        for week in weeks:
            age = week - start - lead
            if age >= 0:
                share = ramp[min(age, len(ramp) - 1)]
                ceiling[pivot["actor"], pivot["product"], week] += share * option["capacity"]
    wrong += [f"{actor} starts {n}" for actor, n in started.items() if n > 1]
    limits: dict[tuple[str, Any], float] = defaultdict(float)
    for row in rows["resources"]:
        limits[row["resource"], row["week"]] += row["available"]
    wrong += [f"{key} takes {taken}" for key, taken in used.items() if taken > limits[key] + NEAR]

    good: dict[tuple[str, int], float] = defaultdict(float)
    gross: dict[tuple[str, int], float] = defaultdict(float)
    for row in production:
        key = (row["actor"], row["product"], row["week"])
        if row["output"] > ceiling[key] + NEAR:
            wrong.append(f"{key} makes {row['output']}, can {ceiling[key]}")
        gross[row["product"], row["week"]] += row["output"]
        good[row["product"], row["week"]] += row["output"] * (options[key[:2]].get("yield") or 1.0)
    for name, product in products.items():
        stock = product["stockpile"]
        for week in weeks:
            row = main[name, week]
            stock += good[name, week] + row["incumbent_output"] - row["delivered"]
            if row["incumbent_output"] > product["incumbent_capacity"] + NEAR:
                wrong.append(f"incumbents of {name} make {row['incumbent_output']}")
            if abs(stock - row["stock"]) > NEAR or stock < -NEAR:
                wrong.append(f"stock of {name} in week {week} is {row['stock']}, by hand {stock}")
            if abs(row["demand"] - row["delivered"] - row["unmet"]) > NEAR:
                wrong.append(f"{name} in week {week} does not add up")
    arriving: dict[tuple[str, int], float] = defaultdict(float)
    for row in rows["inputs"]:
        arriving[row["input"], row["week"]] += row["supply"]
    for name in {row["input"] for row in rows["bill"]}:
        left = 0.0
        for week in weeks:
            taken = sum(
                line["quantity"] * (gross[line["product"], week] + main[line["product"], week]["incumbent_output"])
                for line in rows["bill"]
                if line["input"] == name
            )
            left += arriving[name, week] - taken
            if left < -NEAR:
                wrong.append(f"{name} in week {week} lacks {-left}")
    loss = sum(products[name]["weight"] * row["unmet"] for (name, _), row in main.items())
    return wrong + ([f"objective {plan.objective}, by hand {loss}"] if abs(loss - plan.objective) > NEAR else [])

"""The tables of a surge, each checked by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from industria.core.rows import Field, Rows, read
from industria.core.table import TableLike

DEMAND: Final = (Field("product"), Field("week", "week"), Field("demand", "amount"))
PRODUCTS: Final = (
    Field("product"),
    Field("weight", "amount"),
    Field("incumbent_capacity", "amount", 0.0),
    Field("stockpile", "amount", 0.0),
    Field("shelf_life_weeks", "count", None),
)
OPTIONS: Final = (
    Field("product"),
    Field("actor"),
    Field("capacity", "amount"),
    Field("retool_weeks", "count"),
    Field("certification_weeks", "count"),
    Field("broker_hours", "amount", 0.0),
    Field("pivot_cost", "amount", 0.0),
    Field("yield", "share", 1.0),
    Field("earliest_week", "week", None),
    Field("latest_week", "week", None),
    Field("ramp", "text", None),
)
RAMP: Final = (Field("ramp", "text", ""), Field("age", "count"), Field("share", "share"))
BILL: Final = (Field("product"), Field("input"), Field("quantity", "amount"))
INPUTS: Final = (Field("input"), Field("week", "week"), Field("actor", "text", None), Field("supply", "amount"))
RESOURCES: Final = (
    Field("resource"),
    Field("week", "week", None),
    Field("actor", "text", None),
    Field("available", "amount"),
)
USES: Final = (
    Field("resource"),
    Field("actor", "text", None),
    Field("product", "text", None),
    Field("per_start", "amount", 0.0),
    Field("per_certification", "amount", 0.0),
    Field("per_unit", "amount", 0.0),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurgeTables:
    """The tables of a surge, each checked by itself."""

    demand: Rows
    options: Rows
    products: Rows
    ramp: Rows
    bill: Rows
    inputs: Rows
    resources: Rows
    uses: Rows

    @classmethod
    def of(
        cls,
        demand: TableLike,
        options: TableLike,
        products: TableLike,
        ramp: TableLike | None,
        bill: TableLike | None,
        inputs: TableLike | None,
        resources: TableLike | None,
        uses: TableLike | None,
    ) -> SurgeTables:
        """Read them; the errors are those of `read`."""
        return cls(
            demand=read(demand, "demand", *DEMAND, key=("product", "week")),
            options=read(options, "options", *OPTIONS, key=("actor", "product")),
            products=read(products, "products", *PRODUCTS, key=("product",)),
            ramp=read(ramp, "ramp", *RAMP, key=("ramp", "age")),
            bill=read(bill, "bill", *BILL, key=("product", "input")),
            inputs=read(inputs, "inputs", *INPUTS),
            resources=read(resources, "resources", *RESOURCES),
            uses=read(uses, "uses", *USES, key=("resource", "actor", "product")),
        )

    def roles(self) -> dict[str, list[str]]:
        """List who is named, and as what: maker, supplier, provider."""
        found: dict[str, list[str]] = {}
        for role, rows in (("maker", self.options), ("supplier", self.inputs), ("provider", self.resources)):
            for actor in sorted(named_in(rows, "actor")):
                found.setdefault(actor, []).append(role)
        return found

    def without(self, actor: str) -> SurgeTables:
        """Leave an actor out as maker, supplier and provider.

        What nobody supplies or provides any longer is 0, not unlimited.
        """
        return replace(
            self,
            options=_kept(self.options, [name != actor for name in self.options["actor"]]),
            uses=_kept(self.uses, [name != actor for name in self.uses["actor"]]),
            inputs=_zeroed(self.inputs, actor, "supply"),
            resources=_zeroed(self.resources, actor, "available"),
        )


def _kept(rows: Rows, stays: Sequence[bool]) -> Rows:
    columns = {
        name: values[np.array(stays, bool)]
        if isinstance(values, np.ndarray)
        else [value for value, kept in zip(values, stays, strict=True) if kept]
        for name, values in rows.columns.items()
    }
    return replace(rows, columns=columns, n=sum(stays))


def _zeroed(rows: Rows, actor: str, column: str) -> Rows:
    theirs = np.array([name == actor for name in rows["actor"]], bool)
    return replace(rows, columns={**rows.columns, column: np.where(theirs, 0.0, rows[column])})


def named_in(rows: Rows, column: str) -> set[str]:
    """List the labels of a column, of which some may lack."""
    return {label for label in rows[column] if label is not None}

"""Matching against the join and the group-by that it consists of, by DuckDB over the same rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa

from industria.core.table import collect
from industria.ecosystems import pivot_matches

TYPES: Final = ("process", "machine", "certification", "test", "material")
PEER: Final = """
SELECT actor, product, "group", 1 - product(1 - confidence) AS probability, max(scale / quantity) AS units
FROM capabilities JOIN requirements USING (type, code)
GROUP BY ALL
"""


def drawn(actors: int, capabilities: int, products: int) -> dict[str, pa.Table]:
    """Actors with about ten capabilities of 500; products with four groups of two alternatives, two to acquire."""
    rng = np.random.default_rng(8)
    held = np.unique(rng.integers(0, actors * 500, capabilities))
    a, c = np.divmod(rng.permutation(held), 500)
    p, g, alternative = (part.ravel() for part in np.meshgrid(range(products), range(4), range(2), indexing="ij"))
    codes = rng.integers(0, 100, len(p)) * 5 + (g + alternative) % 5
    kinds = np.array(TYPES)
    requirements = pa.table(
        {
            "product": [f"product {i:03d}" for i in p],
            "group": [f"group {i}" for i in g],
            "type": kinds[codes % 5],
            "code": [f"code {i:03d}" for i in codes],
            "quantity": rng.uniform(0.01, 1, len(p)),
            "acquirable": g >= 2,
        }
    )
    return {
        "actors": pa.table({"actor": [f"actor {i:06d}" for i in range(actors)]}),
        "capabilities": pa.table(
            {
                "actor": np.array([f"actor {i:06d}" for i in range(actors)])[a],
                "type": kinds[c % 5],
                "code": np.array([f"code {i:03d}" for i in range(500)])[c],
                "scale": rng.uniform(1, 100, len(a)),
                "confidence": rng.uniform(0.3, 1, len(a)),
            }
        ),
        "requirements": pa.table(
            requirements.group_by(["product", "group", "type", "code"])
            .aggregate([("quantity", "max"), ("acquirable", "max")])
            .rename_columns(requirements.column_names)
        ),
        "acquisitions": pa.table(
            {
                "type": [TYPES[i % 5] for i in range(500)],
                "code": [f"code {i:03d}" for i in range(500)],
                "weeks": [i % 7 for i in range(500)],
                "cost": [float(i) for i in range(500)],
            }
        ),
    }


def test_a_hundred_thousand_actors_against_the_join_of_duckdb(benchmark: Any, seconds: Callable[..., float]) -> None:
    tables = drawn(100_000, 1_000_000, 200)
    database = duckdb.connect()
    for name, rows in tables.items():
        database.register(name, rows)

    def join(sql: str) -> pa.Table:
        return database.sql(sql).to_arrow_table()

    found = benchmark.pedantic(lambda: pivot_matches(**tables), rounds=3, warmup_rounds=1)

    groups = join(PEER)
    fixed = join(
        f"""
        WITH met AS ({PEER}), fixed AS (SELECT DISTINCT product, "group" FROM requirements WHERE NOT acquirable)
        SELECT actor, product, product(probability) AS probability
        FROM met JOIN fixed USING (product, "group") WHERE probability >= 0.5
        GROUP BY ALL HAVING count(*) = 2
        ORDER BY ALL
        """
    )
    there = collect(found.table).sort_by([("actor", "ascending"), ("product", "ascending")])
    assert there.select(["actor", "product"]).equals(fixed.select(["actor", "product"]))
    np.testing.assert_allclose(there["probability"], fixed["probability"], rtol=1e-12)
    peer = seconds(lambda: join(PEER))
    ratio = benchmark.stats.stats.min / peer
    benchmark.extra_info |= {"groups met by actors": groups.num_rows, "matches": found.n_matches}
    benchmark.extra_info[f"times the join of DuckDB {duckdb.__version__}"] = round(ratio, 3)
    assert ratio < 3

"""Every reason for which releases are not put together, by site and item."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from industria.errors import ReleaseRefusedError
from industria.release.keys import public, read_key
from industria.release.pool import pool
from tests.app.conftest import Call, industria  # noqa: F401
from tests.release.sites import CELLS, CERTIFICATE, STEP, key_of, sealed

OTHER = {**STEP, "name": "sales"}


def three(folder: Path, **south: Any) -> list[Path]:
    """Three sites, of which south is special."""
    return [sealed(folder, "north"), sealed(folder, "south", **south), sealed(folder, "west")]


def of_step(**words: Any) -> dict[str, Any]:
    return {"steps": {"turnover": ({**STEP, **words}, {"tables/turnover.parquet": CELLS})}}


def of_table(rows: pa.Table) -> dict[str, Any]:
    return {"steps": {"turnover": (STEP, {"tables/turnover.parquet": rows})}}


UNIT = CELLS.schema.field("value").with_metadata({"unit": "persons", "meaning": "turnover"})
NUMBERED = CELLS.set_column(0, "industry", pa.array([1, 2, 3]))
ATTACK = {"exact": 0, "under_protected": 0}


@pytest.mark.parametrize(
    ("south", "told"),
    [
        ({"study": "6" * 64}, f"study: {'6' * 64}, where north, west have {'5' * 64}"),
        ({"pack": "8" * 64}, f"pack: {'8' * 64}, where north, west have"),
        ({"synthetic": True}, "synthetic, and others are real: true, where north, west have false"),
        (of_step(code="d" * 64), f"step 'turnover': code of the measure: {'d' * 64}, where north, west have"),
        (of_step(measure="tables.frequency_table"), "step 'turnover': measure: tables.frequency_table"),
        (
            of_step(parameters={**STEP["parameters"], "by": ["year"]}),
            r'step \'turnover\': parameters: \{ "by": \[ "year" \] \}, where north, west have \{ "by": \[ "industry" ',
        ),
        (of_step(pools="none"), "step 'turnover': way of pooling: none, where north, west have sums"),
        (of_step(population_period="2023"), "step 'turnover': period: 2023, where north, west have 2024"),
        (of_step(by=["industry", "year"]), "step 'turnover': columns that make a row"),
        (of_table(CELLS.cast(CELLS.schema.set(1, UNIT))), "step 'turnover': unit of column 'value': persons, where"),
        (of_table(NUMBERED), "step 'turnover': codes of column 'industry': int64, where north, west have string"),
        (of_table(CELLS.append_column("more", CELLS["value"])), "step 'turnover': columns: "),
        (
            {"certificate": {**CERTIFICATE, "attack": {**ATTACK, "under_protected": 2}}},
            "counts 2 cells as under_protected",
        ),
        ({"certificate": {**CERTIFICATE, "attack": None}}, r"does not tell attack\.under_protected"),
        ({"certificate": {**CERTIFICATE, "site": "east"}}, "its certificate is of another site"),
        ({"steps": {}}, "it has no step 'turnover', which others released"),
        ({"key": "north"}, "it is sealed with the key of site north"),
    ],
)
def test_a_site_that_differs_is_named_with_what_differs(tmp_path: Path, south: dict[str, Any], told: str) -> None:
    files = three(tmp_path, **south)

    with pytest.raises(ReleaseRefusedError, match=f"site south: .*{told}") as refused:
        pool(files)
    assert refused.value.exit_code == 7


def test_three_sites_that_agree_are_pooled(tmp_path: Path) -> None:
    assert pool(three(tmp_path)).table("turnover")["value"].to_pylist() == [4.5, None, 12.75]


def test_another_type_of_a_column_is_named(tmp_path: Path) -> None:
    whole = CELLS.set_column(1, CELLS.schema.field("value").with_type(pa.int64()), pa.array([1, None, 4]))

    with pytest.raises(ReleaseRefusedError, match="site south: step 'turnover': type of column 'value': int64, where"):
        pool(three(tmp_path, **of_table(whole)))


def test_a_step_that_only_one_site_has_is_missed_at_the_others(tmp_path: Path) -> None:
    both = {"turnover": (STEP, {"tables/turnover.parquet": CELLS}), "sales": (OTHER, {"tables/sales.parquet": CELLS})}

    with pytest.raises(ReleaseRefusedError, match="site north: it has no step 'sales', which others released"):
        pool(three(tmp_path, steps=both))


def test_one_release_is_no_pool_and_one_site_counts_once(tmp_path: Path) -> None:
    with pytest.raises(ReleaseRefusedError, match="releases of two sites or more"):
        pool([sealed(tmp_path)])
    again = sealed(tmp_path, "north", file="north-again", key="again")
    with pytest.raises(ReleaseRefusedError, match=r"site north: it stands there twice, in north(-again)?\.release and"):
        pool([tmp_path / "north.release", again])


def test_of_two_sites_neither_may_have_an_exact_cell(tmp_path: Path) -> None:
    """With three, nobody reads one site out of the sum of the others."""
    exact = {"certificate": {**CERTIFICATE, "attack": {"exact": 1, "under_protected": 0}}}
    files = three(tmp_path, **exact)

    assert pool(files).table("turnover").num_rows == 3
    with pytest.raises(ReleaseRefusedError, match="site south: its certificate counts 1 cells as exact; of two sites"):
        pool(files[:2])


def test_a_key_that_is_not_trusted_and_a_broken_seal_are_named(tmp_path: Path) -> None:
    files = three(tmp_path)
    trust = [public(read_key(key_of(tmp_path, site))) for site in ("north", "south")]

    with pytest.raises(ReleaseRefusedError, match=r"site west signed with the key .* which is not trusted"):
        pool(files, trust=trust)
    changed = bytearray(files[1].read_bytes())
    changed[len(changed) // 2] ^= 1
    files[1].write_bytes(changed)
    with pytest.raises(ReleaseRefusedError, match=r"south\.release"):
        pool(files)


def test_a_release_older_than_the_one_pooled_before_is_refused(tmp_path: Path) -> None:
    files = [sealed(tmp_path, "north"), sealed(tmp_path, "south", created="2026-11-21T00:00:00Z")]
    pool(files, out=tmp_path / "pooled")
    older = sealed(tmp_path, "south", created="2026-11-20T00:00:00Z")

    with pytest.raises(
        ReleaseRefusedError, match="site south: its release of 2026-11-20T00:00:00Z is older than that of 2026-11-21"
    ):
        pool([files[0], older], out=tmp_path / "pooled")
    assert pool([files[0], older], out=tmp_path / "pooled", allow_older=True).leaves("turnover")


def test_another_minor_version_of_an_engine_is_told_and_not_refused(tmp_path: Path) -> None:
    found = pool(three(tmp_path, software={"industria": "0.1.3", "duckdb": "2.1.0", "python": "3.11.7"}))

    assert "note: duckdb differs: 2.0.0 at north, 2.1.0 at south, 2.0.0 at west" in found.report
    assert "industria differs" not in found.report


def test_the_command_line_tells_at_which_site_an_outsider_comes_closest(
    tmp_path: Path,
    industria: Call,  # noqa: F811
) -> None:
    def attack(low: float | None, high: float | None) -> dict[str, Any]:
        told = None if low is None else {"cell": "turnover of industry = 'B'", "low": low, "high": high}
        return {"certificate": {**CERTIFICATE, "attack": {**ATTACK, "narrowest": told}}}

    ends = {"north": (0.0, 2.0), "south": (90.0, 110.0), "west": (None, None), "east": (5.0, None)}
    files = [sealed(tmp_path, site, **attack(*of)) for site, of in ends.items()]

    told = industria("pool", *files, "--out", tmp_path / "out")[1].splitlines()

    assert told[-1] == (
        "narrowest: site south: turnover of industry = 'B': 90 to 110, for whoever solves all that it published"
    )

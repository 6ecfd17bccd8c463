"""A pool of three sites as one run: derived steps, claims, the brief, and the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from industria.brief.compose import compose
from industria.errors import ReleaseRefusedError
from industria.evaluation import normal_equations
from industria.release import open_release, pool
from industria.release import pack as write_pack
from industria.release._packed import Pack, open_pack
from industria.release.keys import public, read_key
from industria.study.explain import explain
from industria.study.record import Run
from tests.app.conftest import Call, industria  # noqa: F401
from tests.release.plants_network import plants, site_of, study_of
from tests.release.sites import key_of, sealed


@dataclass
class Network:
    folder: Path
    pack: Pack
    files: list[Path]


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """Three sites, of which west withholds the plants of the second size in 1989."""
    folder = tmp_path_factory.mktemp("network")
    pack = open_pack(write_pack(study_of(folder), out=folder / "grants.pack"))
    parts = [plants()[plants()["fcode"] % 3 == k] for k in range(3)]
    hide = {"west": {"year": 1989, "bin_low": 25.0}}
    files = [
        site_of(folder, pack, site, rows, hide=hide.get(site)).path
        for site, rows in zip(("north", "south", "west"), parts, strict=True)
    ]
    return Network(folder, pack, files)


def test_one_study_file_yields_the_pooled_brief(network: Network) -> None:
    found = pool(network.files, pack=network.pack, out=network.folder / "pooled", finish=compose)

    page = (network.folder / "pooled" / "brief.html").read_text("utf-8")
    assert "−0.422" in page
    assert found.claims[0]["status"] == "holds"
    assert found.claims[0]["estimate"] == pytest.approx(-0.4215895015, abs=1e-9)
    one = normal_equations(
        plants(), outcome="log_scrap", regressors=["funded", "funded_1"], absorb=["plant"], common=["year"]
    ).to_pandas()
    np.testing.assert_allclose(found.table("effect")["estimate"], one["estimate"], rtol=0, atol=1e-10)


def test_a_ratio_is_made_of_pooled_sums_and_never_of_what_is_withheld(network: Network) -> None:
    found = pool(network.files, pack=network.pack)
    rows = plants().dropna(subset=["persons"])
    in_year = rows[rows["year"] == 1988]["persons"]

    value = found.value("shares[year=1988,bin_low=25].share")
    assert value.value == pytest.approx(((in_year >= 25) & (in_year < 50)).mean(), abs=1e-12)
    assert value.unit == "fraction"
    assert found.value("sizes[year=1989,bin_low=25.0].count").withheld
    # The others of that year would be shares of a total that nobody tells.
    shares = found.table("shares").to_pandas()
    assert shares[shares["year"] == 1989]["share"].isna().all()
    assert set(shares[shares["year"] == 1989]["status"]) == {"withheld"}
    assert set(shares[shares["year"] == 1989]["withheld_by"]) == {"west"}
    assert shares[shares["year"] != 1989]["share"].notna().all()
    assert "shares: tables.query" in found.report


def test_a_value_of_the_pool_goes_back_to_the_sealed_files(network: Network) -> None:
    found = pool(network.files, pack=network.pack)

    told = explain(found, "effect[term=funded].estimate")

    assert {name: source["sha256"] for name, source in told["sources"].items()} == {
        release.site: release.sha256 for release in found.releases
    }
    assert told["measure"] == "evaluation.normal_equations"
    assert told["unit"] == "log points"


def test_without_the_pack_a_pool_has_numbers_and_no_words(network: Network) -> None:
    found = pool(network.files)

    assert found.title == "Releases of north, south, west"
    assert not found.leaves("shares")
    assert found.value("effect[term=funded_1].estimate").value == pytest.approx(-0.4215895015, abs=1e-9)


def test_another_pack_and_changed_code_are_refused(network: Network, tmp_path: Path) -> None:
    text = (network.folder / "grants" / "study.toml").read_text("utf-8").replace("edges = [0, 25", "edges = [0, 20")
    other = open_pack(write_pack(study_of(tmp_path, text), out=tmp_path / "other.pack"))

    with pytest.raises(ReleaseRefusedError, match=r"site north: study: \w+, where the pack has"):
        pool(network.files, pack=other)
    changed = {**network.pack.manifest["measures"], "sizes": {"measure": "tables.histogram", "code": "0" * 64}}
    patched = Pack(
        network.pack.path, network.pack.sha256, {**network.pack.manifest, "measures": changed}, network.pack.members
    )
    with pytest.raises(ReleaseRefusedError, match="site north: step 'sizes': code of the measure"):
        pool(network.files, pack=patched)


def resealed(network: Network, folder: Path, change: Callable[[pa.Table], pa.Table], **further: pa.Table) -> list[Path]:
    """Seal the releases once more, after a change to what south counts."""
    files = []
    for file in network.files:
        release = open_release(file)
        steps = {}
        for name in release.steps:
            rows = release.table(name)
            tables = {"": change(rows) if (release.site, name) == ("south", "sizes") else rows}
            tables |= {f".{word}": table for word, table in further.items() if name == "sizes"}
            steps[name] = (release.step(name), {f"tables/{name}{word}.parquet": one for word, one in tables.items()})
        words = {"study": release.manifest["study"], "pack": release.manifest["pack"]}
        files.append(sealed(folder, release.site, steps=steps, **words))
    return files


def of_short_years(rows: pa.Table) -> pa.Table:
    """Years of the contract are 1987 to 1989; one of them by its two last digits."""
    year = pc.if_else(pc.equal(rows["year"], 1987), 87, rows["year"])
    return rows.set_column(0, rows.schema.field("year"), year)


def test_a_code_that_the_contract_does_not_list_is_refused(network: Network, tmp_path: Path) -> None:
    files = resealed(network, tmp_path, of_short_years)

    with pytest.raises(ReleaseRefusedError, match="site south: step 'sizes': 87 in column 'year': no code of the pack"):
        pool(files, pack=network.pack)
    assert pool(files).leaves("sizes")


def test_a_parent_that_only_one_site_has_is_a_code(network: Network, tmp_path: Path) -> None:
    tree = pa.table({"dimension": ["year"], "hierarchy": ["years"], "code": ["1987"], "parent": ["87"]})

    assert pool(resealed(network, tmp_path, of_short_years, hierarchies=tree), pack=network.pack).leaves("sizes")


def test_the_command_line_pools(network: Network, industria: Call, tmp_path: Path) -> None:  # noqa: F811
    trust = tmp_path / "trust"
    keys = {site: public(read_key(key_of(network.folder, site))) for site in ("north", "south", "west")}
    trust.write_text("\n".join(f"{key} {site}" for site, key in keys.items()), "utf-8")
    words = ("pool", *network.files, "--pack", network.pack.path, "--trust", trust, "--out", tmp_path / "out")

    code, out, err = industria(*words)

    assert (code, err) == (0, "")
    lines = out.strip().splitlines()
    assert lines[-4].startswith(f"written: {tmp_path}/out/brief.html")
    assert lines[-3] == "pooled: effect, sizes, shares; 5 of 26 rows withheld"
    assert lines[-2] == "not pooled: nothing"
    assert lines[-1] == "narrowest: no site tells an interval with two ends"
    assert "funded_1, from sums: -0.4216 [-0.9881, 0.145], as one run over all rows" in out
    assert Run.read(tmp_path / "out").claims[0]["status"] == "holds"

    code, out, err = industria(*words, "--json")
    assert json.loads(out)["pooled"] == ["effect", "sizes", "shares"]
    assert json.loads(out)["sites"]["north"]["public_key"] == keys["north"]


def test_the_command_line_refuses_with_seven(network: Network, industria: Call, tmp_path: Path) -> None:  # noqa: F811
    changed = bytearray(network.files[0].read_bytes())
    changed[1000] ^= 1
    (tmp_path / "north.release").write_bytes(changed)

    code, _, err = industria("pool", tmp_path / "north.release", *network.files[1:], "--out", tmp_path / "out")

    assert code == 7
    assert "north.release: bytes of it were changed" in err
    assert not (tmp_path / "out").exists()

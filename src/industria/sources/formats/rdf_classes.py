"""Classes of an ontology in RDF/XML: their names, definitions and the classes above them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from industria.errors import BrokenFileError

__all__ = ["OntologyClass", "classes_of", "local_name"]

OWL: Final = "{http://www.w3.org/2002/07/owl#}"
RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
RDFS: Final = "{http://www.w3.org/2000/01/rdf-schema#}"
SKOS: Final = "{http://www.w3.org/2004/02/skos/core#}"
XML: Final = "{http://www.w3.org/XML/1998/namespace}"
NAMED: Final = (f"{OWL}Class", f"{RDF}Description")
DEFINITIONS: Final = (
    "{https://spec.industrialontologies.org/ontology/annotation/}naturalLanguageDefinition",
    f"{SKOS}definition",
    f"{RDFS}comment",
)
"""Where a class is put in words, the surest place first."""

LONGEST: Final = 1000
"""Characters of an entity: the address of a namespace is far shorter."""


@dataclass(frozen=True, slots=True)
class OntologyClass:
    """A class with a name of its own.

    Attributes
    ----------
    iri : str
        What it is called in all the world.
    label, definition : str or None
        In English, where it has one.
    parents : tuple of str
        The classes of which the file says that it is one, in their order.
    """

    iri: str
    label: str | None
    definition: str | None
    parents: tuple[str, ...]


def classes_of(content: bytes, name: str) -> list[OntologyClass]:
    """List the classes of an ontology, in the order of the file.

    A class is below those that `subClassOf` names, and below those whose intersection
    it is or is part of; what else an axiom says, as that each has a part of some kind,
    makes no tree.

    Parameters
    ----------
    content : bytes
        RDF/XML. Entities may stand for the addresses of namespaces and for nothing
        else: none of them may name another, nor anything outside the file.
    name : str
        Of the file, for messages.

    Raises
    ------
    BrokenFileError
        If it is cut off or no RDF, or has entities of another kind.
    """
    root = _tree(content, name)
    if root.tag != f"{RDF}RDF":
        raise BrokenFileError(name, f"it is no RDF; its first element is {root.tag.rpartition('}')[2]!r}.")
    base = root.get(f"{XML}base", "")
    found = []
    for node in root.iter(f"{OWL}Class"):
        about = node.get(f"{RDF}about")
        # One inside an axiom is only mentioned there.
        if about is None or node not in root:
            continue
        definitions = (_in_english(node, tag) for tag in DEFINITIONS)
        parents = dict.fromkeys(urljoin(base, parent) for parent in _above(node))
        found.append(
            OntologyClass(
                urljoin(base, about),
                _in_english(node, f"{RDFS}label"),
                next((text for text in definitions if text), None),
                tuple(parents),
            )
        )
    return found


def local_name(iri: str) -> str:
    """Return the last part of an address: `ToolCapability`."""
    return re.split(r"[/#]", iri.rstrip("/#"))[-1]


def _above(node: Element) -> Iterator[str]:
    for axiom in node.findall(f"{RDFS}subClassOf"):
        if resource := axiom.get(f"{RDF}resource"):
            yield resource
        yield from _named(axiom)
    for axiom in node.findall(f"{OWL}equivalentClass"):
        for whole in axiom:
            yield from _members(whole)


def _named(axiom: Element) -> Iterator[str]:
    for node in axiom:
        if node.tag in NAMED and (about := node.get(f"{RDF}about")):
            yield about
        yield from _members(node)


def _members(node: Element) -> Iterator[str]:
    """List the named classes of an intersection: what is in it is in each of them."""
    for together in node.findall(f"{OWL}intersectionOf"):
        yield from (about for one in together if one.tag in NAMED and (about := one.get(f"{RDF}about")))


def _in_english(node: Element, tag: str) -> str | None:
    texts = [(one.get(f"{XML}lang", "en"), " ".join("".join(one.itertext()).split())) for one in node.findall(tag)]
    english = [text for language, text in texts if language.lower().startswith("en") and text]
    return next(iter(english), None)


def _tree(content: bytes, name: str) -> Element:
    """Read XML without following anything that it asks for."""
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True

    def named(word: str) -> str:
        return f"{{{word}" if "}" in word else word

    def start(tag: str, attributes: dict[str, str]) -> None:
        builder.start(named(tag), {named(key): value for key, value in attributes.items()})

    def refuse(what: str) -> None:
        raise BrokenFileError(name, f"it has {what}, which is not read.", parser.CurrentLineNumber)

    def entity(
        word: str,
        is_parameter: bool,
        value: str | None,
        base: str | None,
        system: str | None,
        public: str | None,
        _: str | None,
    ) -> None:
        if is_parameter or value is None or "&" in value or len(value) > LONGEST:
            refuse(f"the entity {word!r}, more than the address of a namespace")

    def doctype(word: str, system: str | None, public: str | None, inside: bool) -> None:
        if system is not None:
            refuse(f"a document type of its own at {system!r}")

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda tag: builder.end(named(tag))
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = entity
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise BrokenFileError(
            name, f"it is cut off or no XML: {expat.ErrorString(error.code)}.", error.lineno
        ) from None
    return builder.close()

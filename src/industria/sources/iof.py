"""Words of the Industrial Ontologies Foundry for what industry can do: supply chains, planning, capabilities."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from industria.errors import BrokenFileError, UsageError, listing
from industria.sources.formats.rdf_classes import OntologyClass, classes_of, local_name
from industria.sources.published import Published, had
from industria.sources.publisher import Publisher
from industria.sources.reader import reader
from industria.sources.source import Source

if TYPE_CHECKING:
    from industria.core.table import Table

__all__ = ["vocabulary"]

IOF: Final = Publisher(
    name="iof",
    title="Industrial Ontologies Foundry, Open Applications Group",
    license="MIT",
    homepage="https://github.com/iofoundry/ontology",
)
RAW: Final = "https://raw.githubusercontent.com/iofoundry/ontology/HEAD/"
Ontology = Literal["supply_chain", "production_planning", "capability"]
FILES: Final[Mapping[str, str]] = {
    "supply_chain": "supplychain/SupplyChain.rdf",
    "production_planning": "productionplanning/ProductionPlanning.rdf",
    "capability": "productionplanning/addenda/examples/capability/capability.rdf",
}
VINTAGE: Final = re.compile(rb'versionIRI\s+rdf:resource="[^"]*/(\d{4})(\d{2})/')
COLUMNS: Final = ("type", "code", "name", "parent", "broader", "definition", "iri")


@reader(
    columns={
        "type": "ontology in which the tree has its root: supply_chain, production_planning or capability [code]",
        "code": "class, by the last part of its address [code]",
        "name": "its label; where it has none, the words of its code [name]",
        "parent": "code of the class above it; null at a root [code]",
        "broader": "of a root, the class of IOF Core or BFO that it falls under [code]",
        "definition": "the class in words, where it is defined [name]",
        "iri": "its whole address [name]",
    },
    example={},
)
def vocabulary(
    *, ontologies: Sequence[Ontology] = ("supply_chain", "production_planning", "capability"), as_of: str | None = None
) -> Source:
    """Read the classes of the ontologies of industry, a class a row: a vocabulary for a registry of capabilities.

    The columns `type`, `code`, `name`, `parent` are those that
    `ecosystems.capability_registry` reads. Classes of IOF Core and BFO, on which the
    ontologies build, are no rows; `broader` names them.

    Parameters
    ----------
    ontologies : sequence of {"supply_chain", "production_planning", "capability"}
        Which; `capability` is an example that its publisher gives, of cutting metal.
    as_of : str, optional
        A day: the newest files that were had no later.

    Returns
    -------
    Source
        `type`, `code`, `name`, `parent`, `broader`, `definition`, `iri`. Its digest is of
        the digests of the files. A class below several others of the files has the
        first of them as parent, and `notes` tell how many there are.

    Raises
    ------
    NotMirroredError
        If a file is nowhere and the network is closed.
    BrokenFileError
        If a file is cut off or no RDF, or if classes go round in a circle.
    UsageError
        If `ontologies` is empty.

    Examples
    --------
    In a study::

        [sources.vocabulary]
        use = "iof.vocabulary"
    """
    asked = [one for one in get_args(Ontology) if one in ontologies]
    if not asked:
        raise UsageError(f"iof.vocabulary: ontologies is empty; it may have {listing(get_args(Ontology))}.")
    files = {one: _file(one, as_of) for one in asked}
    contents = {one: file.path.read_bytes() for one, file in files.items()}
    known = _Known.of({one: classes_of(contents[one], files[one].name) for one in asked})
    digests = [hashlib.sha256(content).hexdigest() for content in contents.values()]
    vintages = [found.groups() for content in contents.values() if (found := VINTAGE.search(content))]
    first = next(iter(files.values()))

    def load() -> Table:
        import pyarrow as pa

        from industria.core.table import as_table

        rows = known.rows()
        return as_table(pa.table({c: pa.array([row[c] for row in rows], pa.string()) for c in COLUMNS}), "vocabulary")

    return Source(
        use="iof.vocabulary",
        name=", ".join(file.name for file in files.values()),
        title="IOF ontologies of supply chains and production planning",
        path=first.path,
        sha256=hashlib.sha256("".join(digests).encode()).hexdigest() if len(digests) > 1 else digests[0],
        bytes=sum(map(len, contents.values())),
        load=cache(load),
        request={"ontologies": asked, "as_of": as_of},
        publisher=IOF.title,
        license=IOF.license,
        redistributable=IOF.redistributable,
        url=first.raw.url,
        retrieved=max(file.raw.retrieved for file in files.values()),
        vintage=max((f"{int(year)}-{int(month):02d}" for year, month in vintages), default=None),
        citation="Industrial Ontologies Foundry, IOF Ontologies, Open Applications Group",
        documentation="https://spec.industrialontologies.org/iof/",
        notes=(*chain.from_iterable(file.raw.notes for file in files.values()), *known.notes()),
        facts={"sha256": dict(zip(asked, digests, strict=True))},
        held=_Held(tuple(files.values())),
    )


def _file(ontology: str, as_of: str | None) -> Published:
    path = FILES[ontology]
    name = path.rpartition("/")[2]
    return had(IOF, name, RAW + path, page=f"{IOF.homepage}/blob/HEAD/{path}", as_of=as_of)


@dataclass(frozen=True, slots=True)
class _Held:
    """How several files were had."""

    files: tuple[Published, ...]

    def changed(self) -> bool | None:
        found = [file.raw.changed() for file in self.files]
        return True if True in found else None if None in found else False

    def vintages(self) -> list[Mapping[str, Any]]:
        return [one for file in self.files for one in file.raw.vintages()]


@dataclass(frozen=True, slots=True)
class _Known:
    """The classes of all files by code, each with its ontology.

    An example may name a class by an address of an older edition; the last part of
    it stays, and is what tells classes apart here.
    """

    classes: Mapping[str, tuple[str, OntologyClass]]

    @classmethod
    def of(cls, ontologies: Mapping[str, Sequence[OntologyClass]]) -> _Known:
        found: dict[str, tuple[str, OntologyClass]] = {}
        for ontology, classes in ontologies.items():
            for one in classes:
                found.setdefault(local_name(one.iri), (ontology, one))
        return cls(found)

    def rows(self) -> list[dict[str, str | None]]:
        return [self._row(code) for code in self.classes]

    def notes(self) -> tuple[str, ...]:
        """Tell what was changed on the way in."""
        several = sum(len(self._inside(code)) > 1 for code in self.classes)
        unnamed = sum(one.label is None for _, one in self.classes.values())
        told = [(several, "classes below several others have the first of them as parent.")]
        told += [(unnamed, "classes without a label are named by the words of their code.")]
        return tuple(f"{n} {what}" for n, what in told if n)

    def _row(self, code: str) -> dict[str, str | None]:
        root, (_, one) = self._root(code), self.classes[code]
        inside = self._inside(code)
        outside = [local_name(iri) for iri in one.parents if local_name(iri) not in self.classes]
        return {
            "type": self.classes[root][0],
            "code": code,
            "name": one.label or " ".join(re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", code)).lower(),
            "parent": inside[0] if inside else None,
            "broader": outside[0] if outside and not inside else None,
            "definition": one.definition,
            "iri": one.iri,
        }

    def _inside(self, code: str) -> list[str]:
        parents = dict.fromkeys(local_name(iri) for iri in self.classes[code][1].parents)
        return [parent for parent in parents if parent in self.classes and parent != code]

    def _root(self, code: str) -> str:
        line = [code]
        while inside := self._inside(line[-1]):
            if inside[0] in line:
                circle = " > ".join([*line[line.index(inside[0]) :], inside[0]])
                raise BrokenFileError("vocabulary", f"its classes go round in a circle: {circle}.")
            line.append(inside[0])
        return line[-1]

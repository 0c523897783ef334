"""`sloctl convert`: what other tools read becomes specs, with the same rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sloctl.core.document import Document
from sloctl.core.document import Path as DocumentPath
from sloctl.core.finding import Finding
from sloctl.core.translated import TranslatedDocument
from sloctl.formats._format import mapping
from sloctl.formats._spec import Remark, Translation
from sloctl.model.rules import Artifact
from sloctl.pipeline.compile import duplicate_services
from sloctl.pipeline.convert.comments import comments_of, joined, lines_of
from sloctl.pipeline.convert.rules import translate_rules
from sloctl.pipeline.convert.yaml_text import Comments, yaml_text
from sloctl.pipeline.load import read_documents, shown_path
from sloctl.pipeline.resolve.service import resolve
from sloctl.pipeline.settings import Settings
from sloctl.pipeline.specs import format_of, is_own, translate

HEADER = "Converted by sloctl from"
"""Begins the first line of every file that is written here: only such files are ever replaced."""


@dataclass(frozen=True, slots=True)
class Converted:
    """A spec that was made: the service, its text, and the files it came from."""

    service: str
    text: str
    origins: tuple[str, ...]
    slos: int
    alerts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """What came of some files. `native` are those that hold specs already, with their text; `others` hold neither."""

    specs: tuple[Converted, ...] = ()
    native: tuple[tuple[str, str], ...] = ()
    others: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = field(default=(), repr=False)
    remarks: tuple[Remark, ...] = field(default=(), repr=False)
    readable: bool = True


@dataclass(frozen=True, slots=True)
class _Read:
    path: str
    documents: tuple[Document, ...]


def convert(files: Sequence[Path], settings: Settings, cwd: Path) -> Conversion:
    """Convert files; nothing is written."""
    read: list[_Read] = []
    findings: list[Finding] = []
    readable = True
    for path in files:
        documents, found, could_read = read_documents(path, shown_path(path, cwd))
        read.append(_Read(shown_path(path, cwd), tuple(documents)))
        findings += found
        readable &= could_read
    documents = [document for each in read for document in each.documents if not is_own(document)]
    plain = [document for document in documents if format_of(document) is None]
    imported = translate(documents, settings)
    findings += duplicate_services((_name(each), each.at(("metadata", "name"))) for each in imported.documents)
    rules = translate_rules(plain, settings, map(_name, imported.documents))
    return _joined((imported, rules), read, findings, settings, readable=readable)


def _name(document: TranslatedDocument) -> str:
    return str(mapping(mapping(document.data).get("metadata"))["name"])


def _joined(
    parts: Sequence[Translation], read: Sequence[_Read], findings: list[Finding], settings: Settings, *, readable: bool
) -> Conversion:
    """Collect the translations, and check that what was made of them is a spec."""
    made = [document for part in parts for document in part.documents]
    findings += [finding for part in parts for finding in part.findings]
    for document in made:
        findings += resolve(document, settings)[1]
    paths = {id(document): each.path for each in read for document in each.documents}
    lines = [lines_of(document, _in_order(document.data, ())) for document in made]
    used = joined(lines)
    specs = [_converted(document, paths, comments_of(own, used)) for document, own in zip(made, lines, strict=True)]
    native = [each for each in read if any(is_own(document) for document in each.documents)]
    known = {origin for spec in specs for origin in spec.origins} | {each.path for each in native}
    known |= {each.at.source.path for part in parts for each in part.findings}
    known |= {each.at.source.path for part in parts for each in part.remarks}
    return Conversion(
        specs=tuple(sorted(specs, key=lambda spec: spec.service)),
        native=tuple((each.path, _own_text(each)) for each in native),
        others=tuple(each.path for each in read if each.path not in known),
        findings=tuple(sorted(dict.fromkeys(findings), key=lambda finding: finding.sort_key)),
        remarks=tuple(remark for part in parts for remark in part.remarks),
        readable=readable,
    )


def _own_text(read: _Read) -> str:
    """Return the text of a file that holds specs."""
    return read.documents[0].source.text


def _converted(document: TranslatedDocument, paths: dict[int, str], comments: Comments) -> Converted:
    data = document.data if isinstance(document.data, dict) else {}
    origins = sorted({path for each in document.places.values() if (path := _origin(each.document, paths))})
    text = yaml_text(data, comments)
    header = f"# {HEADER} {', '.join(origins)}; from now on this is the original.\n"
    slos, alerts = (len(data.get(key, ())) for key in ("slos", "alerts"))
    return Converted(_name(document), header + text, tuple(origins), slos, alerts)


def _origin(document: Document, paths: dict[int, str]) -> str:
    """Return the file of a document; one that is embedded belongs to the file around it."""
    while document.frame:
        document = document.frame.document
    return paths.get(id(document), "")


def _in_order(value: object, path: DocumentPath) -> Iterator[DocumentPath]:
    """Yield the path of every value, outer before inner."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in items:
        yield from _in_order(item, (*path, step))


def artifacts(conversion: Conversion) -> list[Artifact]:
    """Return one file per service."""
    return [Artifact(f"{spec.service}.yaml", spec.text) for spec in conversion.specs]

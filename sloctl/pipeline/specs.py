"""From files to services, whatever format they are written in: the one door to specs.

Files of `sloctl/v1` stand alone, one document per service. In formats of other tools a service may be spread over
many files, and refer to any of them, so all files of such formats are read together.
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from sloctl.core.document import Document
from sloctl.core.errors import UsageError
from sloctl.core.finding import Finding
from sloctl.core.registry import plugins
from sloctl.core.translated import TranslatedDocument
from sloctl.formats._spec import Imports, Remark, SpecFormat, Translation
from sloctl.model.service import Service
from sloctl.model.windows import BASES, base_window
from sloctl.pipeline.load import find_files, read_bytes, read_documents, shown_path
from sloctl.pipeline.resolve.service import resolve
from sloctl.pipeline.settings import Settings

_MOST_PATHS = 3
"""How many files a header names; of more, it names their folder."""


@dataclass(frozen=True, slots=True)
class SpecFile:
    """The documents of a file. `path` goes into headers; `is_named` tells that the user has named this very file."""

    path: str
    documents: tuple[Document, ...]
    is_named: bool = False


@dataclass(frozen=True, slots=True)
class Spec:
    """A service, and the file or files it was read from, as headers say it."""

    service: Service
    path: str


@dataclass(frozen=True, slots=True)
class Specs:
    """What came of some files. `readable` is False when one could not be opened at all."""

    found: tuple[Spec, ...] = ()
    findings: tuple[Finding, ...] = field(default=(), repr=False)
    readable: bool = True


@cache
def spec_formats() -> tuple[SpecFormat, ...]:
    """Return the formats of other tools that hold SLOs."""
    return tuple(each for each in plugins("sloctl.formats", "FORMAT").values() if isinstance(each, SpecFormat))


def format_of(document: Document) -> SpecFormat | None:
    """Return the format of another tool that a document is written in."""
    return next((each for each in spec_formats() if each.recognise(document)), None)


def looks_foreign(raw: bytes) -> bool:
    """Tell whether a file may hold documents of another tool's format; cheap, and never wrong when it says no."""
    return any(each.hint.search(raw) for each in spec_formats())


def is_own(document: Document) -> bool:
    """Tell whether a document says that it is one of ours, whatever else is wrong with it."""
    return isinstance(document.data, dict) and str(document.data.get("apiVersion", "")).startswith("sloctl")


def is_spec(document: Document) -> bool:
    """Tell whether a document holds SLOs, in our format or in another one."""
    return is_own(document) or format_of(document) is not None


def batches(files: Sequence[Path]) -> list[tuple[Path, ...]]:
    """Group files that must be read together: those of other tools' formats are one batch, each other file is one."""
    foreign = {path for path in files if _is_foreign(path)}
    alone: list[tuple[Path, ...]] = [(path,) for path in files if path not in foreign]
    return [*alone, tuple(path for path in files if path in foreign)] if foreign else alone


def _is_foreign(path: Path) -> bool:
    raw, refused = read_bytes(path, str(path))
    return refused is None and looks_foreign(raw)


def read_specs(files: Sequence[Path], settings: Settings, cwd: Path, *, named: Container[Path] = ()) -> Specs:
    """Read the services of files that belong together.

    In a file that the user has not `named`, documents that are evidently something else are passed over.
    """
    read, findings, readable = [], [], True
    for path in files:
        documents, found, could_read = read_documents(path, shown_path(path, cwd))
        read.append(SpecFile(shown_path(path, settings.root), tuple(documents), path in named))
        findings += found
        readable &= could_read
    specs = resolve_specs(read, settings)
    return Specs(specs.found, (*findings, *specs.findings), readable)


Shared = Mapping[str, tuple[Document, ...]]
"""Documents that others may refer to, by the name of their format."""


def by_format(documents: Iterable[Document]) -> Shared:
    """Group documents of other tools by their format; others are passed over."""
    grouped: dict[str, list[Document]] = {}
    for document in documents:
        if found := format_of(document):
            grouped.setdefault(found.name, []).append(document)
    return {name: tuple(group) for name, group in grouped.items()}


def resolve_specs(files: Sequence[SpecFile], settings: Settings, shared: Shared | None = None) -> Specs:
    """Make services of documents that were read already. `shared` are more documents that these may refer to."""
    paths = {id(document): file.path for file in files for document in file.documents}
    translation = translate([document for file in files for document in file.documents], settings, shared)
    findings = list(translation.findings)
    found: list[Spec] = []
    own = [document for file in files for document in file.documents if _is_meant(document, file)]
    for document in [*own, *translation.documents]:
        service, problems = resolve(document, settings)
        findings += problems
        found += [Spec(service, _header_path(document, paths))] if service else []
    return Specs(tuple(found), tuple(findings))


def _is_meant(document: Document, file: SpecFile) -> bool:
    if format_of(document):
        return False
    has_slos = isinstance(document.data, dict) and "slos" in document.data
    return file.is_named or is_own(document) or has_slos


def translate(documents: Sequence[Document], settings: Settings, shared: Shared | None = None) -> Translation:
    """Translate the documents of other tools' formats; others are passed over."""
    parts = []
    for each in spec_formats():
        own = [document for document in documents if each.recognise(document)]
        files, findings = _option_files(each, settings) if own else ({}, [])
        parts += [Translation(findings=tuple(findings))]
        around = Imports(
            files=files,
            shared=(shared or {}).get(each.name, ()),
            options=settings.formats.get(each.name, {}),
            defaults=settings.defaults,
            base=base_window(settings.scrape_interval) or BASES[-1],
        )
        parts += [each.translate(own, around)] if own else []
    return Translation(
        documents=tuple(document for part in parts for document in part.documents),
        findings=tuple(finding for part in parts for finding in part.findings),
        remarks=tuple(_in_order(remark for part in parts for remark in part.remarks)),
    )


def _option_files(each: SpecFormat, settings: Settings) -> tuple[dict[str, tuple[Document, ...]], list[Finding]]:
    """Read the files that options of a format name; their paths are relative to the settings file."""
    options = settings.formats.get(each.name, {})
    found, findings = {}, []
    for key in each.files:
        documents: list[Document] = []
        for path in _named_files(f"formats.{each.name}.{key}", options[key], settings) if key in options else ():
            read, problems, _ = read_documents(path, shown_path(path, settings.root))
            documents += read
            findings += problems
        found[key] = tuple(documents)
    return found, findings


def _named_files(setting: str, name: str, settings: Settings) -> list[Path]:
    if not (settings.root / name).exists():
        raise UsageError(f"`{setting}` names `{name}`, which is not there", "paths are relative to sloctl.yaml")
    return find_files([settings.root / name])


def _in_order(remarks: Iterable[Remark]) -> list[Remark]:
    return sorted(remarks, key=lambda remark: (remark.at.source.path, remark.at.span.line, remark.at.span.column))


def _header_path(document: Document, paths: dict[int, str]) -> str:
    """Name the files of a service for the header of what is compiled from it."""
    if not isinstance(document, TranslatedDocument):
        return paths[id(document)]
    origins = sorted({paths[id(place.document)] for place in document.places.values() if id(place.document) in paths})
    if len(origins) <= _MOST_PATHS:
        return ", ".join(origins)
    return f"{os.path.commonpath([Path(origin).parent for origin in origins]) or '.'}"

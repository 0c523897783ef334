"""What files hold: services, and the rules that people have written themselves."""

from __future__ import annotations

import os
import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from sloctl.checks._rule import Rule
from sloctl.core.document import Document
from sloctl.core.finding import Finding
from sloctl.model.seal import read_header
from sloctl.model.service import Service
from sloctl.pipeline.lint.read import find_groups, read_file
from sloctl.pipeline.load import read_documents, shown_path
from sloctl.pipeline.settings import Settings
from sloctl.pipeline.specs import SpecFile, is_spec, looks_foreign, resolve_specs

_MEANT = re.compile(rb"sloctl/|\b(?:groups|alert|record|slos)\b")
"""Words without which no file holds a rule or a spec of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What came of some files. `readable` is False when one could not be opened at all."""

    services: tuple[Service, ...] = ()
    rules: tuple[Rule, ...] = field(default=(), repr=False)
    findings: tuple[Finding, ...] = field(default=(), repr=False)
    readable: bool = True


Known = dict[str, Contents]
"""What was read already, by the content of its files."""


def read_contents(
    batch: Sequence[Path], settings: Settings, cwd: Path, named: Container[Path], known: Known
) -> Contents:
    """Read files that belong together, unless the same ones were read before; a file of other things holds nothing.

    In a file that the user has not `named`, documents that are evidently something else are passed over, and so are
    errors in a file that has no word of a rule or a spec, such as a template of Helm.
    """
    key = _key(batch, named)
    if key not in known:
        known[key] = _read(batch, settings, cwd, named)
    return known[key]


def _key(batch: Sequence[Path], named: Container[Path]) -> str:
    """Return what is the same for files of the same content, wherever they lie."""
    digest = sha256()
    for path in batch:
        content = path.read_bytes() if os.access(path, os.R_OK) else os.fsencode(path)
        digest.update(b"%d %d\0" % (len(content), path in named) + content)
    return digest.hexdigest()


def _read(batch: Sequence[Path], settings: Settings, cwd: Path, named: Container[Path]) -> Contents:
    files, rules, findings, readable = [], list[Rule](), list[Finding](), True
    for path in batch:
        shown = shown_path(path, cwd)
        documents, found, could_read = read_documents(path, shown)
        ruled = [each for each in documents if not is_spec(each) and find_groups(each)]
        view, embedded, _ = read_file(shown, [each for each in ruled if not read_header(each.source.text)])
        rules += [rule for group in view.groups for rule in group.rules]
        files.append(SpecFile(shown_path(path, settings.root), _others(documents, ruled), path in named))
        wrong = [*found, *embedded]
        findings += wrong if wrong and (path in named or not could_read or _is_meant(path)) else ()
        readable &= could_read
    specs = resolve_specs(files, settings)
    services = tuple(spec.service for spec in specs.found)
    return Contents(services=services, rules=tuple(rules), findings=(*findings, *specs.findings), readable=readable)


def _others(documents: Sequence[Document], ruled: Sequence[Document]) -> tuple[Document, ...]:
    return tuple(each for each in documents if not any(each is other for other in ruled))


def _is_meant(path: Path) -> bool:
    raw = path.read_bytes() if path.is_file() else b""
    return bool(_MEANT.search(raw)) or looks_foreign(raw)

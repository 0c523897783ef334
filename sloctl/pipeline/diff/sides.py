"""Both sides of a comparison, read: services, settings, and what could not be read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, fields, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from sloctl.checks._rule import Rule
from sloctl.core.errors import UsageError
from sloctl.core.finding import Finding, Severity, has_errors
from sloctl.core.human import plural
from sloctl.model.service import Service
from sloctl.pipeline.diff.contents import Known, read_contents
from sloctl.pipeline.diff.points import Point
from sloctl.pipeline.diff.snapshot import Tree, tree_of, write_files
from sloctl.pipeline.diff.written import Written, written_context
from sloctl.pipeline.git import top_of, unchecked_files
from sloctl.pipeline.load import SUFFIXES, find_files, shown_path
from sloctl.pipeline.settings import FILE_NAME, Settings, find_upwards, load_settings
from sloctl.pipeline.specs import batches

_NOT_ABOUT_RULES = frozenset({"root", "document", "specs", "output", "target"})
"""Settings that change no service: where files are, and how rules are written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side: its services by name, the rules that people have written themselves, and the findings of reading them.

    `left_out` says what could not be looked at, in sentences; `broken` are the files with errors.
    """

    name: str
    settings: Settings
    services: dict[str, Service] = field(repr=False)
    rules: tuple[Rule, ...] = field(default=(), repr=False)
    findings: tuple[Finding, ...] = ()
    left_out: tuple[str, ...] = ()
    readable: bool = True

    @property
    def broken(self) -> frozenset[str]:
        """The files of which something could not be read."""
        return frozenset(each.at.source.path for each in self.findings if each.severity is Severity.ERROR)


def written_rules(side: Side) -> list[Written]:
    """Return the rules of rule files, with what the settings of their side say about them."""
    context = written_context(side.settings)
    return [Written(rule, context) for rule in side.rules]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a side lies on the disk while it is read. `missing` are paths that it cannot show, `notes` say why."""

    point: Point
    cwd: Path
    settings: Settings
    findings: tuple[Finding, ...]
    paths: tuple[Path, ...]
    missing: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()


def read_sides(base: Point, head: Point, cwd: Path, config: Path | None) -> tuple[Side, Side]:
    """Read both sides; what both have in common is read once.

    `config` is the settings file that the user has named. Raises UsageError when there is nothing on either side, or
    when the settings of the newer side are wrong.
    """
    with ExitStack() as open_folders:
        places = [_place(point, cwd, config, open_folders) for point in (head, base)]
        new, old = _with_settings(*places)
        gone = {shown_path(path, place.cwd) for place in (new, old) for path in place.missing}
        known: Known = {}
        after = _read(new, gone, known)
        if _meaning(new.settings) != _meaning(old.settings):
            known = {}
        before = _read(old, gone, known)
    if not any((side.services, side.rules, side.findings) != ({}, (), ()) for side in (before, after)):
        advice = "set `specs` in sloctl.yaml, or run it in their folder; rules that sloctl compiled are passed over"
        raise UsageError("there are no specs and no rules to compare", advice)
    return before, after


def _place(point: Point, cwd: Path, config: Path | None, open_folders: ExitStack) -> Place:
    if point.commit:
        folder = open_folders.enter_context(TemporaryDirectory(prefix="sloctl-"))
        return _stored(point, cwd, config, Path(folder).resolve())
    return _given(point, cwd, config) if point.is_given else _working_tree(point, cwd, config)


def _given(point: Point, cwd: Path, config: Path | None) -> Place:
    """Read a folder or file that the user has named. The `specs` of a folder with settings of its own are meant."""
    folder = point.folder if point.folder.is_dir() else point.folder.parent
    path = cwd / config if config else find_upwards(folder)
    settings, findings = load_settings(folder, path)
    is_own = path is not None and path.parent == folder == point.folder
    paths = [folder / each for each in settings.specs if is_own] or [point.folder]
    return Place(point=point, cwd=folder, settings=settings, findings=tuple(findings),
                 paths=tuple(each for each in paths if each.exists()))  # fmt: skip


def _working_tree(point: Point, cwd: Path, config: Path | None) -> Place:
    settings, findings = load_settings(cwd, config or find_upwards(cwd))
    top = top_of(cwd)
    sparse = unchecked_files(top)
    return Place(
        point=point,
        cwd=cwd,
        settings=settings,
        findings=tuple(findings),
        paths=tuple(path for each in _specs(settings, cwd) if (path := cwd / each).exists()),
        missing=tuple(top / each for each in sparse),
        notes=_about_sparse(sparse),
    )


def _specs(settings: Settings, folder: Path) -> list[str]:
    """Return the `specs` of the settings, relative to a folder; without any, the folder itself."""
    return [os.path.relpath(settings.root / each, folder) for each in settings.specs] or ["."]


def _stored(point: Point, cwd: Path, config: Path | None, folder: Path) -> Place:
    tree = tree_of(point.folder, point.commit)
    here = Path(os.path.relpath(os.path.realpath(cwd), top_of(point.folder)))
    settings, findings = _stored_settings(tree, here, cwd, config, folder)
    specs = _specs(settings, folder) if settings.specs else [str(here)]
    outside = [each for each in specs if Path(each).parts[:1] == ("..",)]
    inside = [each for each in specs if each not in outside]
    gone = [each for each in tree.missing if any(_is_near(each, spec) for spec in inside)]
    write_files(tree, inside, folder)
    return Place(
        point=point,
        cwd=folder / here,
        settings=settings,
        findings=tuple(findings),
        paths=tuple(path for each in inside if (path := folder / each).exists()),
        missing=tuple(folder / each for each in (*gone, *outside)),
        notes=(
            *(f"the submodule `{each}`: its commit is not here" for each in gone),
            *(f"`{each}`: it lies outside of the repository" for each in outside),
        ),
    )


def _is_near(one: str, other: str) -> bool:
    """Tell whether one path is the other, or lies below it or around it."""
    return Path(one).is_relative_to(other) or Path(other).is_relative_to(one)


def _stored_settings(
    tree: Tree, here: Path, cwd: Path, config: Path | None, folder: Path
) -> tuple[Settings, list[Finding]]:
    """Read the settings file as it was at the commit; one that git does not hold is read from the disk."""
    named = [Path(os.path.relpath(os.path.realpath(cwd / config), os.path.realpath(tree.top)))] if config else []
    candidates = named or [parent / FILE_NAME for parent in (here, *here.parents)]
    found = next((each for each in candidates if tree.holds(each.as_posix())), None)
    if found:
        write_files(tree, [found.as_posix()], folder)
        return load_settings(folder / here, folder / found)
    if not config:
        return Settings(root=folder), []
    settings, findings = load_settings(cwd, config)
    root = folder / os.path.relpath(os.path.realpath(settings.root), os.path.realpath(tree.top))
    return replace(settings, root=root), findings


def _with_settings(new: Place, old: Place) -> tuple[Place, Place]:
    """Use the settings of the newer side for both where those of the older one are wrong."""
    if has_errors(list(new.findings)):
        first = new.findings[0]
        raise UsageError(f"the settings of {new.point.name} are wrong: {first.at}: {first.message}", first.help)
    if not has_errors(list(old.findings)):
        return new, old
    return new, replace(old, settings=replace(new.settings, root=old.settings.root))


def _meaning(settings: Settings) -> dict[str, object]:
    """Return the settings that services depend on."""
    return {each.name: getattr(settings, each.name) for each in fields(settings) if each.name not in _NOT_ABOUT_RULES}


def _read(place: Place, gone: set[str], known: Known) -> Side:
    """Read a side; what `known` holds by the content of its files is not read again, and what is read is added."""
    files = [path for path in find_files(place.paths) if not _is_below(shown_path(path, place.cwd), gone)]
    parts = [read_contents(batch, place.settings, place.cwd, place.paths, known) for batch in batches(files)]
    services, doubles = _by_name(service for part in parts for service in part.services)
    left_out = [*_about_settings(place), *place.notes]
    return Side(
        name=place.point.name,
        settings=place.settings,
        services=services,
        rules=tuple(rule for part in parts for rule in part.rules),
        findings=tuple(finding for part in parts for finding in part.findings),
        left_out=(*left_out, *doubles),
        readable=all(part.readable for part in parts),
    )


def _is_below(path: str, gone: set[str]) -> bool:
    return path in gone or any(parent.as_posix() in gone for parent in PurePosixPath(path).parents)


def _by_name(services: Iterable[Service]) -> tuple[dict[str, Service], list[str]]:
    found: dict[str, Service] = {}
    doubles = []
    for service in services:
        if service.name in found:
            doubles.append(f"a second service `{service.name}` ({service.origin.at('metadata', 'name')})")
        found.setdefault(service.name, service)
    return found, doubles


def _about_sparse(files: Iterable[str]) -> tuple[str, ...]:
    specs = sorted(path for path in files if path.endswith(SUFFIXES))
    return (
        (f"{plural(len(specs), 'file')} that this sparse checkout leaves out, such as `{specs[0]}`",) if specs else ()
    )


def _about_settings(place: Place) -> Iterator[str]:
    for finding in place.findings:
        if finding.severity is Severity.ERROR:
            yield f"its settings ({finding.at}: {finding.message}); those of the other side were used"

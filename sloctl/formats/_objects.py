"""Kubernetes objects: each in a document of its own, or several as the items of a List."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sloctl.core.document import Document, Path
from sloctl.formats._format import mapping


def objects(data: object, path: Path = ()) -> Iterator[tuple[Mapping[str, object], Path]]:
    """Yield an object and where it stands, or those in a List; what is no mapping comes as an empty one."""
    found = mapping(data)
    items = found.get("items")
    if isinstance(items, list) and str(found.get("kind", "")).endswith("List"):
        for index, item in enumerate(items):
            yield from objects(item, (*path, "items", index))
    else:
        yield found, path


def is_of(found: Mapping[str, object], group: str) -> bool:
    """Tell whether an object belongs to an API group, such as `pyrra.dev/`, in whatever version."""
    return str(found.get("apiVersion", "")).startswith(group)


def holds(document: Document, group: str) -> bool:
    """Tell whether a document holds objects of an API group."""
    return any(is_of(found, group) for found, _ in objects(document.data))

"""Plug-ins: every module of a package that does not begin with `_` is one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Any


@cache
def plugins(package: str, attribute: str) -> Mapping[str, Any]:
    """Map name to plug-in for a package, sorted by name.

    Each module holds its plug-in in `attribute`, an object with a `name`. A module without it, and two of one
    name, are mistakes of whoever adds the file and raise TypeError.
    """
    found: dict[str, Any] = {}
    for module_name in module_names(package):
        module = import_module(f"{package}.{module_name}")
        plugin = getattr(module, attribute, None)
        if plugin is None:
            raise TypeError(f"{module.__name__} lacks {attribute}, so it is no plug-in of {package}")
        if plugin.name in found:
            raise TypeError(f"two plug-ins of {package} are named {plugin.name!r}")
        found[plugin.name] = plugin
    return MappingProxyType(dict(sorted(found.items())))


def module_names(package: str) -> list[str]:
    """List the plug-in modules of a package without importing them."""
    paths = import_module(package).__path__
    return sorted(info.name for info in iter_modules(paths) if not info.name.startswith("_"))

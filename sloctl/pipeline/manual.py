"""The manual pages of all codes: a check's page is its module's docstring."""

from __future__ import annotations

from importlib import import_module

from sloctl.core.problems import BY_CODE
from sloctl.core.registry import module_names


def manual_pages() -> dict[str, str]:
    """Return the manual page of every code; classes that only reading reports have one sentence."""
    pages = {code: problem.meaning for code, problem in BY_CODE.items()}
    for name in module_names("sloctl.checks"):
        module = import_module(f"sloctl.checks.{name}")
        pages[module.CHECK.code] = (module.__doc__ or "").strip()
    return dict(sorted(pages.items()))

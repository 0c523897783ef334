"""The manual: a check's page is its module's docstring, followed by what its data says: profile, options, examples.

`python -m sloctl.pipeline.lint.manual docs/checks` writes the pages as files.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from textwrap import dedent, indent

from sloctl.checks._check import Bad, Check, Good, Scope
from sloctl.core.problems import BY_CODE
from sloctl.core.registry import module_names

_SHOWN = 2
_PROFILES = {
    "migration": "runs in every profile",
    "recommended": "runs in `recommended`, the default, and in `strict`",
    "strict": "runs in `strict`",
    "all": "runs in `all` only",
}


@cache
def manual_pages() -> dict[str, str]:
    """Return the manual page of every code; classes that only reading reports have one sentence."""
    pages = {code: problem.meaning for code, problem in BY_CODE.items()}
    for name in module_names("sloctl.checks"):
        module = import_module(f"sloctl.checks.{name}")
        pages[module.CHECK.code] = "\n\n".join([(module.__doc__ or "").strip(), *_sections(module.CHECK)])
    return dict(sorted(pages.items()))


def _sections(check: Check) -> Iterable[str]:
    needs = f", once the settings have `{check.needs}`" if check.needs else ""
    asked = ", with `--prometheus` or `--online`" if check.scope is Scope.ONLINE else ""
    yield f"**Where it runs.** It {_PROFILES[check.profile]}{needs}{asked}."
    for option in check.options:
        meaning = option.meaning[:1].upper() + option.meaning[1:]
        yield f"**Setting `lint.options.{check.code}.{option.name}`.** {meaning}; the default is {option.default}."
    for kind, title in ((Bad, "Found"), (Good, "Left alone")):
        for case in [case for case in check.cases if isinstance(case, kind)][:_SHOWN]:
            yield f"**{title}:**"
            yield indent(dedent(case.yaml).strip("\n"), "    ")


def write_pages(folder: Path) -> None:
    """Write one Markdown file per check and an index, and remove pages of checks that are no more."""
    pages = markdown_pages()
    for old in folder.glob("*.md"):
        if old.name not in pages:
            old.unlink()
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")


def markdown_pages() -> dict[str, str]:
    """Return the manual as files: their names, and their texts."""
    checks = [import_module(f"sloctl.checks.{name}").CHECK for name in module_names("sloctl.checks")]
    ordered: Sequence[Check] = sorted(checks, key=lambda check: check.code)
    files = {_file(check): f"# {check.code} {check.name}\n\n{manual_pages()[check.code]}\n" for check in ordered}
    return {"README.md": _index(ordered), **files}


def _file(check: Check) -> str:
    return f"{check.code}-{check.name}.md"


def _index(checks: Sequence[Check]) -> str:
    rows = "".join(
        f"| [{check.code}]({_file(check)}) | {check.name} | {check.severity.value} | {check.profile} |\n"
        for check in checks
    )
    reading = "".join(
        f"| {problem.code} | {problem.name} | {problem.severity.value} | {problem.meaning} |\n"
        for code, problem in sorted(BY_CODE.items())
        if code not in {check.code for check in checks}
    )
    return (
        "# The checks of `sloctl lint`\n\nGenerated from the checks themselves; `sloctl explain CODE` prints the same "
        "pages. A profile holds those before it: migration, recommended, strict.\n\n"
        f"| code | name | severity | from profile |\n| --- | --- | --- | --- |\n{rows}\n"
        "## Found while reading\n\nThese are reported by every command that reads specs, rules or suppressions.\n\n"
        f"| code | name | severity | meaning |\n| --- | --- | --- | --- |\n{reading}"
    )


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))

"""Which forms a report takes, and where each goes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sloctl.core.errors import UsageError
from sloctl.core.human import nearest
from sloctl.core.registry import plugins
from sloctl.pipeline.report.forms._form import Form


def form(name: str) -> Form:
    """Return a form by name; raise UsageError for an unknown one."""
    known = plugins("sloctl.pipeline.report.forms", "FORM")
    if name not in known:
        meant = nearest(name, known)
        advice = f"did you mean `{meant}`?" if meant else f"known forms: {', '.join(known)}"
        raise UsageError(f"unknown format `{name}`", advice)
    found: Form = known[name]
    return found


def parse_outputs(outputs: Sequence[str]) -> list[tuple[Form, Path]]:
    """Read `FORMAT=FILE`, or `FILE` with a suffix that tells the format; raise UsageError for anything else."""
    return [_output(output) for output in outputs]


def _output(output: str) -> tuple[Form, Path]:
    known: dict[str, Form] = dict(plugins("sloctl.pipeline.report.forms", "FORM"))
    name, equals, path = output.partition("=")
    if equals and path and name.isalpha():
        return form(name), Path(path)
    by_suffix = {suffix: each for each in known.values() for suffix in each.suffixes}
    if (suffix := Path(output).suffix) in by_suffix:
        return by_suffix[suffix], Path(output)
    raise UsageError(f"`{output}` does not say which format it has", f"write `html={output}`, or a name that ends in "
                     f"{', '.join(sorted(by_suffix))}")  # fmt: skip

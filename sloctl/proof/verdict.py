"""What promtool's answer says about the checks of a script.

promtool prints a block for each check that failed, with the expression or alert name, the time, and what it expected
and got. Whatever it prints beside that (a rule that cannot be evaluated, a file that cannot be loaded) fails every
check of the case, or of the script, that it is about.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sloctl.core.duration import Duration
from sloctl.proof.case import Case, Check, Script, Texts

_NAMED = re.compile(r"^    name: (?P<name>.*),\s*$", re.MULTILINE)
_FAILED = re.compile(
    r"^    (?:expr: (?P<expr>\"(?:[^\"\\]|\\.)*\")|alertname: (?P<alert>.*?)), time: (?P<time>\w+),\s*\n"
    r"(?P<answer>(?:        .*\n?)*)",
    re.MULTILINE,
)
_GOT = re.compile(r"^ *got: ?(?P<got>.*)", re.MULTILINE | re.DOTALL)
_LABELS = re.compile(r"\{[^{}]*\}")
_CODE = re.compile(r"\\x([0-9a-f]{2})|\\U([0-9a-f]{8})|\\a|\\v")


@dataclass(frozen=True, slots=True)
class Failure:
    """A check that failed: in which case, and what happened instead, in words."""

    case: Case
    check: Check
    happened: str


def failures(script: Script, output: str, *, passed: bool) -> list[Failure]:
    """Return the checks of a script that failed; all of them when promtool failed for a reason of another kind."""
    if passed:
        return []
    blocks = dict(_blocks(output))
    found = [failure for case in script.cases for failure in _of_case(case, blocks.get(case.name))]
    if found:
        return found
    reason = _reason(output)
    return [Failure(case, check, reason) for case in script.cases for check in case.checks]


def _blocks(output: str) -> Iterator[tuple[str, str]]:
    starts = list(_NAMED.finditer(output))
    ends = [*(match.start() for match in starts[1:]), len(output)]
    for match, end in zip(starts, ends, strict=False):
        yield match["name"], output[match.end() : end]


def _of_case(case: Case, block: str | None) -> list[Failure]:
    if block is None:
        return []
    answers = {_key(match): match["answer"] for match in _FAILED.finditer(block)}
    rest = _FAILED.sub("", block).strip()
    found = [Failure(case, check, _happened(check, answers[check.key])) for check in case.checks if check.key in answers]
    return found or [Failure(case, check, _reason(rest)) for check in case.checks]


def _key(match: re.Match[str]) -> tuple[str, int]:
    subject = match["alert"] if match["expr"] is None else _unquoted(match["expr"])
    return subject, Duration.parse(match["time"]).ms


def _unquoted(text: str) -> str:
    """Read a string as Go's `%q` writes it."""
    plain = _CODE.sub(lambda code: f"\\u{int(code[1], 16):04x}" if code[1] else code[0], text)
    try:
        return str(json.loads(plain))
    except ValueError:
        return text[1:-1]


def _happened(check: Check, answer: str) -> str:
    match = _GOT.search(answer)
    got = " ".join(match["got"].split()) if match else " ".join(answer.split())
    if isinstance(check, Texts):
        return _texts_differ(check, got)
    if got in {"nil", "[]", ""}:
        return "nothing fires" if "ALERTS" in check.expr else "there is no sample"
    if not check.samples and "ALERTS" in check.expr:
        return f"it fires {_among(got)}".strip()
    return f"got {got}"


def _among(got: str) -> str:
    found = _LABELS.findall(got)
    return f"for {' and '.join(found)}" if len(found) > 1 else ""


def _texts_differ(check: Texts, got: str) -> str:
    """Say which texts differ, where one alert is expected and one fires."""
    if got == "[]":
        return "nothing fires"
    wanted: Mapping[str, str] = dict(pair for _, annotations in check.alerts for pair in annotations)
    missing = [f"`{key}`" for key, text in wanted.items() if f"{key}={json.dumps(text, ensure_ascii=False)}" not in got]
    return f"other {', '.join(missing)}: got {got}" if missing else f"got {got}"


def _reason(output: str) -> str:
    text = " ".join(line.strip() for line in output.splitlines() if line.strip() and "FAILED" not in line)
    return f"promtool says: {text.removeprefix('Unit Testing:').strip()}" if text else "promtool failed without a word"



"""What promtool's answer says about the checks of a script.

promtool prints a block for each check that failed: the expression or the alert's name, the time, what it expected and
what it got. Whatever it prints beside that (a rule that cannot be evaluated, a file that cannot be loaded) leaves the
other checks without an answer, so they fail with what it says.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from sloctl.core.duration import Duration
from sloctl.proof.case import Case, Check, Labels, Script, Texts

_FAILED = re.compile(
    r"^    (?:name: (?P<name>.*),\s*\n    )?"
    r"(?:expr: (?P<expr>\"(?:[^\"\\]|\\.)*\")|alertname: (?P<alert>.*?)), time: (?P<time>\w+),\s*\n"
    r"(?P<answer>(?:        .*\n?)*)",
    re.MULTILINE,
)
_BESIDE = re.compile(r"^\s*(FAILED:|SUCCESS|Unit Testing:.*|Processing test file:.*|name: .*)\s*$", re.MULTILINE)
_GOT = re.compile(r"^ *got: ?(?P<got>.*)", re.MULTILINE | re.DOTALL)
_LABELS = re.compile(r"\{[^{}]*\}")
_PAIR = re.compile(r'([A-Za-z_]\w*)=("(?:[^"\\]|\\.)*")')
_ALERT = re.compile(r'Labels:\{(?P<labels>(?:[^"{}]|"(?:[^"\\]|\\.)*")*)\}'
                    r'\s*Annotations:\{(?P<annotations>(?:[^"{}]|"(?:[^"\\]|\\.)*")*)\}')  # fmt: skip
_CODE = re.compile(r"\\x([0-9a-f]{2})")


@dataclass(frozen=True, slots=True)
class Failure:
    """A check that failed: in which case, and what happened instead, in words.

    `is_general` tells that the reason lies outside of the check: no rules, or rules that cannot be loaded.
    """

    case: Case
    check: Check
    happened: str
    is_general: bool = False


def failures(script: Script, output: str, *, passed: bool) -> list[Failure]:
    """Return the checks of a script that failed."""
    if passed:
        return []
    answers = {_key(match): match["answer"] for match in _FAILED.finditer(output)}
    lines = (line.strip() for line in _BESIDE.sub("", _FAILED.sub("", output)).splitlines())
    said = "; ".join(dict.fromkeys(line for line in lines if line))
    reason = f"promtool says: {said}" if said or not answers else ""
    pairs = ((case, check, answers.get(_wanted(case, check))) for case in script.cases for check in case.checks)
    return [
        Failure(case, check, reason, is_general=True)
        if answer is None
        else Failure(case, check, _happened(check, answer))
        for case, check, answer in pairs
        if reason or answer is not None
    ]


def _wanted(case: Case, check: Check) -> tuple[str, str, int]:
    return case.name if isinstance(check, Texts) else "", case.asked(check), check.at.ms


def _key(match: re.Match[str]) -> tuple[str, str, int]:
    is_query = match["expr"] is not None
    asked = _unquoted(match["expr"]) if is_query else match["alert"]
    return "" if is_query else match["name"], asked, Duration.parse(match["time"]).ms


def _unquoted(text: str) -> str:
    """Read a string as Go's `%q` writes it."""
    plain = _CODE.sub(r"\\u00\1", text)
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
    """Say which alerts are missing or too many, and which texts differ."""
    fired = dict(map(_alert, _ALERT.finditer(got)))
    wanted = {labels: dict(annotations) for labels, annotations in check.alerts}
    missing = [f"there is no alert {labels}" for labels in wanted if labels not in fired]
    extra = [f"there is also {labels}" for labels in fired if labels not in wanted]
    other = [
        f"`{key}` is {_quoted(fired[labels].get(key))} instead of {_quoted(wanted[labels].get(key))}"
        for labels in wanted.keys() & fired.keys()
        for key in sorted(wanted[labels].keys() | fired[labels].keys())
        if wanted[labels].get(key) != fired[labels].get(key)
    ]
    return "; ".join([*missing, *extra, *other]) if fired else "nothing fires"


def _alert(match: re.Match[str]) -> tuple[Labels, dict[str, str]]:
    labels, annotations = (
        {name: _unquoted(value) for name, value in _PAIR.findall(match[part])} for part in ("labels", "annotations")
    )
    labels.pop("alertname", None)
    return Labels.of(labels), annotations


def _quoted(text: str | None) -> str:
    return "missing" if text is None else f'"{text}"'

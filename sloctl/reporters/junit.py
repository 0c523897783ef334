"""JUnit XML, which most CI systems show as test results: one test suite a file, one failed case a finding."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from sloctl.core.finding import Finding
from sloctl.reporters._reporter import Reporter, Run, one_line


def _render(findings: Sequence[Finding], run: Run) -> str:
    ordered = sorted(findings, key=lambda finding: finding.sort_key)
    by_file = groupby(ordered, key=lambda finding: finding.at.source.path)
    suites = "".join(_suite(path, list(group)) for path, group in by_file)
    total = len(findings)
    passed = "" if findings else f'  <testsuite name="sloctl" tests="1" failures="0">{_PASSED}</testsuite>\n'
    head = f'<testsuites name="sloctl" tests="{total or 1}" failures="{total}" time="{run.seconds:.3f}">'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{suites}{passed}</testsuites>\n'


_PASSED = '<testcase name="lint" classname="sloctl"/>'


def _suite(path: str, findings: list[Finding]) -> str:
    cases = "".join(_case(finding) for finding in findings)
    count = len(findings)
    return f'  <testsuite name={_attribute(path)} tests="{count}" failures="{count}">\n{cases}  </testsuite>\n'


def _case(finding: Finding) -> str:
    name = _attribute(f"{finding.problem.code} {finding.problem.name} at {finding.at}")
    kind, message = _attribute(finding.severity.value), _attribute(finding.message)
    body = escape(one_line(f"{finding.at}: {finding.message} {finding.help}".strip()))
    failure = f"<failure type={kind} message={message}>{body}</failure>"
    return f"    <testcase name={name} classname={_attribute(finding.at.source.path)}>{failure}</testcase>\n"


def _attribute(text: str) -> str:
    return quoteattr(one_line(text))


REPORTER = Reporter("junit", "JUnit XML, for CI systems", _render)

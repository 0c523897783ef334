"""What makes two findings of two runs the same one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256

from sloctl.core.finding import Finding


def fingerprints(findings: Sequence[Finding]) -> Iterator[tuple[Finding, str]]:
    """Pair each finding with a text that survives moved lines and moved files: code, rule and expression.

    A finding about a file has its path and message instead. Equal ones are numbered in their order.
    """
    seen: Counter[str] = Counter()
    for finding in findings:
        what = (finding.subject, finding.basis) if finding.subject else (finding.at.source.path, finding.message)
        digest = sha256("\0".join((finding.problem.code, *what)).encode()).hexdigest()[:32]
        seen[digest] += 1
        yield finding, digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"

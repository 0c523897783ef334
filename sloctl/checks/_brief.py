"""What is kept of a rule for checks that look at all files at once: small, and free to cross a process boundary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sloctl.core.source import Location


@dataclass(frozen=True, kw_only=True)  # without slots, whose pickling is slow
class Brief:
    """A rule in brief. `labels` are the static ones, templates included as text; `metrics` those the query reads.

    `notify` is `page`, `ticket`, `nobody` or nothing. `hold_ms` is `for` in milliseconds. `bound` is set where the
    condition is just one comparison with a constant: the normal form of what is compared, the operator, the constant.
    `guards` are the metrics whose absence it notices; `recorded_at` are those named like recorded series (`a:b`), each
    with the place where the query reads it first. For those that read one, `asked` are the labels that its texts use.
    """

    name: str
    is_alert: bool
    native: bool
    normal: str
    bound: tuple[str, str, float] | None
    metrics: frozenset[str]
    guards: frozenset[str]
    recorded_at: Mapping[str, Location]
    asked: Mapping[str, Location]
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    notify: str
    hold_ms: int
    file: str
    group: str
    index: int
    subject: str
    at_name: Location
    at_expr: Location
    at_annotations: Mapping[str, Location]

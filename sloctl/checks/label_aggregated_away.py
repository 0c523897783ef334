"""A text that uses a label which the query drops.

**What it finds.** Labels in summaries, descriptions and templated labels that no series of the result can have, because
an aggregation, an `on (…)`, `absent` or a scalar has dropped them, or a branch of an `or` lacks them, be it in the
alert or in the recording rules that it reads, as far as they are linted too. Left alone are labels that the template
asks for first (`{{ if $labels.x }}`) and the `external_labels` of the settings. A default for missing series
(`(sum by (queue) (x) or vector(0)) > 5`) does not count as a branch.

**Why it wakes people up.** The page says "queue  on  is too long". Whoever is called must first find out which queue,
on which machine.

**What to do.** Keep the label in the query (`sum by (queue) (…)`), or take it out of the text.

**Sources.** Prometheus documentation, aggregation operators and vector matching.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sloctl.checks._brief import Brief
from sloctl.checks._check import ERROR, Bad, Check, FileView, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._recorded import Recordings, recordings_in, recordings_of, tree_of
from sloctl.checks._rule import Rule, Template
from sloctl.checks._templates import used_labels
from sloctl.core.finding import Note
from sloctl.gotemplate.records import Use
from sloctl.promql.defaults import without_defaults
from sloctl.promql.labels import dropped_by, surviving_labels
from sloctl.promql.shape import alternatives
from sloctl.promql.tree import Aggregate, Binary, Call, Matching, Node, Selector


def run(file: FileView, context: Context) -> Iterator[Hit]:
    """Report each label of the texts of an alert that the query has dropped, once, with the other places as notes."""
    recordings = recordings_of(file)
    for alert in (rule for group in file.groups for rule in group.rules if rule.is_alert and rule.root):
        places = used_labels(alert, context)
        for label, blamed in _dropped(alert.root, places, recordings):
            yield _hit(alert, label, _Loss(alert, blamed, recordings), places[label])


def together(briefs: Sequence[Brief], _context: Context) -> Iterator[Hit]:
    """Report the labels that are lost in recording rules of other files."""
    asking = [brief for brief in briefs if brief.asked]
    recordings = recordings_in(briefs if asking else ())
    for alert in asking:
        own: Recordings[Brief] | None = None
        for label, blamed in _dropped(tree_of(alert), alert.asked, recordings):
            own = own or recordings_in(brief for brief in briefs if brief.file == alert.file)
            is_said = any(label == lost for lost, _ in _dropped(tree_of(alert), alert.asked, own))
            if not is_said and isinstance(blamed, Selector):
                recording = recordings.rules[blamed.metric or ""][0]
                notes = (Note("it is recorded here", recording.at_expr),)
                yield Hit(at=alert.asked[label], message=_message(label, _recorded_without(recording.name)),
                          help=_advice(label, recording.name), notes=notes, about=alert)  # fmt: skip


def _dropped(root: Node | None, labels: Iterable[str], recordings: Recordings[Any]) -> Iterator[tuple[str, Node]]:
    """Yield the labels that some branch of a condition cannot have, each with the part that drops it."""
    branches = [without_defaults(branch) for branch in alternatives(root)] if root and labels else []
    kept = [(branch, surviving_labels(branch, recordings)) for branch in branches]
    for label in labels:
        losing = next((branch for branch, survivors in kept if not survivors.may_have(label)), None)
        if losing and (blamed := dropped_by(losing, label, recordings)):
            yield label, blamed


@dataclass(frozen=True, slots=True)
class _Loss:
    """Where a label is lost: a part of the alert's expression, which may be a series that a rule records."""

    alert: Rule
    part: Node
    recordings: Recordings[Rule]

    @property
    def rule(self) -> Rule | None:
        """The recording rule that drops the label; None when the alert's own expression does."""
        if not isinstance(self.part, Selector):
            return None
        return next(iter(self.recordings.rules.get(self.part.metric or "", ())), None)


def _hit(alert: Rule, label: str, loss: _Loss, found: list[tuple[Template, Use]]) -> Hit:
    (template, first), *others = found
    recording = loss.rule
    reason = _recorded_without(recording.name.value) if recording else _reason(alert, loss.part)
    notes = [Note("the query loses it here", alert.expr.at(_place(loss.part)))]
    notes += [Note("it is recorded here", recording.expr.at())] if recording else []
    notes += [Note("and here", other.text.at((use.start, use.end))) for other, use in others]
    advice = _advice(label, recording.name.value if recording else "")
    return Hit(at=template.text.at((first.start, first.end)), message=_message(label, reason), help=advice,
               notes=tuple(notes), about=alert)  # fmt: skip


def _message(label: str, reason: str) -> str:
    return f"`{label}` is always empty here: {reason}"


def _recorded_without(recording: str) -> str:
    return f"`{recording}` is recorded without it"


def _advice(label: str, recording: str) -> str:
    where = f"the recording rule `{recording}`" if recording else "the query"
    return f"keep `{label}` in {where}, or take it out of the text"


def _reason(alert: Rule, blamed: Node) -> str:
    start, end = _place(blamed)
    written = " ".join(alert.expr.value[start:end].split())
    match blamed:
        case Aggregate(modifier=None):
            reason = f"`{blamed.op}` without `by` drops all labels"
        case Aggregate():
            reason = f"`{blamed.op} {written}` drops it"
        case Call(function="absent" | "absent_over_time"):
            reason = f"`{blamed.function}` only has labels that its selector pins with `=`"
        case Call():
            reason = f"`{blamed.function}(…)` has no such label"
        case Selector():
            reason = "the selector asks for series without it"
        case Binary(matching=Matching()):
            reason = f"`{written}` drops it"
        case _:
            reason = f"`{written}` has no labels"
    return reason


def _place(blamed: Node) -> tuple[int, int]:
    match blamed:
        case Aggregate():
            return blamed.modifier_at or blamed.op_at
        case Call():
            return blamed.name_at
        case Binary() if blamed.matching:
            return blamed.matching.place
    return blamed.place


CHECK = Check(
    code="C308",
    name="label-aggregated-away",
    severity=ERROR,
    scope=Scope.FILE,
    run=run,
    together=together,
    cases=(
        Bad("""
            - alert: QueueLong
              expr: sum by (queue) (queue_length) > 100
              annotations:
                summary: "{{ $labels.queue }} on {{ $labels.instance }} is long"
                #                                           ^^^^^^^^ `instance` is always empty here: `sum by (queue)` drops it
                description: "See {{ .Labels.instance }}"
            - alert: ManyErrors
              expr: sum(rate(errors_total[5m])) > 5
              annotations:
                summary: Errors in {{ $labels.job }}
                #                             ^^^ `job` is always empty here: `sum` without `by` drops all labels
        """),  # noqa: E501 - the message stands under its place
        Bad("""
            - alert: QueueGone
              expr: absent(queue_length{job=~"api|web", cluster="one"})
              annotations:
                summary: The queue of {{ $labels.job }} in {{ $labels.cluster }} is gone
                #                                ^^^ `job` is always empty here: `absent` only has labels that its selector pins with `=`
            - alert: QueueMixed
              expr: sum by (queue, pod) (queue_length) > 100 or sum by (queue) (queue_age) > 5
              labels:
                where: "{{ $labels.queue }}/{{ $labels.pod }}"
                #                                      ^^^ `pod` is always empty here: `sum by (queue)` drops it
        """),  # noqa: E501 - the message stands under its place
        Bad("""
            - alert: Lagging
              expr: queue_length / on (queue) sum by (queue, rack) (queue_limit) > 1
              annotations:
                summary: "{{ $labels.queue }} in {{ $labels.rack }} lags"
                #                                           ^^^^ `rack` is always empty here: `on (queue)` drops it
            - alert: Late
              expr: vector(time()) > 5
              annotations:
                summary: "{{ $labels.job }} is late"
                #                    ^^^ `job` is always empty here: `vector(…)` has no such label
        """),
        Bad("""
            - record: queue:jobs:rate5m
              expr: sum by (queue) (rate(jobs_total[5m]))
            - record: queue:jobs:share
              expr: queue:jobs:rate5m / ignoring (queue) group_left () sum(queue:jobs:rate5m)
              labels: {unit: share}
            - alert: QueueHogs
              expr: queue:jobs:share > 0.9
              annotations:
                summary: "{{ $labels.queue }} ({{ $labels.unit }}) of {{ $labels.instance }} takes all"
                #                                                                ^^^^^^^^ `instance` is always empty here: `queue:jobs:share` is recorded without it
        """),  # noqa: E501 - the message stands under its place
        Good("""
            - record: queue:jobs:rate5m
              expr: sum by (queue) (rate(jobs_total[5m]))
            - record: queue:jobs:rate5m
              expr: sum by (instance) (rate(other_jobs_total[5m]))
            - alert: QueueIdle
              expr: queue:jobs:rate5m == 0 and queue_length{queue="a"} > 5
              annotations:
                summary: "{{ $labels.queue }} of {{ $labels.instance }} is idle"
        """),
        Good("""
            - alert: QueueLong
              expr: sum without (pod) (queue_length) > 100 and on (queue) sum by (queue) (rate(jobs_total[5m])) == 0
              annotations:
                summary: "{{ $labels.queue }} of {{ $labels.instance }} is long"
            - alert: BackupOld
              expr: time() - backup_last_success_timestamp_seconds{job="backup"} > 86400
              annotations:
                summary: "{{ $labels.instance }} has no backup"
        """),
        Good("""
            - alert: QueueLong
              expr: |
                sum by (queue) (queue_length) * on (queue) group_left (owner) queue_info > 100
                or label_replace(sum(queue_length_all), "owner", "us", "", "") > 1000
              annotations:
                summary: '{{ $labels.owner }}{{ if $labels.queue }} and {{ $labels.queue }}{{ end }}'
            - alert: QueueGrows
              expr: increase((max without (pod) (queue_length_total) or 0 * absent(queue_length_total))[15m:1m]) > 100
              annotations:
                summary: '{{ $labels.queue }}'
            - alert: Many
              expr: count(queue_length > 100) > 3
              annotations:
                summary: '{{ range query "queue_length > 100" }}{{ .Labels.queue }} {{ end }}'
        """),
        Good("""
            - alert: QueueLong
              expr: max(queue_length) > 100
              annotations:
                summary: '{{ $labels.cluster }}: the queue is long'
        """, {"external_labels": frozenset({"cluster"})}),
    ),
)

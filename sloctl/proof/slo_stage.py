"""An SLO on stage: its clock, its traffic, its alerts, and what the recorded windows must hold at a moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from functools import cached_property
from itertools import chain

from sloctl.core.duration import Duration
from sloctl.model import names
from sloctl.model.burn import Tier
from sloctl.model.rules import Alerting
from sloctl.model.service import Service, Slo
from sloctl.model.windows import Level
from sloctl.promql.errors import PromqlError
from sloctl.promql.literals import quote
from sloctl.promql.parse import parse
from sloctl.promql.tree import Binary, Call, Node, Number, Selector, unwrap, walk
from sloctl.proof.case import Case, Check, Labels, Series
from sloctl.proof.flow import Flow, Phase, events, length
from sloctl.proof.labels import selects
from sloctl.proof.sli._feed import Supply, steps_per_base
from sloctl.proof.watch import Firing, Watch

NO_DATA = "no_data"
_FROM_NOTHING = frozenset({"vector", "absent", "absent_over_time"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """On what the scripts run.

    `is_closed` tells whether a range includes its left edge, as before Prometheus 3: a gauge then has a sample more.
    `is_beside_all` tells that all rules of the file run beside those under test, as with kept files: a window that they
    compute cannot be fed then.
    """

    is_closed: bool
    is_beside_all: bool = False


@dataclass(frozen=True, kw_only=True)
class SloStage:
    """An SLO with the rules that were planned for it (by tier), and the series that feed it.

    `levels` are the windows that are recorded, `scrape` is the scrape interval of the settings.
    """

    service: Service
    slo: Slo
    rules: dict[str, Alerting] = field(repr=False)
    supply: Supply = field(repr=False)
    levels: tuple[Level, ...] = field(repr=False)
    scrape: Duration
    ground: Ground

    @property
    def name(self) -> str:
        """The name of the SLO in the report."""
        return self.slo.name

    @property
    def per_base(self) -> int:
        """The number of steps in a base window."""
        return steps_per_base(self.slo.base, self.scrape)

    @property
    def step(self) -> Duration:
        """The time from sample to sample."""
        return Duration(self.slo.base.ms // self.per_base)

    def lag(self, seconds: Decimal) -> Decimal:
        """Return how much later than by the formulas the windows see a change that began so many seconds ago.

        Counters are read over one scrape more than the window, which dilutes the newest tile; a gauge may have to wait
        for its next sample.
        """
        shared = self.scrape.seconds if self.supply.overlaps else Decimal(0)
        diluted = shared * min(Decimal(1), seconds / self.slo.base.seconds)
        return self.step.seconds if self.supply.is_sampled or self.supply.fed else diluted

    @cached_property
    def watches(self) -> dict[str, Watch]:
        """The alerts under test, by tier; `no_data` among them."""
        return {tier: Watch(f"{self.name}/{tier}", rule) for tier, rule in self.rules.items()}

    @property
    def is_silent(self) -> bool:
        """Whether nothing is recorded where there are no series, so that recordings can be fed beside all rules."""
        nodes = chain.from_iterable(walk(parse(text).root) for text in (self.slo.sli.bad, self.slo.sli.total))
        return not any(isinstance(node, Call) and node.function in _FROM_NOTHING for node in nodes)

    def group(self, index: int = 0) -> dict[str, str]:
        """Return the labels of a group of the SLO."""
        labels = dict(self.supply.parts(index)[0].labels.pairs)
        return {label: labels[label] for label in self.slo.by}

    def selector(self, metric: str) -> str:
        """Select what the SLO records under a name."""
        return f"{metric}{{{names.SERVICE}={quote(self.service.name)}, {names.SLO}={quote(self.name)}}}"

    def recording(self, metric: str) -> Labels:
        """Return the labels of what the SLO records under a name, for its first group."""
        identity = {"__name__": metric, names.SERVICE: self.service.name, names.SLO: self.name}
        return Labels.of(identity, self.group())

    def steps(self, time: Duration) -> int:
        """Count the steps in a time, rounded up."""
        return -(-time.ms // self.step.ms)

    def time(self, steps: int) -> Duration:
        """Return the time that so many steps take."""
        return self.step * steps

    def threshold(self, tier: Tier) -> Decimal:
        """Return the error ratio above which a tier fires."""
        return tier.threshold(self.slo.error_budget)

    @property
    def smallest_threshold(self) -> Decimal:
        """The error ratio that no tier tolerates less of."""
        return min((self.threshold(tier) for tier in self.slo.tiers), default=self.slo.error_budget)

    def traffic(self, share: Decimal, steps: int) -> Decimal:
        """Return events per step, enough that this share of them fills the floor twice in so many steps."""
        if self.supply.is_ratio:
            return Decimal(1) / self.per_base
        needed = 2 * self.slo.min_bad_events / (share * steps * self.supply.weight)
        if self.supply.is_sampled:
            return max(Decimal(1), needed.to_integral_value(ROUND_CEILING))
        return _round_up(max(needed, Decimal(10)))

    def mixed(self, steps: int, traffic: Decimal, bad_share: Decimal) -> Phase:
        """Return a phase of even traffic with this share of failures, which is written with few digits."""
        bad = (traffic * bad_share).quantize(Decimal("1e-9")).normalize()
        return Phase(steps, traffic - bad, bad)

    def floor_seconds(self, traffic: Decimal, bad_share: Decimal) -> Decimal:
        """Return how long it takes until the floor of bad events is reached."""
        return self.slo.min_bad_events * self.step.seconds / (traffic * bad_share * self.supply.weight)

    def recorded(self, flow: Flow, window: Duration, at: Duration) -> tuple[float, float]:
        """Return bad and total of a window as the rules record them: a sum of base windows.

        At a whole number of base windows after every change, and after the first base window.
        """
        end, weight = at.ms // self.step.ms, float(self.supply.weight)
        if self.supply.fed:
            bad, total = events(flow, end - self.steps(window), end)
            return float(bad), float(total)
        # A gauge has its first sample at 0, where a counter has not grown yet.
        oldest = max(end - self.steps(window), -1 if self.supply.is_sampled else 0)
        ends = range(end, oldest, -self.per_base)
        tiles = [self._tile(flow, last) for last in ends]
        return sum(bad for bad, _ in tiles) * weight, sum(total for _, total in tiles) * weight

    def _tile(self, flow: Flow, last: int) -> tuple[float, float]:
        """Return bad and total of a base window that ends at a sample."""
        if self.supply.is_sampled:
            return self._samples(flow, last)
        length = self.slo.base + (self.scrape if self.supply.overlaps else Duration(0))
        first = max(last - length.ms // self.step.ms, 0)
        outside = length.ms / self.step.ms - (last - first)
        # `increase` takes the edge for a continuation when it is less than 1.1 steps away, else adds half a step.
        spanned = (last - first) + (outside if outside < 1.1 else 0.5)
        factor = spanned / (last - first) * self.slo.base.ms / length.ms
        bad, total = events(flow, first, last)
        return float(bad) * factor, float(total) * factor

    def _samples(self, flow: Flow, last: int) -> tuple[float, float]:
        """Count samples of gauges: the sample on the left edge only where ranges are closed."""
        first = last - self.per_base
        bad, total = events(flow, max(first - self.ground.is_closed, 0), last)
        if first > 0 or (first == 0 and not self.ground.is_closed):
            return float(bad), float(total)
        begin = events(flow, 0, 1)  # sample 0 shows what the first step does
        return float(bad + begin[0]), float(total + begin[1])

    def firing(self, tier: Tier, flow: Flow, at: Duration, group: int = 0) -> Firing | None:
        """Return how a tier fires at a moment, None when it does not."""
        windows = (tier.long, tier.short)
        bad, total = zip(*(self.recorded(flow, window, at) for window in windows), strict=True)
        limit = float(self.threshold(tier))
        fires = all(b > limit * t for b, t in zip(bad, total, strict=True)) and bad[0] >= self.slo.min_bad_events
        return Firing(labels=self.group(group), value=bad[0], query=self._answers(flow, at)) if fires else None

    def _answers(self, flow: Flow, at: Duration) -> Callable[[str], float | None]:
        known: dict[str, float] = {}
        for window in {each for tier in self.slo.tiers for each in (tier.long, tier.short)}:
            bad, total = self.recorded(flow, window, at)
            known |= {names.bad_events(window): bad, names.total_events(window): total}

        def answer(expr: str) -> float | None:
            try:
                return _calculated(parse(expr).root, known)
            except PromqlError:
                return None

        return answer

    def case(self, name: str, reason: str, series: Iterable[Series], checks: Iterable[Check]) -> Case:
        """Return a case with the clock of this SLO."""
        return Case(name=f"{self.name}: {name}", reason=reason, step=self.step, series=tuple(series),
                    checks=tuple(checks))  # fmt: skip

    def end(self, flow: Flow) -> Duration:
        """Return the time at which a flow ends."""
        return self.time(length(flow))


def is_portable(stage: SloStage, series: Iterable[Series]) -> bool:
    """Tell whether texts can be compared beside all rules of the service, and with every promtool.

    Not where another SLO of the service reads one of the series, so that alerts of the same name may fire for it; nor
    for gauges, because versions differ in the number of samples in a window.
    """
    others = [slo for slo in stage.service.slos if slo.name != stage.slo.name]
    texts = chain.from_iterable((slo.sli.bad, slo.sli.total) for slo in others)
    found = [node for text in texts for node in walk(parse(text).root) if isinstance(node, Selector)]
    is_crowded = any(selects(selector, each.labels) for each in series for selector in found)
    return not is_crowded and not stage.supply.is_sampled


def _calculated(node: Node, known: dict[str, float]) -> float | None:
    bare = unwrap(node)
    match bare:
        case Number():
            return bare.value
        case Selector():
            return known.get(bare.metric or "")
        case Binary(op="*" | "/"):
            left, right = _calculated(bare.left, known), _calculated(bare.right, known)
            if left is None or right is None or (bare.op == "/" and not right):
                return None
            return left * right if bare.op == "*" else left / right
    return None


def _round_up(value: Decimal) -> Decimal:
    """Return the next of 1, 2, 5, 10, 20, 50 and so on."""
    power = Decimal(1).scaleb(value.adjusted())
    return next(power * digit for digit in (1, 2, 5, 10) if power * digit >= value)

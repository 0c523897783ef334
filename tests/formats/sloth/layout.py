"""Rules as Sloth lays them out, written here from its description, to fire beside ours in one promtool test."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
PAIRS = {"page": (("5m", "1h", 14.4), ("30m", "6h", 6.0)), "ticket": (("2h", "1d", 3.0), ("6h", "3d", 1.0))}
"""Short window, long window and factor at 30d."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """An SLO as Sloth would write it: the ratio of a window has `{{.window}}` in it."""

    ratio: str
    budget: float
    pairs: dict[str, tuple[tuple[str, str, float], ...]]

    def rules(self) -> dict[str, object]:
        """Return the content of a rule file."""
        labels = {"sloth_id": "shop-orders", "sloth_service": "shop", "sloth_slo": "orders"}
        used = dict.fromkeys(window for pairs in self.pairs.values() for pair in pairs for window in pair[:2])
        recordings = [
            {
                "record": f"slo:sli_error:ratio_rate{window}",
                "expr": self.ratio.replace("{{.window}}", window),
                "labels": labels | {"sloth_window": window},
            }
            for window in used
        ]
        alerts = [
            {"alert": "ShopBurns", "expr": self._alert(pairs), "labels": {"sloth_severity": severity}}
            for severity, pairs in self.pairs.items()
        ]
        groups = [{"name": "sli", "rules": recordings}, {"name": "alerts", "rules": alerts}]
        return {"groups": groups}

    def _alert(self, pairs: tuple[tuple[str, str, float], ...]) -> str:
        return " or ignoring (sloth_window) ".join(
            "(" + " and ignoring (sloth_window) ".join(self._exceeds(window, factor) for window in (short, long)) + ")"
            for short, long, factor in pairs
        )

    def _exceeds(self, window: str, factor: float) -> str:
        return f'(slo:sli_error:ratio_rate{window}{{sloth_id="shop-orders"}} > ({factor} * {self.budget}))'


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Input series of a test, one sample in 30s, and how long it lasts in minutes."""

    series: dict[str, str]
    minutes: int


def write_test(folder: Path, files: list[str], scene: Scene, expected: dict[str, bool]) -> Path:
    """Write a promtool test: at every minute, page and ticket of both fire alike, give or take one evaluation.

    `expected` says whether page and ticket fire at all, so that two silences are told from agreement.
    """
    firing = {
        kind: (f'ALERTS{{alertname="ShopBurns", sloth_severity="{kind}", alertstate="firing"}}',
               f'ALERTS{{slo_service="shop", notify="{kind}", alertstate="firing"}}')
        for kind in ("page", "ticket")
    }  # fmt: skip
    checks = []
    for kind, (original, ours) in firing.items():
        for one, other in ((original, ours), (ours, original)):
            checks.append(_at_any_time(_ahead(one, other), scene, expected=False))
        checks.append(_at_any_time(_fires(original), scene, expected=expected[kind]))
    series = [{"series": name, "values": values} for name, values in scene.series.items()]
    test = {"interval": "30s", "input_series": series, "promql_expr_test": checks}
    path = folder / "test.yml"
    path.write_text(yaml.safe_dump({"rule_files": files, "evaluation_interval": "1m", "tests": [test]}))
    return path


def _at_any_time(expr: str, scene: Scene, *, expected: bool) -> dict[str, object]:
    """Expect whether an expression was ever 1, looked at each minute."""
    ever = f"max_over_time(({expr})[{scene.minutes - 2}m:1m])"
    samples = [{"labels": "{}", "value": int(expected)}]
    return {"expr": ever, "eval_time": f"{scene.minutes}m", "exp_samples": samples}


def _fires(alerts: str) -> str:
    return f"((count({alerts}) or vector(0)) > bool 0)"


def _ahead(one: str, other: str) -> str:
    """Tell whether `one` fired a minute ago, and `other` neither then nor an evaluation before or after."""
    return f"last_over_time({_fires(one)}[1m:1m] offset 1m) > bool max_over_time({_fires(other)}[2m:1m])"

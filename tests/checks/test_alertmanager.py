"""The routing tree: the same receivers as `amtool config routes test`, and what is unknown stays unknown."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from sloctl.checks._alertmanager import Route, possible_routes, read_routes
from sloctl.checks._rule import Rule
from sloctl.core.errors import UsageError
from sloctl.core.source import Source
from sloctl.core.yamlread import parse_yaml
from sloctl.pipeline.lint.read import read_file
from sloctl.pipeline.lint.settings import lint_config
from sloctl.pipeline.settings import Settings

CONFIG = dedent("""
    route:
      receiver: default
      routes:
        - receiver: audit
          matchers: ['env = prod']
          continue: true
        - matchers: ['{severity=~"crit.*|page", team!="db"}']
          receiver: pager
          routes:
            - match: {team: shop}
              receiver: shop
            - match_re: {team: mail|sms}
        - matchers: ["severity !~ \\"crit.*\\"", 'team = "a,b"', 'note = "say \\"hi\\""']
          receiver: odd
        - matchers: ['team=""']
          receiver: orphans
    receivers:
      - {name: default}
      - {name: audit, webhook_configs: [{url: "http://localhost:1"}]}
      - {name: pager, pagerduty_configs: [{routing_key: x}]}
      - {name: shop, email_configs: [{to: a@acme.net, from: b@acme.net, smarthost: "localhost:25"}]}
      - {name: odd}
      - {name: orphans}
""")

LABELS = [
    {"severity": "critical", "team": "shop"},
    {"severity": "critical", "team": "mail"},
    {"severity": "page", "team": "mails"},
    {"severity": "critical", "team": "db"},
    {"severity": "critical"},
    {"severity": "warning"},
    {"severity": "warning", "team": "db", "env": "prod"},
    {"env": "prod", "severity": "page", "team": "shop"},
    {"severity": "notcritical", "team": "a,b", "note": 'say "hi"'},
    {"severity": "warning", "team": "a,b", "note": "say hi"},
]


def routes(text: str = CONFIG) -> Route:
    """Read a configuration."""
    return read_routes(parse_yaml(Source("alertmanager.yml", text))[0][0].data)


def rule(labels: dict[str, str], expr: str = "sum(x) > 1") -> Rule:
    """Build an alert with labels; its expression brings none unless told otherwise."""
    written = "".join(f"\n          {key}: '{value}'" for key, value in labels.items())
    text = (
        f"groups:\n  - name: g\n    rules:\n      - alert: A\n        expr: {expr}\n        labels:{written or ' {}'}\n"
    )
    view, _, _ = read_file("a.yml", parse_yaml(Source("a.yml", text))[0])
    return view.groups[0].rules[0]


def receivers(root: Route, alert: Rule, *external: str) -> list[str]:
    """Return the names of the receivers an alert can end at."""
    return [route.receiver.name for route in possible_routes(root, alert, frozenset(external))]


@pytest.mark.parametrize("labels", LABELS, ids=lambda labels: ",".join(labels.values()))
def test_known_labels_end_where_amtool_says(
    labels: dict[str, str], tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """For labels that are all known, the receivers are those of Alertmanager's own tool."""
    (tmp_path / "am.yml").write_text(CONFIG)
    pairs = [f"{key}={json.dumps(value)}" for key, value in {**labels, "alertname": "A"}.items()]
    command = [tool("amtool"), "config", "routes", "test", f"--config.file={tmp_path / 'am.yml'}", *pairs]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.strip().split(",") == receivers(routes(), rule(labels))


def test_a_label_that_the_series_may_bring_leaves_all_ways_open() -> None:
    """An unknown label may match or not, so both ends are possible."""
    assert ["audit", "shop", "pager", "pager", "orphans", "default"] == receivers(
        routes(), rule({"severity": "critical"}, "x > 1")
    )


@pytest.mark.parametrize(
    ("alert", "external"),
    [
        (rule({"severity": "warning", "team": "{{ $labels.team }}"}), ()),
        (rule({"severity": "warning"}), ("team",)),
        (rule({"severity": "warning"}, "sum by (team) (x) > 1"), ()),
    ],
    ids=["template", "external label", "grouped"],
)
def test_labels_of_the_server_are_unknown(alert: Rule, external: tuple[str, ...]) -> None:
    """A templated, an external and a kept label can have any value."""
    assert ["orphans", "default"] == receivers(routes(), alert, *external)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("receivers: []", "it has no `route` with a `receiver`"),
        ("route: {receiver: gone}", "a route names the receiver `gone`, which is not there"),
        (
            "route: {receiver: a, routes: [{matchers: ['severity']}]}\nreceivers: [{name: a}]",
            "`severity` is no matcher",
        ),
        ("route: [", "alertmanager.yml"),
    ],
)
def test_a_broken_configuration_is_a_usage_error(text: str, message: str, tmp_path: Path) -> None:
    """A configuration that Alertmanager would refuse stops the run and says why."""
    (tmp_path / "alertmanager.yml").write_text(text)
    with pytest.raises(UsageError, match=r"alertmanager\.yml") as raised:
        lint_config(settings(tmp_path), date(2026, 11, 23))
    assert message in str(raised.value)


def test_the_settings_name_the_configuration(tmp_path: Path) -> None:
    """`lint.alertmanager` is read, relative to the settings."""
    (tmp_path / "alertmanager.yml").write_text(CONFIG)
    context = lint_config(settings(tmp_path), date(2026, 11, 23)).context
    assert routes() == context.alertmanager


def test_a_missing_configuration_is_a_usage_error(tmp_path: Path) -> None:
    """A path that leads nowhere stops the run."""
    with pytest.raises(UsageError, match=r"cannot read `alertmanager\.yml`"):
        lint_config(settings(tmp_path), date(2026, 11, 23))


def settings(root: Path) -> Settings:
    """Return settings that name a configuration in a folder."""
    document = parse_yaml(Source("sloctl.yaml", "lint: {alertmanager: alertmanager.yml}"))[0][0]
    return Settings(root=root, document=document)

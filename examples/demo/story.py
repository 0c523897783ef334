"""The night of the robot loop, told on real servers: from the counter to the pager, and to the end of it.

The example spec of the SMS help line is compiled as it is, but for one thing: an hour is made short, because the alert
cannot end before the messages have left its window.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from demo.gateway import JOB, Gateway, serving
from demo.process import wait_until
from demo.receivers import filled
from demo.screen import BAD, GOOD, PLAIN, STRONG, Screen, bar
from demo.servers import alertmanager, alerts, prometheus, query
from demo.webhook import Notification, Webhook, listening
from sloctl.core.duration import Duration

SPEC = Path(__file__).parents[1] / "sms-helpline.yaml"
ALERT = "SmsVolumeRunaway"
LIMIT = 5000
HOUR = (("over: 1h", "over: {window}"), ("were sent in an hour", "were sent in {window}"))
"""Where the spec of the alert says an hour, and what the copy says instead."""

PATIENCE = 60.0
"""Seconds after which what should have happened will not, on top of the time it takes by itself."""
STYLES = {"quiet": PLAIN, "firing": BAD}


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """Everything the story is about.

    `count` is the PromQL that the alert compares with its limit, `window` how far it looks back, `since` when the watch
    began, on the monotonic clock.
    """

    screen: Screen
    gateway: Gateway
    pager: Webhook
    prometheus: str
    count: str
    window: Duration
    since: float

    def state(self) -> str:
        """Return the alert's state in Prometheus."""
        found = alerts(self.prometheus, ALERT)
        return found[0].state if found else "quiet"

    def look(self) -> None:
        """Print a line: the time, the messages in the window, and the alert's state."""
        found, state = query(self.prometheus, self.count), self.state()
        sent = found[0].value if found else 0.0
        seconds = time.monotonic() - self.since
        self.screen.line(f"  {seconds:4.0f} s {sent:8,.0f} SMS  {bar(sent, LIMIT)}  {state}", STYLES.get(state, PLAIN))

    def watch(self, until: Callable[[], bool], every: float) -> None:
        """Look at regular times until something is true; raise `TimeoutError` when it does not come true."""
        patience = float(self.window.seconds) + PATIENCE
        deadline = time.monotonic() + patience
        while not until():
            if time.monotonic() > deadline:
                raise TimeoutError(f"what was waited for did not happen in {patience:g} s")
            self.look()
            time.sleep(every)
        self.look()

    def notified(self, status: str) -> Notification:
        """Wait until somebody was told of the alert, and return what was said."""
        received = wait_until(lambda: self.pager.received(ALERT, status), PATIENCE, f"the notification ({status})")
        return received[0]


def tell(screen: Screen, folder: Path, window: Duration) -> None:
    """Tell the story with an alert that looks back so far, and keep all files in a folder.

    Raises `ServerError` when a server does not start, `TimeoutError` when something does not happen.
    """
    screen.line("The night two robots texted each other, on real servers. Nobody is texted.", STRONG)
    compile_spec(screen, folder, window)
    with staged(screen, folder, window) as night:
        begin(night)
        loop(night)
        ring(night)
        recover(night)


def compile_spec(screen: Screen, folder: Path, window: Duration) -> None:
    """Compile the example for Prometheus and for Alertmanager, with the hour of its alert made short."""
    text = SPEC.read_text(encoding="utf-8")
    for said, instead in HOUR:
        if text.count(said) != 1:
            raise ValueError(f"{SPEC.name} says {said!r} {text.count(said)} times; the demo expects it once")
        text = text.replace(said, instead.format(window=window))
    (folder / SPEC.name).write_text(text, encoding="utf-8")
    screen.heading("The spec is compiled")
    screen.say(
        f"examples/{SPEC.name} asks for a page when more than {LIMIT} messages are sent in an hour. So that the end "
        f"can be seen too, an hour lasts {window} in this demo; the rest of the spec is as it is."
    )
    for target in ("prometheus", "alertmanager"):
        arguments = ["compile", SPEC.name, "--target", target, "--output", target]
        screen.line(f"  $ sloctl {' '.join(arguments)}")
        subprocess.run([sys.executable, "-m", "sloctl", "--quiet", *arguments], cwd=folder, check=True)


@contextmanager
def staged(screen: Screen, folder: Path, window: Duration) -> Iterator[Night]:
    """Run the gateway, a pager that listens, and the servers between them."""
    rules = folder / "prometheus" / SPEC.with_suffix(".yml").name
    routes = (folder / "alertmanager" / "alertmanager.yml").read_text(encoding="utf-8")
    expr = _expression(rules)
    screen.line(f"  alert: {ALERT}")
    screen.line(f"  expr:  {expr}", STRONG)
    screen.heading("The servers start")
    gateway = Gateway()
    with (
        serving(gateway) as target,
        listening() as pager,
        alertmanager(filled(routes, pager.url)) as router,
        prometheus(scrapes={JOB: target}, rules=[rules], alertmanager=router.url) as server,
    ):
        screen.field("gateway", f"http://{target}/metrics counts messages, sends none")
        screen.field("Prometheus", f"{server.url} scrapes and evaluates each second")
        screen.field("Alertmanager", f"{router.url} routes as compiled, but at once")
        screen.field("pager", f"{pager.url} stands in for somebody's phone")
        wait_until(lambda: query(server.url, "sms_sends_total"), PATIENCE, "the first scrape")
        yield Night(
            screen=screen, gateway=gateway, pager=pager, prometheus=server.url,
            count=expr.partition(" > ")[0], window=window, since=time.monotonic(),
        )  # fmt: skip


def _expression(rules: Path) -> str:
    """Return the expression of the alert in a rule file."""
    groups = yaml.safe_load(rules.read_text(encoding="utf-8"))["groups"]
    [expr] = [rule["expr"] for group in groups for rule in group["rules"] if rule.get("alert") == ALERT]
    return str(expr)


def begin(night: Night) -> None:
    """Show a line that works as usual."""
    night.screen.heading("A quiet evening")
    night.screen.say(
        f"By how much the counter sms_sends_total grew in the last {night.window}; `|` is at {LIMIT}. At the end of "
        "the line, the state of the alert."
    )
    until = time.monotonic() + 4
    night.watch(lambda: time.monotonic() > until, every=1)


def loop(night: Night) -> None:
    """Let the robots text until the alert fires."""
    night.screen.heading("A robot texts the help line, whose robot answers, and is answered, and answers")
    night.gateway.start_robot_loop()
    night.watch(lambda: night.state() == "firing", every=1)


def ring(night: Night) -> None:
    """Show what the pager says."""
    notification = night.notified("firing")
    labels, texts = notification.labels, notification.annotations
    night.screen.heading(f"The pager of {labels['owner']} rings")
    night.screen.field("receiver", notification.receiver)
    night.screen.field(f"{labels['priority']}, {labels['notify']}", labels["alertname"], BAD)
    night.screen.field("summary", texts["summary"])
    for name in ("description", "impact", "action"):
        night.screen.field(name, texts[name])
    night.screen.field("runbook", texts["runbook_url"], STRONG)
    time.sleep(float(night.window.seconds) / 20)


def recover(night: Night) -> None:
    """Let somebody act, and wait until the alert has ended and the pager knows."""
    night.gateway.recover()
    night.screen.heading("Somebody follows the runbook: the auto-responder is switched off")
    night.screen.say(
        f"The robots are silent. The alert goes on until no more than {LIMIT} messages are left in its window of "
        f"{night.window}."
    )
    night.watch(lambda: night.state() == "quiet", every=float(night.window.seconds) / 12)
    notification = night.notified("resolved")
    night.screen.heading(f"The pager of {notification.labels['owner']} says that it is over")
    night.screen.field("resolved", notification.labels["alertname"], GOOD)

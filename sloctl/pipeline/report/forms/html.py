"""A report as one page that needs nothing else: no network, no server, no other file.

Its scripts and styles are inside, and its content policy allows these and nothing more. Each graph has its numbers in a
table, so that nothing is told by a picture or a colour alone.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from importlib.resources import files
from typing import Any

from sloctl.pipeline.report import words
from sloctl.pipeline.report.forms._form import Form, Look
from sloctl.pipeline.report.forms._page import HELPERS, anchor, bars, begin, page_rate
from sloctl.pipeline.report.model import Budget, Report, SloReport
from sloctl.pipeline.report.standing import FEW, Standing, standings

_PAGE = files("sloctl.pipeline.report") / "page"


def _render(report: Report, look: Look) -> str:
    from jinja2 import Environment, StrictUndefined

    found = standings(report)
    style = _text("uPlot.min.css") + _text("page.css")
    script = f"/*!\n{_text('uPlot.LICENSE')}*/\n{_text('uPlot.iife.min.js')}\n{_text('page.js')}"
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(_text("page.html.j2"))
    return template.render(
        report=report, said=words.Words(report), words=words, version=look.version, style=style, script=script,
        policy=_content_policy(style, script), data=_data(report, found), **_helpers(report), found=found,
        care=[each for each in found if each.state.needs_care], few=FEW,
        counts=sorted(Counter(each.state for each in found).items(), key=lambda item: item[0].rank),
    )  # fmt: skip


def _text(name: str) -> str:
    return (_PAGE / name).read_text(encoding="utf-8")


def _content_policy(style: str, script: str) -> str:
    """Allow this very style and script; everything else, be it from the network or from a spec, is refused."""
    hashes = (f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in (style, script))
    allowed = " ".join(f"{kind} {known};" for kind, known in zip(("style-src", "script-src"), hashes, strict=True))
    return f"default-src 'none'; {allowed} base-uri 'none'; form-action 'none'"


def _data(report: Report, found: Sequence[Standing]) -> str:
    """Write what the graphs need. `<` is escaped, so that no text can end the element it stands in."""
    plots = {anchor(each): _plot(each.slo, each.budget) for each in found if each.budget and each.budget.curve}
    return json.dumps({"zone": report.zone, "plots": plots}, separators=(",", ":")).replace("<", "\\u003c")


def _plot(slo: SloReport, budget: Budget) -> dict[str, Any]:
    """Write the points of a budget; all but the last one are a step apart. Times are unix seconds."""
    times = [point.time // 1000 for point in budget.curve]
    return {
        "start": times[0],
        "step": times[1] - times[0] if len(times) > 1 else 0,
        "end": times[-1],
        "left": [_short(100 * point.left) for point in budget.curve],
        "burn": [None if point.burn is None else _short(point.burn) for point in budget.curve],
        "page": page_rate(slo),
        "incidents": [[each.start // 1000, each.end // 1000] for each in budget.incidents],
    }


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def _helpers(report: Report) -> dict[str, Any]:
    """Return the functions that the template calls."""
    return {
        "begin": lambda service: begin(service, report),
        "bars": lambda service, alert: bars(alert, begin(service, report), words.Words(report), report.until),
        **{each.__name__: each for each in HELPERS},
    }


FORM = Form("html", "one page with graphs that needs nothing else", (".html", ".htm"), _render)

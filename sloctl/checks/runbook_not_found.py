"""A runbook in this repository that is not there, or lacks the heading that the link names.

**What it finds.** Links from runbook annotations into the repository of the rules: a path such as
`docs/runbooks/api.md#slow`, or the address of a file on the default branch of one of the repository's remotes. The
file must exist, and a Markdown page must have the heading after the `#`. Links with template actions are not looked at,
nor are pages elsewhere, unless a server is asked (`--online`): then every other link is followed too, and one that its
web server answers with 404 or 410 is reported. A page behind a login counts as there.

**Why it wakes people up.** Pages are renamed by day; the link is followed by night.

**What to do.** Mend the link, or move the page back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sloctl.checks._check import ERROR, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.checks._runbook import Link, find_section, has_headings, local_link, sections
from sloctl.checks._server import Canned, Server
from sloctl.checks._texts import host_of, is_example_host, runbooks
from sloctl.core.human import nearest


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report a link to a page or heading that is not there."""
    for text in runbooks(alert):
        link = local_link(text.value, alert.group.file, context.root)
        if link and link.file is None:
            message = f"the runbook of `{alert.name.value}` is gone: there is no `{link.path}`"
            yield Hit(at=text.at(), message=message, help="mend the link, or write the page")
        elif link:
            yield from (Hit(at=text.at(), message=message, help=advice) for message, advice in _missing_heading(link))


def run_online(rules: Sequence[Rule], server: Server, context: Context) -> Iterator[Hit]:
    """Report links that web servers say lead nowhere, once for each place."""
    places = [(alert, text, text.value.strip()) for alert in rules if alert.is_alert for text in runbooks(alert)
              if _is_elsewhere(text.value.strip(), alert, context)]  # fmt: skip
    pages = server.pages(dict.fromkeys(url for _, _, url in places)) if places else {}
    for alert, text, url in places:
        if (page := pages.get(url)) and page.is_gone:
            message = f"the runbook of `{alert.name.value}` is gone: {host_of(url)} answers {page.trouble}"
            yield Hit(at=text.at(), message=message, help="mend the link, or write the page", about=alert)


def _is_elsewhere(url: str, alert: Rule, context: Context) -> bool:
    is_address = url.startswith(("http://", "https://")) and "{{" not in url and not any(map(str.isspace, url))
    is_real = is_address and bool(host := host_of(url)) and not is_example_host(host)
    return is_real and local_link(url, alert.group.file, context.root) is None


def _missing_heading(link: Link) -> Iterator[tuple[str, str]]:
    if link.file is None or not link.fragment or not has_headings(link.file):
        return
    page = sections(link.file)
    if page and find_section(page, link.fragment) is None:
        anchors = {section.title.lower().replace(" ", "-"): section.title for section in page if section.title}
        meant = nearest(link.fragment, anchors)
        advice = f"did you mean the heading `{anchors[meant]}`?" if meant else "mend the link, or write that section"
        yield f"`{link.path}` has no heading `#{link.fragment}`", advice


CHECK = Check(
    code="A104",
    name="runbook-not-found",
    severity=ERROR,
    scope=Scope.ALERT,
    run=run,
    online=run_online,
    cases=(
        Bad("""
            - alert: Slow
              expr: job:checkout_failures:ratio5m > 0.1
              annotations:
                runbook_url: runbooks/gone.md#checkout
                #            ^^^^^^^^^^^^^^^^^^^^^^^^^ the runbook of `Slow` is gone: there is no `runbooks/gone.md`
        """),
        Bad(
            """
            - alert: Slow
              expr: job:request_seconds:p99 > 2
              annotations: {runbook: docs/api.md#too-slow}
            #                        ^^^^^^^^^^^^^^^^^^^^ `docs/api.md` has no heading `#too-slow`
            """,
            files={"docs/api.md": "# API\n## It is slow\n"},
        ),
        Good(
            """
            - alert: Slow
              expr: job:request_seconds:p99 > 2
              annotations: {runbook: docs/api.md#it-is-slow}
            - alert: Slower
              expr: job:request_seconds:p99 > 4
              annotations: {runbook: docs/api.md#slower-than-slow}
            - alert: Slowest
              expr: job:request_seconds:p99 > 8
              annotations: {runbook: docs/api.md}
            """,
            files={"docs/api.md": '# API\n## It is `slow`!\n<a id="slower-than-slow"></a>\n'},
        ),
        Bad(
            """
            - alert: Slow
              expr: job:request_seconds:p99 > 2
              annotations: {runbook_url: "https://wiki.acme.net/slow"}
            #                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the runbook of `Slow` is gone: wiki.acme.net answers 404 Not Found
            """,  # noqa: E501 - drawn to scale
            server=Canned(gone={"https://wiki.acme.net/slow": "404 Not Found"}),
        ),
        Good(
            """
            - alert: Slow
              expr: job:request_seconds:p99 > 2
              annotations: {runbook_url: "https://wiki.acme.net/slow"}
            - alert: Slower
              expr: job:request_seconds:p99 > 4
              annotations: {runbook_url: "https://wiki.acme.net/{{ $labels.job }}"}
            """,
            server=Canned(gone={"https://wiki.acme.net/fast": "410 Gone"}),
        ),
        Good("""
            - alert: Slow
              expr: job:checkout_failures:ratio5m > 0.1
              annotations:
                runbook_url: https://github.com/acme/runbooks/blob/main/checkout.md
                documentation: See the wiki
                wiki: runbooks/{{ $labels.job }}.md
        """),
    ),
)

"""`sloctl review`: everything that a reviewer of a change wants to know, in one document."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sloctl.cli._server import asked_server, server_options
from sloctl.cli._session import common_options, options, say, session_settings
from sloctl.cli.diff import fail_classes

if TYPE_CHECKING:
    from sloctl.pipeline.review.document import Part
    from sloctl.pipeline.review.parts import Compared, Task
    from sloctl.promapi.access import Access


@click.command("review", short_help="Review a change in one document, or one comment.")
@click.argument("base", required=False, default="", metavar="[BASE]")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="Folder of compiled rules.")
@click.option("--test", "with_tests", is_flag=True, help="Prove the alerts of changed services with promtool too.")
@click.option("--fail-on", multiple=True, metavar="CLASSES", help="Exit with 1 when there is a change of these "
              "classes; `sloctl diff --help` lists them.")  # fmt: skip
@click.option("--github", is_flag=True, help="Write the document as the one comment on the pull request of this job.")
@click.option("--gitlab", is_flag=True, help="Write it as the one note on the merge request of this job.")
@click.option("--name", default="", metavar="NAME", help="Tells several reviews of one pull request apart.")
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True, metavar="N",
              help="With a server: how far back the changed alerts are replayed.")  # fmt: skip
@server_options
@common_options
def COMMAND(base: str, **given: Any) -> int:  # noqa: N802 - the name the registry looks for
    """Review a change of specs: what it means, what lint finds in it, whether the compiled rules are up to date.

    The document is Markdown, on stdout. It compares the working tree with where HEAD has parted from BASE; without
    BASE, from the target of the pull request or the default branch. What is reviewed are the `specs` of the settings.

    With --prometheus or --online the changed alerts are also replayed over the history of that server: how often would
    each have fired, before the change and after it?

    --github takes the token from GITHUB_TOKEN, and appends the document to the job summary; --gitlab takes it from
    GITLAB_TOKEN. A comment that an earlier run wrote is updated.
    """
    from sloctl.pipeline.review.document import document, exit_code, marker

    wanted = fail_classes(given["fail_on"])
    marker(given["name"])
    cwd = Path.cwd()
    parts = _parts(_task(base, given["output"], cwd), wanted, given)
    text = document(parts, given["name"])
    click.echo(text, nl=False)
    if given["github"]:
        _to_github(text, given["name"], os.environ)
    if given["gitlab"]:
        _to_gitlab(text, given["name"], os.environ)
    return exit_code(parts)


def _task(base: str, output: Path | None, cwd: Path) -> Task:
    from sloctl.pipeline.diff.points import common_base, default_base
    from sloctl.pipeline.git import top_of
    from sloctl.pipeline.review.parts import Task, task_paths

    settings = session_settings(cwd)
    top = top_of(cwd)
    return Task(
        base=common_base(base, top) if base else default_base(top, os.environ),
        cwd=cwd,
        settings=settings,
        paths=task_paths(settings, cwd),
        output=output or Path(os.path.relpath(settings.root / settings.output, cwd)),
        config=options().config,
    )


def _parts(task: Task, wanted: frozenset[str], given: Mapping[str, Any]) -> list[Part]:
    from sloctl.pipeline.review.parts import compiled_part, diff_part, lint_part, proof_part

    access = asked_server(task.settings, given)
    today = datetime.now(tz=UTC).date()
    changes, compared = diff_part(task, wanted)
    parts = [changes]
    parts += [_prediction(compared, access, given["days"], today)] if access else []
    parts += [lint_part(task, today), compiled_part(task, compared)]
    return [*parts, proof_part(task, compared)] if given["with_tests"] else parts


def _prediction(compared: Compared, access: Access, days: int, today: date) -> Part:
    from sloctl.pipeline.review.prediction import prediction_part
    from sloctl.promapi.client import Client
    from sloctl.promapi.transport import Transport

    client = Client(Transport(access))
    click.get_current_context().call_on_close(client.close)
    return prediction_part(compared, client, days, today)


def _to_github(text: str, name: str, environment: Mapping[str, str]) -> None:
    """Write the job summary first: it is there even where the token may not comment, as for a fork."""
    from sloctl.forges.github import LIMIT, GitHub, account, is_fork, pull_request
    from sloctl.forges.rest import ForgeError, Rest
    from sloctl.pipeline.review.document import marker, shortened
    from sloctl.pipeline.review.summary import append_summary

    if path := environment.get("GITHUB_STEP_SUMMARY"):
        append_summary(Path(path), text)
    forge = GitHub(Rest(account(environment)), *pull_request(environment))
    try:
        say(f"comment {forge.publish(marker(name), shortened(text, LIMIT))}")
    except ForgeError as error:
        if not (path and error.status == 403 and is_fork(environment)):
            raise
        say("no comment: the token of a pull request from a fork only reads; the review is in the summary of the job")


def _to_gitlab(text: str, name: str, environment: Mapping[str, str]) -> None:
    from sloctl.forges.gitlab import LIMIT, GitLab, account, merge_request
    from sloctl.forges.rest import Rest
    from sloctl.pipeline.review.document import marker, shortened

    forge = GitLab(Rest(account(environment)), *merge_request(environment))
    say(forge.publish(marker(name), shortened(text, LIMIT)))

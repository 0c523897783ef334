"""`sloctl init`: a first spec, its runbook, the settings and a CI job, ready to edit."""

from __future__ import annotations

import os
import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sloctl.cli._session import common_options, say
from sloctl.core.errors import ExitCode, SloctlError

if TYPE_CHECKING:
    from sloctl.model.rules import Artifact
    from sloctl.pipeline.starter import Answers


@click.command("init", short_help="Write a first spec, its runbook, settings and a CI job.")
@click.argument("folder", default=".", metavar="[DIR]", type=click.Path(file_okay=False, path_type=Path))
@click.option("--service", default="my-service", metavar="NAME", help="Name of the service; the default is my-service.")
@click.option("--owner", default="my-team", metavar="TEAM", help="Team that is called; the default is my-team.")
@click.option("--runbooks", default="", metavar="URL",
              help="Page of your runbooks; `{service}` and `{name}` are filled in.")  # fmt: skip
@click.option("--ci", type=click.Choice(["github", "gitlab", "none"]), help="Whose CI job to write.")
@common_options
def COMMAND(folder: Path, service: str, owner: str, runbooks: str, ci: str | None) -> int:  # noqa: N802 - the registry's
    """Write a first spec, its runbook, the settings and a CI job.

    What it writes is valid and compiles as it stands; then edit it. Files that are there already are never touched,
    so a second run with another --service adds that service.

    Alerts link to their runbook by URL, so that whoever is called can click it. Without --runbooks it is the web page
    of docs/runbooks/NAME.md, if `origin` is on GitHub or GitLab, else the path. The CI job is for GitHub unless
    `origin` is on GitLab.
    """
    from sloctl.pipeline.settings import repository_root
    from sloctl.pipeline.starter import starter_files

    project = Path(os.path.abspath(folder))  # noqa: PTH100 - resolve() would follow symbolic links
    root = repository_root(project) or project
    answers = _answers(root, project, service=service, owner=owner)
    answers = replace(answers, runbooks=runbooks.strip(), ci=ci or answers.ci)
    _write(root, starter_files(answers))
    _say_what_is_next(folder, root, answers)
    return ExitCode.OK


def _answers(root: Path, project: Path, *, service: str, owner: str) -> Answers:
    """Collect what the repository and the clock say; raise UsageError for names that no spec may have."""
    from datetime import date

    from sloctl.pipeline.starter import Answers, check_names
    from sloctl.pipeline.starter.package import package
    from sloctl.pipeline.starter.remote import host_kind

    check_names(service, owner)
    remote = _ask_git(root, "remote", "get-url", "origin")
    branch = _ask_git(root, "symbolic-ref", "--short", "refs/remotes/origin/HEAD").removeprefix("origin/")
    below = project.relative_to(root).as_posix()
    return Answers(
        service=service,
        owner=owner.strip(),
        ci=host_kind(remote) or "github",
        remote=remote,
        branch=branch or "main",
        prefix="" if below == "." else f"{below}/",
        package=package(),
        today=date.today().isoformat(),
    )


def _ask_git(root: Path, *arguments: str) -> str:
    """Ask git; the answer is empty when there is no git, no repository or no such thing."""
    from sloctl.pipeline.git import git

    try:
        return git(root, *arguments).decode().strip() if (root / ".git").exists() else ""
    except SloctlError:
        return ""


def _write(root: Path, files: list[Artifact]) -> None:
    from sloctl.pipeline.write import Change, apply

    there = [file for file in files if os.path.lexists(root / file.path)]
    apply([Change(root / file.path, None, file.content) for file in files if file not in there])
    for file in files:
        shown = os.path.relpath(root / file.path)
        say(f"left {shown} as it is" if file in there else f"created {shown}")


def _say_what_is_next(folder: Path, root: Path, answers: Answers) -> None:
    from sloctl.pipeline.starter import CI_FILES, spec_path

    spec = shlex.quote(os.path.relpath(root / spec_path(answers), folder))
    enter = [] if folder == Path() else [f"  cd {shlex.quote(str(folder))}"]
    steps = [
        "\nEdit the lines marked EDIT, then:",
        *enter,
        f"  sloctl validate {spec}",
        f"  sloctl explain {spec}",
        f"  sloctl compile {spec}",
        "Commit the specs and the rules; load rules/*.yml in Prometheus.",
    ]
    if answers.ci in CI_FILES:
        steps.append(f"{CI_FILES[answers.ci]} installs {answers.package}; {_advice(answers.package)}")
    if answers.ci == "gitlab":
        steps.append(f"Include {CI_FILES['gitlab']} from .gitlab-ci.yml to run the CI job.")
    say("\n".join(steps))


def _advice(package: str) -> str:
    from sloctl.pipeline.starter.package import UNKNOWN

    known = "change that where your CI gets it elsewhere."
    return "write there where your CI gets sloctl." if package == UNKNOWN else known

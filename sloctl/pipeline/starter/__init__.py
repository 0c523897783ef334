"""The files that `sloctl init` writes: a first spec, its runbook, the settings, and a CI job."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

from sloctl.core.errors import UsageError
from sloctl.core.shapes import NAME
from sloctl.model.rules import Artifact
from sloctl.pipeline.settings import FILE_NAME
from sloctl.pipeline.starter.remote import file_page
from sloctl.targets._yaml import scalar

CI_FILES = {"github": ".github/workflows/slo.yml", "gitlab": ".gitlab/slo.yml"}
"""Where the CI job of each service is written, from the root of the repository."""
ALERT_ANCHOR = "backlog-too-old"
"""The heading of the runbook that the first alert links to, as GitHub and GitLab spell it in a URL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the files depend on.

    `prefix` is the folder of the project below the root of its repository, empty or ending with `/`. `remote` is the
    URL that git fetches from, `runbooks` the URL that the user gave for the runbooks; both may be empty. `ci` is a key
    of `CI_FILES`, or `none`. `package` is what CI gives to pip.
    """

    service: str
    owner: str
    ci: str
    remote: str
    branch: str
    prefix: str
    package: str
    today: str
    runbooks: str = ""

    @property
    def remote_page(self) -> str:
        """The runbook's web page, as far as the remote tells."""
        return file_page(self.remote, self.branch, runbook_path(self))

    @property
    def page(self) -> str:
        """Where the alerts' runbook is: a URL if there is any, else the path in the repository."""
        return self.runbooks or self.remote_page or runbook_path(self)

    @property
    def page_is_complete(self) -> bool:
        """Whether the user's URL says itself where in the page an alert is found."""
        return "{name}" in self.runbooks or "#" in self.runbooks


def check_names(service: str, owner: str) -> None:
    """Raise UsageError for names that no spec may have."""
    if not re.fullmatch(NAME, service) or len(service) > 63:
        raise UsageError(f"`{service}` cannot name a service",
                         "use lower-case letters, digits and `-`, at most 63 characters")  # fmt: skip
    if not owner.strip():
        raise UsageError("the owner is empty", "name the team that is called")


def spec_path(answers: Answers) -> str:
    """Return the path of the spec from the root of the repository."""
    return f"{answers.prefix}specs/{answers.service}.yaml"


def runbook_path(answers: Answers) -> str:
    """Return the path of the runbook from the root of the repository."""
    return f"{answers.prefix}docs/runbooks/{answers.service}.md"


def starter_files(answers: Answers) -> list[Artifact]:
    """Render the files; paths are relative to the root of the repository.

    The runbook is left out when the user's runbooks live elsewhere.
    """
    files = [
        Artifact(f"{answers.prefix}{FILE_NAME}", _render("settings.yaml.j2", answers)),
        Artifact(spec_path(answers), _render("spec.yaml.j2", answers)),
    ]
    given = answers.runbooks.replace("{service}", answers.service).partition("#")[0]
    if not given or given.endswith(runbook_path(answers)):
        files.append(Artifact(runbook_path(answers), _render("runbook.md.j2", answers)))
    if answers.ci in CI_FILES:
        files.append(Artifact(CI_FILES[answers.ci], _render(f"{answers.ci}.yml.j2", answers)))
    return files


def _render(template: str, answers: Answers) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(  # noqa: S701 - YAML and Markdown; the user's values pass the filter `scalar`
        loader=PackageLoader("sloctl.pipeline.starter", ""), undefined=StrictUndefined,
        keep_trailing_newline=True, trim_blocks=True,
    )  # fmt: skip
    environment.filters |= {"scalar": scalar, "shell": shlex.quote}
    return environment.get_template(template).render(
        answers=answers, alert_anchor=ALERT_ANCHOR, ci_file=CI_FILES.get(answers.ci, "")
    )

"""Compiled rules as plain data: groups as Prometheus loads them, and namespaces as a ruler keeps them."""

from __future__ import annotations

from collections.abc import Iterable

from sloctl.core.reader import Reader
from sloctl.model.rules import RuleFile
from sloctl.pipeline.push.meaning import Data
from sloctl.promapi.ruler import Stored
from sloctl.targets._mimir import namespace, within_limits
from sloctl.targets._rules import plain_group


def plain_groups(files: Iterable[RuleFile]) -> list[Data]:
    """Return the groups of all services."""
    return [plain_group(group) for file in files for group in file.groups]


def namespaces(files: Iterable[RuleFile], options: Reader) -> Stored:
    """Return the groups of all services by namespace, cut to the limits that the options of the target `mimir` set."""
    return {
        namespace(options, file.service): [plain_group(group) for group in within_limits(file, options).groups]
        for file in files
    }

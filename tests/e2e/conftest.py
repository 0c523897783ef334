"""Fixtures of the end-to-end tests."""

from collections.abc import Callable, Iterator

import pytest

from tests.support.stage import Stage, staged


@pytest.fixture
def stage(tool: Callable[[str], str]) -> Iterator[Stage]:
    """A gateway, and a pager behind an Alertmanager."""
    tool("alertmanager")
    with staged() as everything:
        yield everything

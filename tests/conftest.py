"""What every test may use: the marker `e2e`, tools that may be missing, and the rule that CI skips nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from demo.process import find_tool

from tests.support.prometheus import Distribution, distributions

pytest_plugins = ["tests.support.no_skip"]

E2E = Path(__file__).parent / "e2e"


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker that `make check` leaves out."""
    config.addinivalue_line("markers", "e2e: starts real servers (every test under tests/e2e bears it)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests under tests/e2e."""
    for item in items:
        if E2E in item.path.parents:
            item.add_marker(pytest.mark.e2e)


def pytest_report_header() -> str:
    """Show on which versions of Prometheus the tests run, so that a missing one is seen."""
    found = [f"{each.version} ({each.promtool})" for each in distributions()]
    return f"prometheus: {', '.join(found) or 'none; `make tools` gets it'}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test with the argument `distribution` once for each Prometheus of this machine."""
    if "distribution" in metafunc.fixturenames:
        found = distributions()
        missing = pytest.param(None, marks=pytest.mark.skip(reason="no Prometheus on PATH; `make tools` gets it"))
        metafunc.parametrize("distribution", found or [missing], ids=[each.version for each in found] or ["none"])


@pytest.fixture
def distribution(request: pytest.FixtureRequest) -> Distribution:
    """A Prometheus and its promtool; `pytest_generate_tests` names each one found."""
    chosen: Distribution = request.param
    return chosen


@pytest.fixture(scope="session")
def tool() -> Callable[[str], str]:
    """Give the path of a program, or skip the test with the reason."""

    def find(name: str) -> str:
        if (path := find_tool(name)) is None:
            pytest.skip(f"{name} is not installed; `make tools` gets it")
        return path

    return find

"""What was meant by a name that is not there."""

from __future__ import annotations

import pytest

from sloctl.checks._missing import meant

KNOWN = frozenset({"http_requests_total", "http_errors_total", "node_load1", "up", "code", "job"})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("http_request_total", "http_requests_total"),
        ("htp_requests_total", "http_requests_total"),
        ("http_requests", "http_requests_total"),
        ("node_laod1", "node_load1"),
        ("cod", "code"),
        ("kube_pod_info", None),
        ("other_things", None),
    ],
)
def test_the_nearest_name_is_found(name: str, expected: str | None) -> None:
    """A slip is recognised; a name of something else has no neighbour."""
    assert expected == meant(name, KNOWN)


@pytest.mark.parametrize("name", ["http_request_total", "htp_requests_total", "http_requests"])
def test_the_nearest_of_very_many_is_found(name: str) -> None:
    """Among thousands of names a slip is recognised by its beginning or its end."""
    assert "http_requests_total" == meant(name, KNOWN | {f"other_{number}_total" for number in range(5_000)})

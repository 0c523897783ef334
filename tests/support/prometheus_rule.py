"""What the API server of Kubernetes takes as a `PrometheusRule`.

The models of the package `cloudcoil` are generated from the custom resource definition that the Prometheus operator
publishes. The API server drops fields that the definition does not have without a word, so here they are faults.
"""

from __future__ import annotations

import re
from typing import Any

from cloudcoil.models.prometheus_operator.v1 import PrometheusRule
from pydantic import ValidationError

NAME = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
"""A subdomain of DNS (RFC 1123), of which 253 characters may be the name of an object."""
_LONGEST_NAME = 253


def faults(data: Any) -> list[str]:
    """Return what the definition has against an object, or that it would drop some of it."""
    try:
        taken = PrometheusRule.model_validate(data)
    except ValidationError as error:
        return [str(each) for each in error.errors()]
    kept = taken.model_dump(by_alias=True, exclude_unset=True, mode="json")
    return [] if data == kept else [f"only this is kept: {kept}"]


def assert_prometheus_rule(data: Any) -> None:
    """Assert that the API server accepts an object and keeps all of it."""
    assert [] == faults(data)
    name = data["metadata"]["name"]
    assert (True, True) == (re.fullmatch(NAME, name) is not None, len(name) <= _LONGEST_NAME), name
    names = [group["name"] for group in data["spec"]["groups"]]
    assert sorted(set(names)) == sorted(names), "the name of a group is its key in the list"

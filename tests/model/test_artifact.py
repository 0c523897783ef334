"""Artifacts, packed on their way from one process to another."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sloctl.model.rules import Artifact


@settings(deadline=None)
@given(st.text(st.characters(), max_size=200))
def test_a_packed_artifact_has_the_same_content(text: str) -> None:
    """Whatever a user wrote comes out as it went in, packed once or twice."""
    packed = Artifact("shop.yml", text).packed()
    assert ("shop.yml", text, text) == (packed.path, packed.content, packed.packed().content)


def test_packing_is_worth_it() -> None:
    """Rules repeat themselves: what waits to be written takes less than a tenth."""
    rules = "".join(f'- expr: sum(rate(requests_total{{job="job-{number}"}}[5m]))\n' for number in range(1000))
    packed = Artifact("shop.yml", rules).packed()
    assert len(packed.held) < len(rules) / 10

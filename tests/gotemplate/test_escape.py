"""Plain text survives its way into a template."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sloctl.gotemplate.escape import go_string, literal
from sloctl.gotemplate.facts import facts
from sloctl.gotemplate.parse import parse


@pytest.mark.parametrize("text", ["", "95 % of }} is { fine }", "{ { "])
def test_text_without_an_opening_stays_as_it_is(text: str) -> None:
    """Braces that open nothing need no escape."""
    assert text == literal(text)


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("{{", '{{"{{"}}'),
        ("{{{x", '{{"{{"}}{x'),
        ("{{{", '{{"{{"}}{{"{"}}'),
        ("{", '{{"{"}}'),
        ("{{{{", '{{"{{"}}{{"{{"}}'),
        ("{{- x -}}", '{{"{{"}}- x -}}'),
    ],
)
def test_an_opening_is_printed_by_an_action(text: str, template: str) -> None:
    """Each `{{`, and a `{` that could become one, is printed by an action; the rest is not touched."""
    assert template == literal(text)


@given(st.text() | st.text(alphabet='{}-" \n/*%'))
def test_a_literal_prints_the_text(text: str) -> None:
    """A literal always parses, varies with nothing and prints the text it was made of."""
    assert text == facts(parse(literal(text))).static_text


@given(st.text(), st.text(alphabet="{}- "))
def test_literals_can_be_joined(one: str, other: str) -> None:
    """A literal before another or before an action prints the same as alone."""
    assert (
        one + other + "|" + other
        == facts(parse(literal(one) + literal(other) + '{{ "|" }}' + literal(other))).static_text
    )


@given(st.text() | st.text(alphabet='{}"\\\n\r\t`\0x'))
def test_a_go_string_means_the_text(text: str) -> None:
    """A Go string may stand inside an action, whatever is in it."""
    assert text == facts(parse(f"{{{{ {go_string(text)} }}}}")).static_text


def test_a_go_string_stays_on_its_line() -> None:
    """Control characters are escaped, letters of any script are not."""
    assert go_string('a\n"b"\\\0é') == r'"a\n\"b\"\\\x00é"'

"""How PromQL text is cut into tokens."""

import pytest

from sloctl.promql.errors import PromqlError
from sloctl.promql.tokens import tokenize


def kinds(text: str) -> list[tuple[str, str]]:
    """Return kind and text of every token."""
    return [(token.kind, token.text) for token in tokenize(text)]


def test_every_token_has_its_place_in_the_text():
    """A token's offsets cut exactly its own text out of the expression."""
    text = "sum by (job) (rate(x:y{a='b', c!~`d`}[1h30m])) >= 1e-3 # why\n"
    tokens = tokenize(text)
    assert [token.text for token in tokens] == [text[token.start : token.end] for token in tokens]
    assert "".join(text.partition(" # ")[0].split()) == "".join(token.text for token in tokens[:-1])


@pytest.mark.parametrize("number", ["5", "0x1F", "1e3", ".5", "5.", "1.e3", "1_000", "Inf", "nan"])
def test_numbers(number):
    """Hexadecimal, exponents, `Inf` in any case and grouped digits are one number each."""
    assert [("number", number)] == kinds(number)


def test_inf_is_a_label_inside_braces():
    """`inf` is a number, except where a label stands."""
    assert ("identifier", "inf") in kinds('x{inf="a"}')


def test_a_colon_belongs_to_a_name_but_parts_range_and_step():
    """The colon of a recorded series is part of its name; the one inside square brackets is not."""
    found = kinds("a:b[5m:1m]")
    assert ("identifier", "a:b") == found[0]
    assert [("duration", "5m"), ("punctuation", ":"), ("duration", "1m")] == found[2:5]


def test_a_comment_is_a_token_and_a_hash_in_a_string_is_none():
    """Comments are kept, for suppressions stand in them."""
    assert [("identifier", "x"), ("comment", "# a (b")] == kinds("x # a (b")
    assert [("string", '"a # b"')] == kinds('"a # b"')


def test_quotes_of_one_kind_may_stand_in_strings_of_another():
    """A string ends at its own unescaped quote; back-ticks know no escapes."""
    assert [("string", r'"a\"b"'), ("string", """'"'"""), ("string", "`\\`")] == kinds(r'"a\"b"' + """'"'""" + "`\\`")


def test_a_variable_becomes_the_tokens_of_its_value_at_its_own_place():
    """`$window` is read as its value but keeps the place that the user sees."""
    tokens = tokenize("x[$window]", {"window": "5m"})
    assert ("duration", "5m", 2, 9) == tokens[2]


@pytest.mark.parametrize(
    ("text", "start", "end", "message"),
    [
        ('x{a="b}', 4, 7, "this string is never closed"),
        ('x{a="b\n"}', 4, 6, "this string is never closed"),
        ("`a\nb", 0, 4, "this string is never closed"),
        ("x > 5mm", 4, 7, "`5mm` is neither a number nor a duration"),
        ("x && y", 2, 3, "unexpected character `&`"),
        ("x > \ud800", 4, 5, "this is not a character"),
        ("x > \x00", 4, 5, "unexpected character '\\x00'"),
        ("x[$win]", 2, 6, "unknown variable `$win`"),
    ],
)
def test_what_is_no_token_is_blamed_where_it_stands(text, start, end, message):
    """An open string, a malformed number or an illegal character is an error with its place."""
    with pytest.raises(PromqlError) as caught:
        tokenize(text, {"window": "5m"})
    assert (start, end, message) == (caught.value.start, caught.value.end, caught.value.message)

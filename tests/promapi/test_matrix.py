"""Points lifted out of an answer while it comes in: the same values whatever the pieces."""

from __future__ import annotations

import json
import math

from hypothesis import given
from hypothesis import strategies as st

from sloctl.promapi.answers import read_matrix
from sloctl.promapi.matrix import Column, Lifter

LABELS = st.dictionaries(st.sampled_from(["a", "values", "b"]), st.text(max_size=20), max_size=3)
NUMBERS = st.floats(allow_nan=False)
POINTS = st.lists(st.tuples(st.integers(0, 2_000_000_000), NUMBERS), max_size=6)
SERIES = st.lists(st.tuples(LABELS, POINTS), max_size=4)


def answer(series: list[tuple[dict[str, str], list[tuple[int, float]]]], indent: int | None = None) -> bytes:
    """Write an answer as a server does."""
    result = [
        {"metric": labels, "values": [[at, _written(value)] for at, value in points]} for labels, points in series
    ]
    data = {"resultType": "matrix", "result": result}
    return json.dumps({"status": "success", "data": data}, indent=indent).encode()


def _written(value: float) -> str:
    return {math.inf: "+Inf", -math.inf: "-Inf"}.get(value, repr(value))


def read(body: bytes, size: int) -> list[Column]:
    """Read an answer that comes in pieces."""
    lifter = Lifter()
    for start in range(0, len(body), size):
        lifter.feed(body[start : start + size])
    return read_matrix(json.loads(lifter.finish())["data"], lifter.found)


@given(SERIES, st.integers(1, 200), st.sampled_from([None, 2]))
def test_any_pieces_and_any_white_space_give_the_same(
    series: list[tuple[dict[str, str], list[tuple[int, float]]]], size: int, indent: int | None
) -> None:
    """Labels, whatever they hold, and points come back as they were sent."""
    found = read(answer(series, indent), size)
    expected = [(labels, points) for labels, points in series]
    assert expected == [
        (dict(each.labels), list(zip(map(int, each.times), each.values, strict=True))) for each in found
    ]


@given(SERIES, st.integers(1, 200), st.integers(1, 60))
def test_a_cut_answer_is_no_json(
    series: list[tuple[dict[str, str], list[tuple[int, float]]]], size: int, missing: int
) -> None:
    """An answer that ends early is never taken for a whole one."""
    body = answer(series)
    try:
        read(body[:-missing], size)
    except (ValueError, KeyError):
        return
    raise AssertionError("a cut answer was read")


def test_a_label_may_look_like_points() -> None:
    """Quotes inside a string have a backslash before them."""
    text = '"values":[[1,"2"]]'
    [column] = read(answer([({"a": text}, [(5, 1.0)])]), 7)
    assert (text, [5.0]) == (column.labels["a"], list(column.times))


def test_the_text_is_not_kept() -> None:
    """Of megabytes of points only their numbers stay, 16 bytes a point, and a few characters per series."""
    points = ",".join(f'[{1_700_000_000 + 30 * number},"{number / 7}"]' for number in range(20_000))
    lifter = Lifter()
    lifter.feed(b'{"status":"success","data":{"resultType":"matrix","result":[')
    for number in range(5):
        lifter.feed(f'{"," if number else ""}{{"metric":{{"n":"{number}"}},"values":[{points}]}}'.encode())
    lifter.feed(b"]}}")
    left = lifter.finish()
    found = read_matrix(json.loads(left)["data"], lifter.found)
    assert [20_000] * 5 == [len(each.times) for each in found]
    assert 8 * 20_000 == found[0].times.itemsize * len(found[0].values)
    assert 300 > len(left)

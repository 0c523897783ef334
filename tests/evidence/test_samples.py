"""Grids of evaluations and the samples on them."""

from sloctl.evidence.samples import Grid, Samples


def times(grid: Grid) -> list[int]:
    """List the evaluations of a grid."""
    return [grid.time(index) for index in range(grid.count)]


def test_a_grid_keeps_the_rhythm_of_its_group() -> None:
    """The times lie at one offset within the interval, from the beginning (included) to the end (excluded)."""
    assert [1_007, 1_017, 1_027] == times(Grid.between(1_000, 1_037, 10, phase=7))
    assert [1_000, 1_010] == times(Grid.between(1_000, 1_020, 10))
    assert [1_010] == times(Grid.between(1_001, 1_011, 10))


def test_a_grid_may_be_empty() -> None:
    """No evaluation lies in a span that is shorter than the way to the next one, or that ends before it begins."""
    assert [] == times(Grid.between(1_001, 1_009, 10))
    assert [] == times(Grid.between(2_000, 1_000, 10))


def test_parts_follow_one_another() -> None:
    """Cut into parts, a grid still has each of its evaluations once."""
    grid = Grid(5, 10, 7)
    assert [3, 3, 1] == [part.count for part in grid.parts(3)]
    assert times(grid) == [time for part in grid.parts(3) for time in times(part)]
    assert [] == Grid(5, 10, 0).parts(3)


def test_points_beside_the_grid_are_left_out() -> None:
    """A sample of another rhythm, or outside the span, is not taken for one of the group's own."""
    samples = Samples.on(Grid(100, 10, 3), [(90, 1.0), (100, 2.0), (111, 3.0), (120, 0.0), (130, 4.0)])
    assert ([2.0, 0.0, 0.0], b"\1\0\1") == (list(samples.values), samples.present)

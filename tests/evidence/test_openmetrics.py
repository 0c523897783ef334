"""Text that promtool reads back as the very same samples."""

import math

from sloctl.evidence.openmetrics import header, is_ours, sample_lines, series_text, time_texts
from sloctl.evidence.samples import Grid, Samples


def test_a_series_is_written_with_its_labels() -> None:
    """Labels are sorted and escaped; one without a value is no label."""
    labels = (("slo", "a"), ("path", 'C:\\"x"\nend'), ("none", ""))
    assert r'slo:info{path="C:\\\"x\"\nend",slo="a"}' == series_text("slo:info", labels)


def test_times_survive_promtool() -> None:
    """promtool multiplies the seconds by 1000 and cuts: whatever the milliseconds, they are what comes out."""
    grid = Grid(1_700_000_000_000, 1, 1000)
    assert [grid.time(index) for index in range(1000)] == [int(float(text) * 1000) for text in time_texts(grid)]
    assert ["1700000000", "1700000030"] == time_texts(Grid(1_700_000_000_000, 30_000, 2))


def test_only_samples_that_are_there_are_written() -> None:
    """A gap writes nothing, and neither does an evaluation that was not asked for."""
    grid = Grid(0, 30_000, 4)
    samples = Samples.on(grid, [(0, 0.1), (30_000, 1 / 3), (90_000, 2.0)])
    lines = list(sample_lines("x{}", samples, time_texts(grid), [0, 2, 3]))
    assert ["x{} 0.1 0\n", "x{} 2.0 90\n"] == lines


def test_values_survive() -> None:
    """Each value is written so that reading it gives the same number, however large, small or odd."""
    values = [1 / 3, 1e300, 5e-324, 123456789.123, math.inf]
    grid = Grid(0, 1000, len(values))
    samples = Samples.on(grid, [(grid.time(index), value) for index, value in enumerate(values)])
    lines = sample_lines("x{}", samples, time_texts(grid), range(len(values)))
    assert values == [float(line.split()[1]) for line in lines]


def test_a_file_is_known_by_its_first_line() -> None:
    """sloctl knows what it wrote, and no other OpenMetrics file."""
    assert is_ours(header("slo:info").splitlines(keepends=True)[0])
    assert not is_ours("# HELP up Whether the target is up.\n")
    assert not is_ours("")

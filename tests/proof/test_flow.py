"""Events over time in promtool's notation."""

from decimal import Decimal

from sloctl.proof.flow import Phase, counter, events, gauge, windowed

ONE, TWO, NONE = Decimal(1), Decimal(2), Decimal(0)


def phases(*flow: Phase) -> list[tuple[Phase, Decimal]]:
    """Let a counter grow by the bad events of each phase."""
    return [(phase, phase.bad) for phase in flow]


def test_a_counter_goes_on_from_phase_to_phase() -> None:
    """The first sample is the start, and every phase begins one step after the last sample of the one before."""
    flow = phases(Phase(3, bad=ONE), Phase(2, bad=TWO), Phase(1))
    assert "10+1x3 15+2x1 17" == counter(flow, Decimal(10))


def test_a_reset_begins_anew_without_losing_an_event() -> None:
    """The first sample after a restart holds the events of its own step."""
    assert "0+2x2 2+2x1" == counter(phases(Phase(2, bad=TWO), Phase(2, bad=TWO, reset=True)))


def test_a_series_that_is_gone_ends_at_once() -> None:
    """A stale marker ends it; when it is back it has the value it had."""
    assert "0+1x2 stale _x2 3+1x1" == counter(phases(Phase(2, bad=ONE), Phase(3, gone=True), Phase(2, bad=ONE)))


def test_a_gauge_shows_runs() -> None:
    """Flat, rising, falling and absent runs, each in its shortest form."""
    runs = [(3, TWO, NONE), (2, ONE, ONE), (1, TWO, NONE), (2, None, NONE), (2, Decimal("0.5"), -ONE)]
    assert "2+0x2 1+1x1 2 stale _x1 0.5-1x1" == gauge(runs)


def test_a_recorded_window_fills_and_empties() -> None:
    """The count of the last steps rises while a phase enters the window, and falls while it leaves."""
    flow = phases(Phase(3), Phase(4, bad=ONE), Phase(4))
    assert "0 0+0x1 0 1+1x1 2+0x1 1-1x1 0+0x1" == windowed(flow, 2)


def test_a_recorded_window_may_begin_full() -> None:
    """What happened before the first sample is in it, and leaves it as it would."""
    flow = phases(Phase(1, bad=ONE, past=5), Phase(4))
    assert "3 3 2-1x2 0" == windowed(flow, 3)
    assert (Decimal(3), Decimal(3)) == events((Phase(1, bad=ONE, past=5),), -2, 1)


def test_events_of_a_stretch_are_those_of_its_steps() -> None:
    """A stretch over two phases counts the steps it shares with each."""
    flow = (Phase(4, good=ONE), Phase(4, good=ONE, bad=TWO))
    assert (Decimal(4), Decimal(8)) == events(flow, 2, 6)

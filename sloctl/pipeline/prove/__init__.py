"""Unit tests of compiled alerts: cases, runs, outcomes."""

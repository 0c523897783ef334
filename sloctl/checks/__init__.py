"""Lint checks. One module per check."""

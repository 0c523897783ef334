"""Proving compiled rules with promtool: cases, the series they need, what must fire and when."""

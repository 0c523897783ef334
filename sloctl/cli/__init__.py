"""The command line: one module per command, and the one place that prints errors."""

"""Compiled rules brought to a server: compared with what it has, written in an order that never breaks, verified."""

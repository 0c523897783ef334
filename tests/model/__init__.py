"""Tests of the arithmetic of error budgets and of the windows."""

"""Tests of the template reader."""

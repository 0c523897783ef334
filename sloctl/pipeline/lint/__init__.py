"""Linting: files become rules, rules meet checks, findings are dropped, known or mended."""

"""The one door to the promql-parser library: positioned trees, selectors, labels and shapes of expressions.

All positions are 0-based, half-open offsets into the expression text as the user wrote it.
"""

"""Full restatement: every fact onto the tree of another day, in DuckDB over exported facts, and the proof of it.

The incremental path (`succession`, `selectors.Window.on`) stays in PostgreSQL for what a page asks; both give the same
cells, digit for digit (tests/test_restating.py).
"""

"""Measurements of the program against its budgets; `python -m tools.bench` runs them all, in the sandbox."""

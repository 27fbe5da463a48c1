"""Measurements of the program against its budgets; `python -m bench` runs them all, in the sandbox."""

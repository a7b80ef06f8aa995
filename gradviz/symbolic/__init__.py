"""Closed forms: SymPy on trees, in a worker process with limits."""

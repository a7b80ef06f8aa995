"""The lesson as a file that runs: a plain script, and a Jupyter notebook."""

from __future__ import annotations

import json

from gradviz.export.lesson import Cell, lesson
from gradviz.export.snapshot import Snapshot


def script(snapshot: Snapshot) -> str:
    """The program in Python, in cells as editors know them (# %%). NoProgramError where there is none."""
    parts = []
    for cell in lesson(snapshot):
        if cell.is_code:
            parts.append(f"# %%\n{cell.text}")
        else:
            words = "\n".join(f"# {line}".rstrip() for line in cell.text.split("\n"))
            parts.append(f"# %% [markdown]\n{words}")
    return "\n\n".join(parts) + "\n"


def notebook(snapshot: Snapshot) -> str:
    """The same as a notebook, in Jupyter's format 4.5, its formulas typeset. NoProgramError as ``script``."""
    cells = [_cell(f"cell-{place}", cell) for place, cell in enumerate(lesson(snapshot))]
    document = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _cell(name: str, cell: Cell) -> dict[str, object]:
    text = cell.text if not cell.latex else f"{cell.text}\n\n$$\n{cell.latex}\n$$"
    common = {"id": name, "metadata": {}, "source": text.splitlines(keepends=True)}
    if cell.is_code:
        return {"cell_type": "code", "execution_count": None, "outputs": [], **common}
    return {"cell_type": "markdown", **common}

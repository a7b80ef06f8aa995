"""What the server sends a walk has the type that the browser's modules declare for it."""

from __future__ import annotations

import json
from pathlib import Path

import gradviz
from gradviz.autodiff.faults import FAULTS
from gradviz.figures.graph import LARGEST, walk_data
from tests.support.node import ROOT, TSC, install, run_node

TYPES = ROOT / "gradviz" / "browser" / "walk" / "types"
# a formula, a point, and why it is here
WALKS = (
    ("x1^2 + x2^2", (3.0, 4.0), "the lesson"),
    ("7", (), "no variable"),
    ("x^2 if x < 0 else sqrt(x)", (-2.0,), "a condition, and nodes without an adjoint"),
    (" + ".join(f"(x{i} - {i})^2" for i in range(1, 11)), (2.0,) * 10, "parts that are folded"),
    ("+".join(f"sin({i}x)" for i in range(2, LARGEST // 2)), (1.0,), "too large to be drawn whole"),
    ("1/x", (0.0,), "an adjoint that is no finite number"),
)


def test_the_message_of_a_walk_has_its_declared_type(tmp_path: Path):
    """An object literal may lack nothing that its type asks for, and have nothing that it does not name."""
    install()
    fields = [(gradviz.parse(text), point) for text, point, _ in WALKS]
    messages = [walk_data(field, point, field.variables[:2]) for field, point in fields]
    lesson = gradviz.parse("x1^2 + x2^2")
    messages += [walk_data(lesson, (3.0, 4.0), lesson.variables, fault=fault.name) for fault in FAULTS]
    sent = ",\n".join(json.dumps(message) for message in messages)
    source = tmp_path / "messages.ts"
    source.write_text(
        f'import type {{ WalkData }} from "{TYPES.as_posix()}";\n'
        f"export const messages: WalkData[] = [{sent}];\n",
        encoding="utf-8",
    )
    strict = ("--noEmit", "--strict", "--ignoreConfig", "--moduleResolution", "bundler", "--module", "es2022")
    outcome = run_node(TSC, *strict, str(source))
    assert outcome.returncode == 0, outcome.stdout

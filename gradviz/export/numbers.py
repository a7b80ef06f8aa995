"""The numbers of a page as CSV and JSON, in full precision: the table of the methods, and the sweep over ε.

Every number is written so that it reads back as the same float64. What is not finite is nan, inf or -inf: in
JSON, which has no such numbers, as text.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Sequence
from importlib import metadata
from typing import Any

import numpy as np

from gradviz.export.snapshot import Snapshot
from gradviz.field import fixed_inputs
from gradviz.methods import METHODS
from gradviz.tree.printing import to_text
from gradviz.version import VERSION

TRUE_DIGITS = 30
VERSIONED = ("numpy", "scipy", "sympy", "python-flint", "torch")  # what the numbers depend on


def table_csv(snapshot: Snapshot) -> str:
    """One line per method and variable: its derivative, the true one, and how far it is off.

    ``off`` is the derivative less the true one; ``error`` the Euclidean norm over the whole gradient.
    """
    answers, truth = snapshot.answers, snapshot.answers.sweep.truth
    digits = truth.digits(TRUE_DIGITS)
    lines: list[list[object]] = []
    for method in METHODS:
        estimate = answers.estimates[method.name]
        reference = answers.sweep.reference(method.name)
        for i, name in enumerate(answers.field.variables):
            with np.errstate(all="ignore"):
                off = estimate.gradient[i] - reference[i]
            bar = "" if estimate.error_bar is None else estimate.error_bar[i]
            cost = (estimate.evaluations, estimate.backward_passes)
            numbers = (estimate.gradient[i], reference[i], digits[i], off, answers.errors[method.name], bar)
            lines.append([method.name, name, *numbers, *cost, estimate.status, estimate.note])
    head = ["method", "variable", "derivative", "judged_by", f"truth_to_{TRUE_DIGITS}_digits", "off", "error"]
    head += ["error_bar", "evaluations", "backward_passes", "status", "note"]
    return _csv(snapshot, head, lines)


def sweep_csv(snapshot: Snapshot) -> str:
    """One line per method and step: the gradient, its error, and the parts of it that theory predicts."""
    sweep = snapshot.answers.sweep
    lines: list[list[object]] = []
    for method in METHODS:
        if not method.takes_step:
            continue
        model, gradients = sweep.model[method.name], sweep.gradients[method.name]
        columns = (sweep.steps, *gradients.T, sweep.errors[method.name], model.truncation, model.roundoff)
        lines += [[method.name, *row] for row in zip(*columns, strict=True)]
    derivatives = [f"d/d{name}" for name in sweep.field.variables]
    head = ["method", "step", *derivatives, "error", "predicted_truncation", "predicted_roundoff"]
    return _csv(snapshot, head, lines)


def numbers_json(snapshot: Snapshot) -> str:
    """All numbers of the page as one object: the question, the truth, the estimates, and the sweep."""
    answers, sweep = snapshot.answers, snapshot.answers.sweep
    truth = sweep.truth
    document = {
        **_about(snapshot),
        "variables": list(answers.field.variables),
        "point": list(answers.typed),
        "point_rounded": _plain(answers.point),
        "parameters": fixed_inputs(answers.field),
        "step": answers.step,
        "dtype": answers.precision.name,
        "step_kind": sweep.step_kind,
        "truth": {
            "value": _plain(truth.value),
            "gradient": _plain(truth.gradient),
            f"to_{TRUE_DIGITS}_digits": list(truth.digits(TRUE_DIGITS)),
            "status": list(truth.status),
            "one_sided": _plain(truth.one_sided),
            "proved": [bool(known) for known in truth.proved],
            "differentiable": bool(truth.differentiable),
            "note": truth.note,
        },
        "methods": {
            method.name: {
                "approach": method.approach,
                "gradient": _plain(estimate.gradient),
                "error": _plain(answers.errors[method.name]),
                "error_bar": _plain(estimate.error_bar),
                "step": estimate.step,
                "evaluations": estimate.evaluations,
                "backward_passes": estimate.backward_passes,
                "status": estimate.status,
                "note": estimate.note,
            }
            for method in METHODS
            for estimate in [answers.estimates[method.name]]
        },
        "sweep": {
            "steps": _plain(sweep.steps),
            "methods": {
                method.name: {
                    "gradients": _plain(sweep.gradients[method.name]),
                    "errors": _plain(sweep.errors[method.name]),
                    "best_step_measured": _plain(sweep.best_step[method.name]),
                    "best_step_predicted": _plain(sweep.model[method.name].best_step),
                    "predicted_truncation": _plain(sweep.model[method.name].truncation),
                    "predicted_roundoff": _plain(sweep.model[method.name].roundoff),
                }
                for method in METHODS
                if method.takes_step
            },
        },
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def versions() -> dict[str, str]:
    """The versions of what computes the numbers; of what is not installed as a package, ‘unknown’."""
    found = {"gradviz": VERSION}
    for name in VERSIONED:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "unknown"
    return found


def _about(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "function": to_text(snapshot.reading.field.expression),
        "link": snapshot.link,
        "versions": versions(),
    }


def _csv(snapshot: Snapshot, head: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    """CSV after lines of comment that begin with #: what was asked, the link, and the versions."""
    about, answers = _about(snapshot), snapshot.answers
    asked = {
        "f": about["function"],
        "at": ", ".join(map(repr, answers.typed)),
        **{name: repr(value) for name, value in fixed_inputs(answers.field).items()},
        "step": repr(answers.step),
        "dtype": answers.precision.name,
        "step kind": answers.sweep.step_kind,
        "link": about["link"],
        "versions": ", ".join(f"{name} {version}" for name, version in about["versions"].items()),
    }
    out = io.StringIO()
    out.writelines(f"# {name}: {text}\n" for name, text in asked.items())
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([_cell(value) for value in line] for line in lines)
    return out.getvalue()


def _cell(value: object) -> object:
    return repr(float(value)) if isinstance(value, float | np.floating) else value


def _plain(value: float | np.ndarray | None) -> list[Any] | float | str | None:
    """Numbers and arrays as JSON has them: lists of floats, with text for what is not finite."""
    if isinstance(value, np.ndarray):
        return [_plain(part) for part in value]
    if value is None:
        return None
    number = float(value)
    return number if math.isfinite(number) else str(number)

"""The nouns as notebooks show them: formulas in LaTeX, numbers as tables in HTML."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from html import escape

import numpy as np

from gradviz.autodiff.graph import ComputationGraph
from gradviz.comparison import Answers
from gradviz.field import ScalarField
from gradviz.methods import METHODS, GradientEstimate, named
from gradviz.shown import HTML, LATEX
from gradviz.surface import Surface
from gradviz.sweeping.measured import MeasuredSweep
from gradviz.sweeping.sweep import Sweep
from gradviz.sweeping.truth import Truth
from gradviz.text.numbers import number, vector
from gradviz.tree.expression import Expression
from gradviz.tree.printing import name_to_latex, to_latex, to_text

LONGEST_FORMULA = 4000  # characters: a longer one is not read, and takes MathJax seconds
MOST_NODES = 60
TRUE_DIGITS = 17

Forms = dict[str, str]


def of_expression(expression: Expression) -> Forms:
    """The formula."""
    return _formula(to_latex(expression))


def of_field(field: ScalarField) -> Forms:
    """f of its variables, and what letters are fixed at."""
    arguments = ", ".join(name_to_latex(name) for name in field.variables)
    fixed = "".join(
        rf",\quad {name_to_latex(name)} = {_in_latex(value)}"
        for name, value in field.parameters
        if value is not None
    )
    head = f"f({arguments})" if arguments else "f"
    return _formula(f"{head} = {to_latex(field.expression)}{fixed}")


def of_estimate(estimate: GradientEstimate) -> Forms:
    """One row for the method: its gradient, what it cost, and why it has none."""
    return _table([_estimate_row(estimate)], _estimate_head(), "Gradient by one method")


def of_truth(truth: Truth) -> Forms:
    """A row for each coordinate, with the slopes on both sides where they differ."""
    names = truth.question.field.variables if truth.question else ()
    rows = []
    for i, status in enumerate(truth.status):
        sides = [number(float(side), TRUE_DIGITS) for side in truth.one_sided[i]]
        known = number(float(truth.gradient[i]), TRUE_DIGITS)
        name = names[i] if names else f"{i + 1}"
        proved = "proved" if i < len(truth.proved) and truth.proved[i] else "inferred"
        rows.append([name, known, *(sides if status != "differentiable" else ["", ""]), status, proved])
    head = ["coordinate", "derivative", "from the left", "from the right", "status", "how it is known"]
    return _table(rows, head, "True gradient", truth.note)


def of_sweep(sweep: Sweep) -> Forms:
    """For each method the best step, measured and predicted, and the error there."""
    rows = [
        [
            _label(name),
            number(sweep.best_step[name]),
            number(sweep.model[name].best_step),
            number(sweep.least_error[name]),
        ]
        for name in sweep.methods
        if named(name).takes_step
    ]
    others = [name for name in sweep.methods if not named(name).takes_step]
    rows += [[_label(name), "", "", number(float(sweep.errors[name][0]))] for name in others]
    head = ["method", "best step, measured", "best step, predicted", "error there"]
    heading = f"{_of(sweep.field)} at {vector(sweep.point)}, {len(sweep.steps)} steps"
    return _below(_table(rows, head, heading), _errors_image(sweep))


def of_measured(sweep: MeasuredSweep) -> Forms:
    """For each method the best step and the error there, and why one has none."""
    rows = []
    for name in sweep.methods:
        errors = sweep.errors[name]
        best = sweep.best_step.get(name, math.nan)
        least = errors[np.searchsorted(sweep.steps, best)] if math.isfinite(best) else errors[0]
        shown = number(best) if math.isfinite(best) else ""
        rows.append([_label(name), shown, number(float(least)), sweep.notes.get(name, "")])
    by = _label(sweep.reference.method)
    heading = f"At {vector(sweep.point)}, measured against {by}: {vector(sweep.reference.gradient)}"
    return _table(rows, ["method", "best step", "error there", "note"], heading)


def of_answers(answers: Answers) -> Forms:
    """A row for each method, with its error."""
    errors = answers.errors
    rows = [
        [*_estimate_row(answers.estimates[method.name])[:-1], number(errors[method.name]), note]
        for method in METHODS
        if method.name in answers.estimates
        for note in [answers.estimates[method.name].note]
    ]
    head = [*_estimate_head()[:-1], "error", "note"]
    heading = f"{_of(answers.field)} at {vector(answers.point)}, ε = {number(answers.step)}"
    return _below(_table(rows, head, heading), _errors_image(answers.sweep, answers.step))


def of_graph(graph: ComputationGraph) -> Forms:
    """The nodes in topological order: what each is made of, its value and its adjoint."""
    rows = [
        [
            str(i),
            node.label,
            ", ".join(map(str, node.operands)),
            number(node.value, 7),
            number(node.adjoint, 7),
        ]
        for i, node in enumerate(graph.nodes[:MOST_NODES])
    ]
    left_out = len(graph.nodes) - len(rows)
    about = f"{left_out} more nodes are left out." if left_out else ""
    return _table(rows, ["node", "operation", "operands", "value", "adjoint"], "Computation graph", about)


def of_surface(surface: Surface) -> Forms:
    """Over what it is sampled, and how high it is."""
    finite = surface.z[np.isfinite(surface.z)]
    rows = [
        [surface.field.variables[axis], number(float(side[0])), number(float(side[-1])), str(len(side))]
        for axis, side in zip(surface.axes, surface.sides, strict=True)
    ]
    if finite.size:
        rows.append(["f", number(float(finite.min())), number(float(finite.max())), str(finite.size)])
    table = _table(rows, ["", "from", "to", "points with a value"], f"Samples of {_of(surface.field)}")
    return _below(table, _surface_image(surface))


BY_NAME: dict[str, Callable[..., Forms]] = {
    "Expression": of_expression,
    "ScalarField": of_field,
    "GradientEstimate": of_estimate,
    "Truth": of_truth,
    "Sweep": of_sweep,
    "MeasuredSweep": of_measured,
    "Answers": of_answers,
    "ComputationGraph": of_graph,
    "Surface": of_surface,
}


# --- pictures: loaded when one is shown, for all that draws takes longer to load than the rest of the package


def _errors_image(sweep: Sweep, step: float | None = None) -> str:
    from gradviz.export.nouns import errors_image

    return errors_image(sweep, step) if len(sweep.point) else ""


def _surface_image(surface: Surface) -> str:
    from gradviz.export.nouns import surface_image

    return surface_image(surface)


def _below(table: Forms, image: str) -> Forms:
    """A table with its picture."""
    return {HTML: f"{table[HTML]}{image}"}


# --- how they are written -----------------------------------------------------------------------------------


def _formula(latex: str) -> Forms:
    """Displayed between dollars; none that is too long to be read."""
    return {LATEX: rf"$\displaystyle {latex}$"} if len(latex) <= LONGEST_FORMULA else {}


def _estimate_head() -> list[str]:
    return ["method", "gradient", "step", "cost", "error bar", "note"]


def _estimate_row(estimate: GradientEstimate) -> list[str]:
    bar = "" if estimate.error_bar is None else vector(estimate.error_bar, 2)
    step = "" if estimate.step is None else number(estimate.step)
    cost = f"{estimate.evaluations} evaluations" if estimate.evaluations != 1 else "1 evaluation"
    if estimate.backward_passes:
        cost += f", {estimate.backward_passes} backward"
    return [_label(estimate.method), vector(estimate.gradient, 10), step, cost, bar, estimate.note]


def _label(method: str) -> str:
    return named(method).label


def _of(field: ScalarField) -> str:
    return f"f = {_shortened(to_text(field.expression))}"


def _shortened(text: str, most: int = 80) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _in_latex(value: float) -> str:
    mantissa, _, exponent = f"{value:.6g}".partition("e")
    return rf"{mantissa}\cdot 10^{{{int(exponent)}}}" if exponent else mantissa


def _table(rows: Iterable[Sequence[str]], head: Sequence[str], heading: str, about: str = "") -> Forms:
    """A table in HTML without styles of its own; all text is escaped."""
    caption = f"<caption>{escape(heading)}{f'<br>{escape(about)}' if about else ''}</caption>"
    columns = "".join(f"<th scope='col'>{escape(name)}</th>" for name in head)
    body = "".join(
        "<tr>"
        + f"<th scope='row'>{escape(first)}</th>"
        + "".join(f"<td>{escape(cell)}</td>" for cell in others)
        + "</tr>"
        for first, *others in rows
    )
    return {HTML: f"<table>{caption}<thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table>"}

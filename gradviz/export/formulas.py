"""A page as a document in LaTeX: f, its partial derivatives in closed form, and the table of the methods."""

from __future__ import annotations

import math

from gradviz.errors import ClosedFormError
from gradviz.export.snapshot import Snapshot
from gradviz.field import fixed_inputs
from gradviz.figures.parts.theme import style
from gradviz.methods import METHODS
from gradviz.symbolic.closed_form import closed_form
from gradviz.tree.precision import Precision
from gradviz.tree.printing import name_to_latex, to_latex

_ESCAPED = str.maketrans(
    {c: rf"\{c}" for c in "&%$#_{}"} | {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)


def latex_document(snapshot: Snapshot) -> str:
    """A document that any LaTeX compiles; needs amsmath alone.

    Where there is no closed form within bounds, a comment gives the reason in place of the partials.
    """
    field, answers = snapshot.reading.field, snapshot.answers
    names = [name_to_latex(name) for name in field.variables]
    arguments = f"({', '.join(names)})" if names else ""
    lines = [rf"\[ f{arguments} = {to_latex(field.expression)} \]", *_partials(snapshot, names)]
    where = ", ".join(f"{name} = {_number(x)}" for name, x in zip(names, answers.typed, strict=True))
    fixed = "".join(
        f", {name_to_latex(name)} = {_number(value)}" for name, value in fixed_inputs(field).items()
    )
    asked = ", ".join(filter(None, [f"${where}{fixed}$" if where or fixed else "", _step(snapshot)]))
    table = _table(snapshot, names) if names else []
    body = "\n".join([*lines, "", rf"At {asked}:" if names else asked, "", *table])
    return (
        f"% {snapshot.link.translate({10: None, 13: None})}\n"
        "\\documentclass{article}\n\\usepackage{amsmath}\n\\begin{document}\n"
        f"{body}\n\\end{{document}}\n"
    )


def _partials(snapshot: Snapshot, names: list[str]) -> list[str]:
    """One displayed formula for each partial derivative."""
    try:
        partials = closed_form(snapshot.reading.field).partials_latex
    except ClosedFormError as error:
        return [f"% {error}"]
    curly = "d" if len(names) == 1 else r"\partial"
    return [
        rf"\[ \frac{{{curly} f}}{{{curly} {name}}} = {partial} \]"
        if partial
        else f"% The partial derivative in {name} would fill pages."
        for name, partial in zip(names, partials, strict=True)
    ]


def _step(snapshot: Snapshot) -> str:
    answers = snapshot.answers
    kind = "" if answers.sweep.step_kind == "plain" else f", step taken as {answers.sweep.step_kind}"
    return rf"$\varepsilon = {_number(answers.step)}$ in {answers.precision.name}{kind}"


def _table(snapshot: Snapshot, names: list[str]) -> list[str]:
    """One row per method: the partial derivatives, and the error."""
    answers = snapshot.answers
    curly = "d" if len(names) == 1 else r"\partial"
    head = [rf"${curly} f/{curly} {name}$" for name in names]
    lines = [rf"\begin{{tabular}}{{l{'r' * len(names)}r}}", r"\hline"]
    lines += [" & ".join(["method", *head, "error"]) + r" \\", r"\hline"]
    for method in METHODS:
        estimate = answers.estimates[method.name]
        cells = [style(method.name).label.translate(_ESCAPED)]
        cells += [f"${_number(float(x), answers.precision)}$" for x in estimate.gradient]
        error = answers.errors[method.name]
        cells.append("--" if math.isnan(error) else f"${_number(error, digits=3)}$")
        lines.append(" & ".join(cells) + r" \\")
    return [*lines, r"\hline", r"\end{tabular}"]


def _number(value: float, precision: Precision | None = None, digits: int = 17) -> str:
    """A number in LaTeX, in the shortest form that reads back as the same; powers of ten written out."""
    if math.isnan(value):
        return r"\text{none}"
    if math.isinf(value):
        return r"\infty" if value > 0 else r"-\infty"
    if precision is not None:
        digits = precision.digits
    text = repr(float(value)) if digits == 17 else f"{value:.{digits}g}"
    mantissa, mark, exponent = text.removesuffix(".0").partition("e")
    if not mark:
        return mantissa
    power = f"10^{{{int(exponent)}}}"
    return power if mantissa == "1" else rf"{mantissa}\cdot {power}"

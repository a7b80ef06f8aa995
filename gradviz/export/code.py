"""The typed function as programs that others can run: PyTorch, NumPy with differences, and the closed form.

A program is written from the tree, one line for each operation, with names of our own: v1, v2, … Nothing of
what a visitor typed is in it but the numbers, read and written again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from numpy.typing import ArrayLike

from gradviz.export.assignments import Assignments
from gradviz.field import ScalarField, as_point, fixed_inputs
from gradviz.symbolic.closed_form import closed_form
from gradviz.tree.expression import Expression, Node
from gradviz.tree.operations import OPERATIONS

_EXACT = 2**53  # whole numbers up to here are floats as well


@dataclass(frozen=True)
class _Language:
    """How operations are spelled, and what a number is that meets no variable."""

    patterns: dict[str, str]
    number: str  # {0} is the float


_IN_NUMPY = _Language({name: row.code for name, row in OPERATIONS.items()}, "np.float64({0})")
_IN_TORCH = _Language(
    {name: row.torch_code for name, row in OPERATIONS.items()}, "torch.tensor({0}, dtype=torch.float64)"
)


@dataclass
class _Lines(Assignments):
    """The lines of a program, one for each operation."""

    language: _Language
    variables: Sequence[str]
    parameters: dict[str, float]

    def write(self, expression: Expression) -> str:
        """The lines of ``expression``; the name of its value."""
        written: list[str | float] = []  # a name, or a number that has none yet
        for node in expression.nodes:
            written.append(self._node(node, [written[i] for i in node.operands]))
        return self._settled(written[-1])

    def _node(self, node: Node, operands: list[str | float]) -> str | float:
        if node.operation == "variable":
            if node.name in self.parameters:
                return self.parameters[node.name]
            return f"x[{self.variables.index(node.name)}]"
        if node.value is not None:
            return float(node.value)
        if node.operation == "negate" and isinstance(operands[0], float):
            return -operands[0]
        row = OPERATIONS[node.operation]
        # Python's own arithmetic takes a number as it is; functions want an array or a tensor
        arithmetic = row.infix is not None and not row.boolean
        loose = arithmetic and any(isinstance(operand, str) for operand in operands)
        texts = [_digits(o) if loose and isinstance(o, float) else self._settled(o) for o in operands]
        pattern = self.language.patterns[node.operation]
        if row.arity is None:  # written for two operands
            folded = texts[0]
            for text in texts[1:]:
                folded = pattern.format(folded, text)
            return self.named(folded)
        return self.named(pattern.format(*texts))

    def _settled(self, value: str | float) -> str:
        return value if isinstance(value, str) else self.named(self.language.number.format(repr(value)), "c")


def _digits(value: float) -> str:
    """A number beside an operator: 2, 0.5, and in parentheses (-2)."""
    text = str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)
    return f"({text})" if text.startswith("-") else text


def torch_snippet(field: ScalarField, point: ArrayLike) -> str:
    """A program that back-propagates with PyTorch through f at ``point`` (n,), and prints f and its gradient.

    Arithmetic is the one of ``trace``: float64, one scalar tensor for each operation.
    """
    lines = _Lines(_IN_TORCH, field.variables, fixed_inputs(field))
    output = lines.write(field.expression)
    start = _vector(field, point)
    body = "\n".join(lines.lines)
    if not field.variables:
        return (
            f"{_imports('import torch', body)}\n{body}\nprint({output}.item())  # no variable, no gradient\n"
        )
    # a branch may be a number alone, from which nothing leads back to x
    choices = any(node.operation == "select" for node in field.expression.nodes)
    loose = choices or not field.expression.supports[-1]
    backward = f"({output} + 0 * x.sum()).backward()" if loose else f"{output}.backward()"
    return f"""{_imports("import torch", body)}
x = torch.tensor({start}, dtype=torch.float64, requires_grad=True)

# forward: one line for each operation of the graph
{body}

{backward}
print({output}.item(), x.grad)
"""


def difference_snippet(field: ScalarField, point: ArrayLike, step: float) -> str:
    """A program that takes the forward difference with NumPy at ``point`` (n,) with ``step``."""
    lines = _Lines(_IN_NUMPY, field.variables, fixed_inputs(field))
    output = lines.write(field.expression)
    return f"""{_imports("import numpy as np", "".join(lines.lines))}

{_function("f(x)", lines.lines, output)}

x = np.array({_vector(field, point)})
step = {float(step)!r}
gradient = np.array([(f(x + step * shift) - f(x)) / step for shift in np.eye(len(x))])
print(f(x), gradient)
"""


def closed_form_snippet(field: ScalarField, point: ArrayLike) -> str:
    """A program with the partial derivatives of f written out in NumPy. ClosedFormError past the limits."""
    lines = _Lines(_IN_NUMPY, field.variables, fixed_inputs(field))
    outputs = [lines.write(partial) for partial in closed_form(field).partials]
    return f"""{_imports("import numpy as np", "".join(lines.lines))}

{_function("gradient(x)", lines.lines, f"np.array([{', '.join(outputs)}])")}

print(gradient(np.array({_vector(field, point)})))
"""


def _function(head: str, lines: Sequence[str], result: str) -> str:
    return "\n".join([f"def {head}:", *(f"    {line}" for line in lines), f"    return {result}", ""])


def _vector(field: ScalarField, point: ArrayLike) -> str:
    return repr([float(x) for x in as_point(field, point)])


def _imports(first: str, body: str) -> str:
    """What the lines need, the standard library first."""
    wanted = ["import math"] if "math." in body else []
    scipy = re.search(r"(?<!torch\.)\bspecial\.", body)
    numpy = "np." in body and "numpy" not in first
    wanted += (
        ["import mpmath"] * ("mpmath." in body)
        + ["import numpy as np"] * numpy
        + [first]
        + ["from scipy import special"] * bool(scipy)
    )
    blank = ["", *wanted[1:]] if wanted[0] == "import math" else wanted[1:]
    return "\n".join([wanted[0], *blank, ""])

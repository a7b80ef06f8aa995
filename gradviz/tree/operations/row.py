"""The form of a row: all that is known of one elementary operation."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from gradviz.tree.expression import Kind, Number
from gradviz.tree.operations.derivative import Derivative, Rule
from gradviz.tree.operations.inert import Inert
from gradviz.tree.operations.layout import Infix, Layout, named
from gradviz.tree.operations.torch_slope import with_slope_code


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One elementary operation; ``arity`` is None for two or more operands."""

    name: str
    arity: int | None
    fixed: int | None = None  # the place of an operand that no variable enters: a degree, an order

    # Its value in each kind of number. NumPy's is nan where there is no real value, and the caller suppresses
    # warnings; ``complex`` is None where the operation is not analytic; PyTorch's takes the module first;
    # ``sympy`` names a class, is a function of the namespace of closed forms, or is inert. Its function on
    # balls stands in gradviz.tree.balls.
    numpy: Rule
    complex: Rule | None = None
    torch: Rule | None = None  # None: NumPy's value, with the derivatives of the formulas
    sympy: str | Rule | Inert

    # One formula for each operand, for arity None one for all; None where nothing is passed back, as through
    # a condition.
    derivatives: tuple[str | Derivative | None, ...] = ()

    # Its numerics.
    roundings: int = 2  # in units of half an ulp of the value
    least: float = 0.0  # … of a value of at least this: some functions are no better near their zeros
    magnitude: Rule | None = None  # … of this number: a function of the value and the operands, for NumPy
    argument_roundings: int = 0  # of the operand itself: where it is reflected, or scaled by a rounded number
    switches: Rule | None = None  # (k, *operands) → the quantities that are 0 where it is not smooth
    boolean: bool = False  # a condition
    typed: bool = True  # a visitor can write it

    # On paper: ``formula`` in the letters a, b, c, by default name(a); ``noun`` says what a node is, with {a}
    # and {b} for its operands: "the product of {a} and {b}"; ``plural`` what several are called; ``symbol``
    # its label in the computation graph.
    formula: str = ""
    noun: str = ""
    plural: str = ""
    symbol: str = ""

    # As typed: an operator, or a function called by this name, by another one where a variable has that name.
    infix: Infix | None = None
    called: str = ""
    unmistakable: str = ""

    latex: Layout | None = None  # by default the name in upright letters

    # In programs, {0}, {1} the operands; PyTorch's by default NumPy's under another prefix, or, where PyTorch
    # has no such function, the same value with the derivatives ``slope_codes``, one for each operand.
    code: str
    torch_code: str = ""
    slope_codes: tuple[str | None, ...] = ()

    layout: Layout = field(init=False, repr=False, compare=False)
    rules: tuple[Rule | None, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        fill = object.__setattr__  # the fields that follow from others
        fill(self, "formula", self.formula or f"{self.name}(a)")
        fill(self, "called", self.called or self.name)
        fill(self, "symbol", self.symbol or self.name)
        fill(self, "plural", self.plural or f"{self.name} operations")
        fill(self, "layout", self.latex or named(self.name))
        fill(self, "torch_code", self.torch_code or _in_torch(self.code, self.slope_codes))
        derivatives = tuple(Derivative(d) if isinstance(d, str) else d for d in self.derivatives)
        fill(self, "derivatives", derivatives)
        fill(self, "rules", tuple(None if d is None else d.rule(self.formula) for d in derivatives))

    def rounded_as(self, size: Number, operands: tuple) -> Number:
        """The size of the number in whose last place ``roundings`` are counted, from that of the value."""
        if self.magnitude is None:
            return np.maximum(size, self.least)
        return np.maximum(np.nan_to_num(self.magnitude(size, *operands), nan=0.0), size)

    def derivative(self, k: Kind, value: Number, operands: tuple, place: int) -> Number | None:
        """∂value/∂operand at ``place``, as a number of kind ``k``; None where nothing is passed back."""
        if self.arity is None:
            (rule,) = self.rules
            if rule is None:
                return None
            shares = [rule(k, value, operand) for operand in operands]
            return k.divide(shares[place], k.max(sum(shares[1:], shares[0]), 1.0))  # at a tie: equal parts
        rule = self.rules[place]
        return None if rule is None else rule(k, value, *operands)

    def written_derivative(self, place: int) -> str | None:
        """The formula of the derivative for the operand at ``place``; None where nothing is passed back."""
        derivative = self.derivatives[0 if self.arity is None else place]
        return derivative.written if isinstance(derivative, Derivative) else derivative


def _in_torch(code: str, slope_codes: tuple[str | None, ...]) -> str:
    """NumPy's spelling with PyTorch's prefix, np.arcsin is torch.asin; with slopes by way of NumPy."""
    if slope_codes:
        return with_slope_code(code, slope_codes)
    return code.replace("np.arc", "torch.a").replace("np.", "torch.")

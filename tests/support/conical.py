"""Random functions that are linear on cones about the origin, and an exact answer whether one is linear.

Compositions of max, min, |·|, relu, conditions and sums of linear forms with integer coefficients. In a plane
through the origin all their borders are rays; a function that is linear on every sector and on every ray
between two is linear in the plane, and one that is linear in many random planes is linear.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from fractions import Fraction
from functools import cmp_to_key

Form = tuple[Fraction, ...]
COMPARISONS = {
    "<": lambda a: a < 0,
    "<=": lambda a: a <= 0,
    ">": lambda a: a > 0,
    ">=": lambda a: a >= 0,
    "==": lambda a: a == 0,
    "!=": lambda a: a != 0,
}


@dataclass(frozen=True)
class Conical:
    """A node: its ``text``, and with ``operands`` what it does; a ``form`` where it is linear."""

    text: str
    operation: str
    operands: tuple[Conical, ...] = ()
    form: Form = ()

    def __call__(self, x: Form) -> Fraction:
        """The value at x."""
        if self.operation == "form":
            return dot(self.form, x)
        values = [operand(x) for operand in self.operands]
        if self.operation == "max":
            return max(values)
        if self.operation == "min":
            return min(values)
        if self.operation == "abs":
            return abs(values[0])
        if self.operation == "relu":
            return max(values[0], Fraction(0))
        if self.operation == "+":
            return sum(values, Fraction(0))
        if self.operation == "-":
            return values[0] - values[1]
        return values[1] if COMPARISONS[self.operation](values[0]) else values[2]

    def forms(self) -> set[Form]:
        """All linear forms that it may be somewhere."""
        if self.operation == "form":
            return {self.form}
        below = [operand.forms() for operand in self.operands]
        if self.operation in ("max", "min"):
            return set().union(*below)
        if self.operation == "abs":
            return below[0] | {tuple(-a for a in form) for form in below[0]}
        if self.operation == "relu":
            return below[0] | {(Fraction(0),) * len(next(iter(below[0])))}
        if self.operation in ("+", "-"):
            factor = 1 if self.operation == "+" else -1
            return {
                tuple(p + factor * q for p, q in zip(a, b, strict=True)) for a, b in itertools.product(*below)
            }
        return below[1] | below[2]

    def borders(self) -> set[Form]:
        """All linear forms at whose zeros it may go over from one form to another."""
        found = set().union(*(operand.borders() for operand in self.operands))
        below = [operand.forms() for operand in self.operands]
        if self.operation in ("max", "min"):
            for a, b in itertools.combinations(below, 2):
                found |= {tuple(p - q for p, q in zip(f, g, strict=True)) for f, g in itertools.product(a, b)}
        elif self.operation in ("abs", "relu") or self.operation in COMPARISONS:
            found |= below[0]
        return found


def dot(a: Form, b: Form) -> Fraction:
    return sum((p * q for p, q in zip(a, b, strict=True)), Fraction(0))


def random_function(choice: random.Random, names: tuple[str, ...], depth: int) -> Conical:
    """A random one of that many variables."""
    if depth == 0 or choice.random() < 0.15:
        factors = [choice.choice((-3, -2, -1, 0, 1, 1, 2, 3)) for _ in names]
        text = "+".join(f"({k})*{name}" for k, name in zip(factors, names, strict=True) if k) or "0"
        return Conical(f"({text})", "form", (), tuple(map(Fraction, factors)))
    operation = choice.choice(("max", "min", "abs", "relu", "+", "-", "-", choice.choice(tuple(COMPARISONS))))
    arity = {"abs": 1, "relu": 1, "+": 2, "-": 2, "max": choice.choice((2, 2, 3)), "min": 2}.get(operation, 3)
    operands = tuple(random_function(choice, names, depth - 1) for _ in range(arity))
    if operation in ("+", "-") and choice.random() < 0.4:
        operands = identity(choice, operands[0])
        operation = "-"
    texts = [operand.text for operand in operands]
    if operation in COMPARISONS:
        text = f"({texts[1]} if {texts[0]} {operation} 0 else {texts[2]})"
    elif operation in ("+", "-"):
        text = f"({texts[0]} {operation} {texts[1]})"
    else:
        text = f"{operation}({', '.join(texts)})"
    return Conical(text, operation, operands)


def identity(choice: random.Random, a: Conical) -> tuple[Conical, Conical]:
    """Two functions whose difference is linear, though neither is: relu(a) and relu(−a), max and −min."""
    zero = Conical("0", "form", (), (Fraction(0),) * len(next(iter(a.forms()))))
    opposite = Conical(f"(0 - {a.text})", "-", (zero, a))
    name = choice.choice(("relu", "abs"))
    first, second = (Conical(f"{name}({part.text})", name, (part,)) for part in (a, opposite))
    return first, second


def is_linear(function: Conical, n: int, choice: random.Random, count: int = 12) -> bool:
    """Whether a function of n variables is linear; in more than two of them by ``count`` random planes."""
    gradient = tuple(function(unit(i, n)) for i in range(n))
    borders = [form for form in function.borders() if any(form)]
    planes = [(unit(0, n), unit(1, n))] if n == 2 else [_plane(choice, n) for _ in range(count)]
    return all(_is_linear_in(function, gradient, borders, *plane) for plane in planes)


def unit(i: int, n: int) -> Form:
    return tuple(Fraction(int(i == k)) for k in range(n))


def _plane(choice: random.Random, n: int) -> tuple[Form, Form]:
    a, b = (tuple(Fraction(choice.randint(-99, 99)) for _ in range(n)) for _ in "ab")
    return a, b


def _is_linear_in(function: Conical, gradient: Form, borders: list[Form], a: Form, b: Form) -> bool:
    """Whether f is the linear function with that gradient in the plane that a and b span."""
    rays = {(Fraction(1), Fraction(0)), (Fraction(-1), Fraction(0)), (Fraction(0), Fraction(1))}
    rays |= {(Fraction(0), Fraction(-1))}
    for form in borders:
        p, q = dot(form, a), dot(form, b)
        if p or q:
            size = max(abs(p), abs(q))
            rays |= {(-q / size, p / size), (q / size, -p / size)}
    around = sorted(rays, key=cmp_to_key(_turn))
    sectors = [
        (u[0] + v[0], u[1] + v[1]) for u, v in zip(around, around[1:] + around[:1], strict=True)
    ]  # less than half a turn apart: the axes are among them
    for s, t in around + sectors:
        x = tuple(s * p + t * q for p, q in zip(a, b, strict=True))
        if function(x) != dot(gradient, x):
            return False
    return True


def _turn(u: tuple[Fraction, Fraction], v: tuple[Fraction, Fraction]) -> int:
    """Which of two rays comes first on the way around."""
    half_u, half_v = (u[1] < 0 or (u[1] == 0 and u[0] < 0)), (v[1] < 0 or (v[1] == 0 and v[0] < 0))
    if half_u != half_v:
        return -1 if half_v else 1
    cross = u[0] * v[1] - u[1] * v[0]
    return -1 if cross > 0 else int(cross < 0)

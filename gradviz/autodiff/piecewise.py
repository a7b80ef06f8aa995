"""f next to a point at which operations stand on kinks or jumps: linear on finitely many cones, proved.

One forward sweep for each part of the directions. What is found is proved; where the rules of
:mod:`~gradviz.autodiff.germs` do not reach (a quotient 0/0, a norm in several variables) nothing is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flint import fmpq

from gradviz.autodiff.cones import Cone, Undivided, Vector, dot
from gradviz.autodiff.germs import Germ, Space, parts
from gradviz.autodiff.proved import OutOfTime
from gradviz.tree.balls.functions import FUNCTIONS
from gradviz.tree.balls.numbers import UNDEFINED, Number, order, sign, subtract
from gradviz.tree.expression import Expression

_MOST_WORK = 24_000  # parts, times nodes and coordinates


class TooManyParts(Exception):
    """The point has more ties than can be gone through."""


@dataclass(frozen=True)
class Part:
    """f on one cone (None: on the ray that was asked for), ``sure`` where it certainly is so inside."""

    germ: Germ
    cone: Cone | None
    sure: bool


def on_ray(
    expression: Expression,
    values: Sequence,
    inputs: Mapping[str, Number],
    direction: Mapping[str, Number],
    over: Callable[[], bool] | None = None,
) -> Germ | None:
    """f at point + t·direction for small t > 0, ``values`` being those at the point; None where not known.

    Inside :func:`~gradviz.tree.balls.numbers.working`.
    """
    space = Space(1, True)
    starts = {
        name: Germ(inputs[name], (size,), fmpq(1), size) for name, size in direction.items() if sign(size)
    }
    found = list(_sweep(expression, values, inputs, starts, None, space, over))
    return found[0].germ if len(found) == 1 and found[0].sure else None


def everywhere(
    expression: Expression,
    values: Sequence,
    inputs: Mapping[str, Number],
    variables: Sequence[str],
    over: Callable[[], bool] | None = None,
    *,
    divided: bool = True,
) -> Iterator[Part]:
    """f in all directions along ``variables``, cone by cone of those that its ties make; TooManyParts.

    If not ``divided`` there is one part for all directions, as far as its form is the same in all: x|y|.
    """
    n = len(variables)
    whole = (Cone if divided else Undivided).everything(n)
    starts = {name: Germ(inputs[name], whole.lines[i], fmpq(1)) for i, name in enumerate(variables)}
    return _sweep(expression, values, inputs, starts, whole, Space(n, False), over)


def _sweep(
    expression: Expression,
    values: Sequence,
    inputs: Mapping[str, Number],
    starts: Mapping[str, Germ],
    cone: Cone | None,
    space: Space,
    over: Callable[[], bool] | None,
) -> Iterator[Part]:
    most = max(8, _MOST_WORK // (len(expression.nodes) * space.size))
    count = 0
    waiting: list[tuple[list[Germ], Cone | None, bool]] = [([], cone, True)]
    while waiting:
        germs, cone, sure = waiting.pop()
        for place in range(len(germs), len(expression.nodes)):
            node = expression.nodes[place]
            if not node.operands:
                start = starts.get(node.name) if node.operation == "variable" else None
                germs.append(start or space.constant(values[place]))
                continue
            operands = [germs[i] for i in node.operands]
            value = values[place]
            if any(germ.value is not values[i] for germ, i in zip(operands, node.operands, strict=True)):
                value = FUNCTIONS[node.operation](*[germ.value for germ in operands])
            first, *others = parts(node, value, operands, cone, space)
            for germ, part, certain in others:
                waiting.append(([*germs, germ], part, sure and certain))
            germ, cone, certain = first
            sure = sure and certain
            germs.append(germ)
        yield Part(germs[-1], cone, sure)
        count += 1
        if count + len(waiting) > most:
            raise TooManyParts
        if over is not None and over():
            raise OutOfTime


def is_differentiable(parts: Iterable[Part], value: Number) -> bool | None:
    """Whether f is linear to first order around the point, where it has a ``value``; None if not known."""
    agree, first, first_sure = True, None, None
    for part in parts:
        germ = part.germ
        if part.sure and germ.value is UNDEFINED and germ.order is None:
            return False
        if germ.form is None or germ.value is UNDEFINED:
            agree = False
            continue
        jump = order(germ.number, value)
        if part.sure and jump in (1, -1):
            return False
        first = first or germ.form
        agree = agree and jump == 0 and _vanishes(_difference(germ.form, first), part.cone)
        if part.sure:
            first_sure = first_sure or germ.form
            if any(sign(a) in (1, -1) for a in _difference(germ.form, first_sure)):
                return False
    return True if agree else None


def _difference(form: Vector, other: Vector) -> Vector:
    return tuple([subtract(a, b) for a, b in zip(form, other, strict=True)])


def _vanishes(form: Vector, cone: Cone | None) -> bool:
    """Whether a form is certainly 0 all over a cone."""
    if cone is None or all(sign(a) == 0 for a in form):
        return all(sign(a) == 0 for a in form)
    return all(sign(dot(form, vector)) == 0 for vector in (*cone.lines, *cone.rays))

"""One reverse sweep over the typed tree in balls: value and partial derivatives with proved bounds.

Nothing here is a guess: where some operation stands on a kink, a jump or an edge the sweep says so, and where
the balls are too wide to tell it asks for more bits.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flint import fmpq

from gradviz.tree.balls.numbers import (
    ONE,
    UNDEFINED,
    UNKNOWN,
    ZERO,
    Number,
    add,
    from_integer,
    multiply,
    order,
    same,
    sign,
)
from gradviz.tree.balls.slopes import BALLS, SWITCHES, slope, switches
from gradviz.tree.expression import Expression, Node, plan

RELATIONS = frozenset(("less", "less_equal", "greater", "greater_equal", "equal", "not_equal"))
_STILLING = RELATIONS | {"select", "multiply", "sign", "heaviside", "relu", "floor", "ceil"}
_STILL_OF_ONE = frozenset(("subtract", "divide", "mod"))  # x − x, x/x and mod(x, x), where they have a value
_CHECKED_EVERY = 16  # nodes between two looks at the clock


class _Thread(threading.local):
    out_of_time = 0


_THREAD = _Thread()


class OutOfTime(Exception):
    """The limit of time is over."""

    def __init__(self) -> None:
        super().__init__()
        _THREAD.out_of_time += 1


def times_out_of_time() -> int:
    """How often this thread has run out of time so far: what it found meanwhile may be wanting."""
    return _THREAD.out_of_time


class NotSmooth(Exception):
    """Some operation certainly stands on a kink, a jump or an edge, or f has no value."""


class NotDecided(Exception):
    """The balls are too wide to tell on which smooth piece some operation stands."""


@dataclass(frozen=True)
class Sweep:
    """The ``value`` of f, its ``partials`` along each variable, and ``switches`` by the place of the node."""

    value: fmpq
    partials: tuple[Number, ...]
    switches: dict[int, tuple[Number, ...]]


def evaluate(
    expression: Expression, inputs: Mapping[str, Number], over: Callable[[], bool] | None = None
) -> list:
    """The value of every node; OutOfTime once ``over()``.

    Two nodes share one object only where an operation gives one of its operands, as the larger of two. Else
    x² and x/2, both 0 at 0, would pass for the same function.
    """
    ready = plan(expression, BALLS)
    values = list(ready.template)
    for place, name in ready.inputs:
        values[place] = inputs[name]
    for count, (place, function, operands) in enumerate(ready.steps, 1):
        given = [values[i] for i in operands]
        value = function(*given)
        if type(value) is fmpq:
            for operand in given:
                if value is operand:
                    break
            else:
                value = fmpq(value)
        values[place] = value
        if over is not None and count % _CHECKED_EVERY == 0 and over():
            raise OutOfTime
    return values


def sweep(
    expression: Expression,
    variables: Sequence[str],
    inputs: Mapping[str, Number],
    over: Callable[[], bool] | None = None,
) -> Sweep:
    """Value and partial derivatives along ``variables`` at the exact point ``inputs``.

    Whatever is not among the variables stays where it is: |y| is no obstacle to a derivative along x. Called
    inside :func:`numbers.working`; NotSmooth, NotDecided or OutOfTime where there is no result.
    """
    values = evaluate(expression, inputs, over)
    if values[-1] is UNDEFINED:
        raise NotSmooth
    moving = movement(expression, values, frozenset(variables))
    found = smooth_switches(expression, values, moving)
    adjoints = _adjoints(expression, values, moving, over)
    places = {node.name: place for place, node in enumerate(expression.nodes) if node.operation == "variable"}
    partials = tuple(adjoints[places[name]] if name in places else None for name in variables)
    return Sweep(values[-1], tuple(ZERO if p is None else p for p in partials), found)


# --- what moves with the point ---


def movement(expression: Expression, values: Sequence, variables: frozenset[str]) -> list[bool]:
    """For each node whether it changes at all as ``variables`` do: ⌊x⌋ between integers and 0·y do not."""
    moving: list[bool] = []
    for node in expression.nodes:
        if node.operation == "variable":
            moving.append(node.name in variables)
        elif any(map(moving.__getitem__, node.operands)):
            moving.append(_moves(node, values, moving))
        else:
            moving.append(False)
    return moving


def _moves(node: Node, values: Sequence, moving: Sequence[bool]) -> bool:
    """Whether an operation moves as its operands do; these are continuous, or the sweep is none."""
    name = node.operation
    if name in _STILL_OF_ONE:
        one = node.operands[0] == node.operands[1]
        return not one or (name != "subtract" and not sign(values[node.operands[0]]))
    if name not in _STILLING:
        return True
    operands = [values[i] for i in node.operands]
    if name == "select":
        if moving[node.operands[0]] or operands[0] is None:
            return True
        return moving[node.operands[1 if operands[0] else 2]]
    if _has_undefined(operands):
        return True
    if name == "multiply":
        return not any(_is_still_zero(operands[i], moving[node.operands[i]]) for i in (0, 1))
    if name in ("sign", "heaviside"):
        return not sign(operands[0])
    if name == "relu":
        return sign(operands[0]) != -1
    if name in ("floor", "ceil"):
        return not sign(from_integer(operands[0]))
    if name in RELATIONS:
        return not same(*operands) and not order(*operands)
    return True


def _has_undefined(values: Sequence) -> bool:
    return len([a for a in values if a is UNDEFINED]) > 0  # any() of a generator takes twice as long


def _is_still_zero(value: Number, moves: bool) -> bool:
    return not moves and isinstance(value, fmpq) and value == 0


def carried(expression: Expression, moving: Sequence[bool]) -> list[bool]:
    """For each node whether its movement reaches f, through nodes that all move."""
    carries = [False] * len(expression.nodes)
    carries[-1] = moving[-1]
    for place in range(len(expression.nodes) - 1, -1, -1):
        if carries[place]:
            for i in expression.nodes[place].operands:
                carries[i] = moving[i]
    return carries


def _relevant(expression: Expression, values: Sequence, moving: Sequence[bool]) -> list[bool]:
    """For each node whether f depends on it: all but the branches that a fixed condition leaves out."""
    relevant = [False] * len(expression.nodes)
    relevant[-1] = True
    for place in range(len(expression.nodes) - 1, -1, -1):
        node = expression.nodes[place]
        if not relevant[place]:
            continue
        operands = node.operands
        if node.operation == "select" and not moving[operands[0]] and values[operands[0]] is not None:
            operands = operands[0], operands[1 if values[operands[0]] else 2]
        for i in operands:
            relevant[i] = True
    return relevant


# --- where f is smooth ---


def smooth_switches(expression: Expression, values: Sequence, moving: Sequence[bool]) -> dict[int, tuple]:
    """The switches of every node that f depends on, none of them 0.

    NotSmooth where one is, NotDecided where one may be.
    """
    found: dict[int, tuple[Number, ...]] = {}
    undecided = False
    relevant: list[bool] | None = None
    for place, node in enumerate(expression.nodes):
        if node.operation not in SWITCHES or not any(map(moving.__getitem__, node.operands)):
            continue
        if node.operation in _STILL_OF_ONE and not moving[place]:
            continue
        operands = tuple([values[i] for i in node.operands])
        if _has_undefined(operands):
            continue
        quantities = switches(node.operation, operands)
        if not quantities and not (node.operation == "power" and moving[node.operands[1]]):
            continue
        relevant = relevant or _relevant(expression, values, moving)
        if not relevant[place]:
            continue
        signs = [None if q is UNDEFINED else sign(q) for q in quantities]
        if node.operation == "power" and moving[node.operands[1]] and (base := sign(operands[0])) != 1:
            signs = [None if base is None else 0]  # a power that varies, of a number ≤ 0, has gaps
        if 0 in signs:
            raise NotSmooth
        undecided = undecided or None in signs
        if quantities:
            found[place] = quantities
    if undecided:
        raise NotDecided
    return found


def _adjoints(
    expression: Expression, values: Sequence, moving: Sequence[bool], over: Callable[[], bool] | None
) -> list[Number | None]:
    """∂f/∂node for every node that moves, None where nothing arrives."""
    adjoints: list[Number | None] = [None] * len(expression.nodes)
    adjoints[-1] = ONE
    defined = not _has_undefined(values)
    for place in range(len(expression.nodes) - 1, -1, -1):
        node, adjoint = expression.nodes[place], adjoints[place]
        if adjoint is None or not node.operands or not moving[place]:
            continue
        if isinstance(adjoint, fmpq) and adjoint == 0:
            continue
        operation, operands = node.operation, tuple([values[i] for i in node.operands])
        known = defined or operation == "select" or not _has_undefined((values[place], *operands))
        for slot, i in enumerate(node.operands):
            if moving[i]:
                local = slope(operation, values[place], operands, slot) if known else UNKNOWN
                if local is not None:
                    passed, before = multiply(adjoint, local), adjoints[i]
                    adjoints[i] = passed if before is None else add(before, passed)
        if over is not None and place % _CHECKED_EVERY == 0 and over():
            raise OutOfTime
    return adjoints

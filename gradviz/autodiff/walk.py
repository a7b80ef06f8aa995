"""Back-propagation one step at a time: what each step does, as a sentence and as a formula with its numbers.

First the forward pass, node by node; then the backward pass, contribution by contribution. All steps are
computed at once, so that a viewer can go back and forth without computing again.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from dataclasses import dataclass

from gradviz.autodiff.graph import ComputationGraph, Contribution, GraphNode, contributions
from gradviz.text.letters import plain_label
from gradviz.text.numbers import listed, number
from gradviz.tree.formulas import filled, noun, pretty, value_formula
from gradviz.tree.operations import OPERATIONS

# What a node can be in, in this order, and what it is called.
STATES = ("not evaluated yet", "value known", "adjoint being collected", "done")

DIGITS = 6


@dataclass(frozen=True)
class Step:
    """One step: its ``node``, and for a contribution the edge (``consumer``, ``slot``) that it came by.

    ``phase`` is 'forward', 'backward' or 'end'; ``adjoint`` is what ``node`` has collected after the step,
    nan in the forward pass.
    """

    phase: str
    node: int
    sentence: str
    formula: str = ""
    consumer: int | None = None
    slot: int | None = None
    amount: float = math.nan
    adjoint: float = math.nan


@dataclass(frozen=True)
class Walk:
    """All steps, and for every node its name and the steps with which it enters the later states.

    ``valued``, ``collecting`` and ``done`` hold one step per node, None where the node never gets so far.
    """

    graph: ComputationGraph
    names: tuple[str, ...]
    steps: tuple[Step, ...]
    valued: tuple[int | None, ...]
    collecting: tuple[int | None, ...]
    done: tuple[int | None, ...]

    def state(self, node: int, step: int) -> str:
        """The state of ``node`` after ``step``, one of ``STATES``."""
        entered = (self.valued[node], self.collecting[node], self.done[node])
        return STATES[max((i for i, at in enumerate(entered, 1) if at is not None and at <= step), default=0)]


def walk(
    graph: ComputationGraph, part: Collection[int] | None = None, lost: Contribution | None = None
) -> Walk:
    """The walk over ``graph``, or over the nodes of ``part`` alone.

    ``lost`` is a contribution that a faulty program does not add.
    """
    names = node_names(graph)
    places = range(len(graph.nodes)) if part is None else sorted(part)
    steps = [_forward(graph, names, place) for place in places]
    steps += _backward(graph, names, set(places), lost)
    steps.append(_end(graph, names))
    valued: dict[int, int] = {}
    collecting: dict[int, int] = {}
    done: dict[int, int] = {}
    for at, step in enumerate(steps):
        if step.phase == "forward":
            valued[step.node] = at
        elif step.phase == "backward":
            collecting.setdefault(step.node, at)
            done[step.node] = at
    last = len(steps) - 1
    for place in places:
        if not graph.nodes[place].passive:
            done.setdefault(
                place, last
            )  # nothing ever arrives: its adjoint is 0, and that is known at the end
    places = range(len(graph.nodes))
    entered = [tuple(found.get(p) for p in places) for found in (valued, collecting, done)]
    return Walk(graph, names, tuple(steps), *entered)


def node_names(graph: ComputationGraph) -> tuple[str, ...]:
    """Variables by their own names, numbers as typed, and v₁, v₂, … for what is computed."""
    names, count = [], 0
    for node in graph.nodes:
        if node.operation == "variable":
            names.append(plain_label(node.label))
        elif not node.operands:
            names.append(node.label)
        else:
            count += 1
            names.append(plain_label(f"v{count}"))
    return tuple(names)


def in_letters(graph: ComputationGraph, names: tuple[str, ...], place: int) -> str:
    """v₃ = x₁·x₂, the node with its operands' names; the name alone where it has none."""
    node = graph.nodes[place]
    if not node.operands:
        return names[place]
    return f"{names[place]} = {_put_in(node, [names[i] for i in node.operands])}"


def _put_in(node: GraphNode, texts: list[str]) -> str:
    if node.operation in ("min", "max"):
        return f"{node.operation}({', '.join(texts)})"
    written = pretty(filled(value_formula(node.operation, len(texts)), texts))
    return re.sub(r"(?<=\w)\((\([^()]*\))\)|(?<=√)\((\([^()]*\))\)", lambda m: m[1] or m[2], written)


def factor(value: float) -> str:
    """A number inside a product or a power: one with a sign or a power of ten in parentheses."""
    text = shown(value)
    return f"({text})" if text[0] == "−" or "·" in text else text


def shown(value: float) -> str:
    """A number for reading, with six digits."""
    return number(value, DIGITS)


def _value(node: GraphNode) -> str:
    return ("yes" if node.value else "no") if is_condition(node) else shown(node.value)


def is_condition(node: GraphNode) -> bool:
    row = OPERATIONS.get(node.operation)
    return row is not None and row.boolean


def _forward(graph: ComputationGraph, names: tuple[str, ...], place: int) -> Step:
    node, name = graph.nodes[place], names[place]
    value = _value(node)
    if node.operation == "variable":
        what = "a parameter, held fixed at" if node.passive else "an input: its value is"
        return Step("forward", place, f"{name} is {what} {value}.", f"{name} = {value}")
    if not node.operands:
        formula = "" if name == value else f"{name} = {value}"
        return Step("forward", place, f"{name} is a constant.", formula)
    operands = [graph.nodes[i] for i in node.operands]
    if node.operation == "select":
        chosen = names[node.operands[1 if operands[0].value else 2]]
        sentence = (
            f"The condition {names[node.operands[0]]} says {_value(operands[0])}, so {name} is {chosen}."
        )
        return Step("forward", place, sentence, f"{name} = {chosen} = {value}")
    letters = in_letters(graph, names, place)
    numbers = _put_in(node, [_value(o) if is_condition(o) else factor(o.value) for o in operands])
    if is_condition(node):
        return Step("forward", place, f"{name} asks whether {letters.partition(' = ')[2]}: {value}.", letters)
    what = noun(node.operation, [names[i] for i in node.operands], node.label)
    sentence = f"{name} is {what}: {value}."
    middle = "" if numbers == value else f" = {numbers}"
    return Step("forward", place, sentence, f"{letters}{middle} = {value}")


def _backward(
    graph: ComputationGraph, names: tuple[str, ...], places: set[int], lost: Contribution | None
) -> list[Step]:
    """The output's 1, then every contribution that arrives at a node of ``places``."""
    output = len(graph.nodes) - 1
    if graph.nodes[output].passive:
        return []
    steps = []
    if output in places:
        sentence = (
            "The backward pass begins at the output: f changes as fast as itself, so the adjoint of "
            f"{names[output]} is 1."
        )
        steps.append(Step("backward", output, sentence, f"∂f/∂{names[output]} = 1", adjoint=1.0))
    arriving: dict[int, list[Contribution]] = {}
    for flow in contributions(graph):
        arriving.setdefault(flow.operand, []).append(flow)
    arrived: dict[int, list[Contribution]] = {}
    for flow in contributions(graph):
        so_far = arrived.setdefault(flow.operand, [])
        so_far.append(flow)
        if flow.operand in places:
            steps.append(_contribution(graph, names, so_far, arriving[flow.operand], lost))
    return steps


def _contribution(
    graph: ComputationGraph,
    names: tuple[str, ...],
    so_far: list[Contribution],
    arriving: list[Contribution],
    lost: Contribution | None,
) -> Step:
    """The last of ``so_far`` arrives, of all that are ``arriving`` at its node."""
    flow = so_far[-1]
    name, consumer = names[flow.operand], names[flow.consumer]
    node = graph.nodes[flow.consumer]
    added = [contribution for contribution in so_far if contribution != lost]
    complete = len(so_far) == len(arriving)
    adjoint = graph.nodes[flow.operand].adjoint if complete else sum(c.amount for c in added)
    total = f"{_sum([c.amount for c in added])} = {shown(adjoint)}" if len(added) > 1 else shown(adjoint)
    missing = len(added) < len(so_far)
    formula = (
        f"∂f/∂{consumer} · ∂{consumer}/∂{name} = {factor(node.adjoint)} · "
        f"{factor(node.local_derivatives[flow.slot])} = {shown(flow.amount)}"
    )
    if len(arriving) == 1:
        sentence = f"{consumer} hands its adjoint on to {name}, times the local derivative."
    elif len(so_far) == 1:
        sentence = f"{_fed(graph, names, arriving)}: the first of {_count(len(arriving))} contributions."
    elif missing:
        sentence = f"{_fed(graph, names, arriving)}. Its adjoint is now {total}."
    elif complete:
        sentence = (
            f"{_fed(graph, names, arriving)}, so its {_count(len(arriving))} contributions add: {total}."
        )
    else:
        sentence = f"{_fed(graph, names, arriving)}. So far its contributions add to {total}."
    return Step(
        "backward", flow.operand, sentence, formula, flow.consumer, flow.slot, flow.amount, float(adjoint)
    )


def _sum(amounts: list[float]) -> str:
    """3 + (−2) + 5; of many the first ones and the last."""
    texts = [shown(amounts[0]), *(factor(amount) for amount in amounts[1:])]
    return " + ".join(texts if len(texts) <= 6 else [*texts[:3], "…", texts[-1]])


_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def _count(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def _fed(graph: ComputationGraph, names: tuple[str, ...], arriving: list[Contribution]) -> str:
    """x₁ feeds two products."""
    name, consumers = names[arriving[0].operand], {flow.consumer for flow in arriving}
    if len(consumers) == 1:
        times = "twice" if len(arriving) == 2 else f"{_count(len(arriving))} times"
        return f"{name} stands {times} in {names[arriving[0].consumer]}"
    kinds = {graph.nodes[place].operation for place in consumers}
    what = OPERATIONS[kinds.pop()].plural if len(kinds) == 1 else "operations"
    return f"{name} feeds {_count(len(consumers))} {what}"


def _end(graph: ComputationGraph, names: tuple[str, ...]) -> Step:
    output = len(graph.nodes) - 1
    inputs = [i for i, node in enumerate(graph.nodes) if node.operation == "variable" and not node.passive]
    if not inputs:
        return Step("end", output, "Done: without a variable there is nothing to differentiate.")
    adjoints = ", ".join(shown(graph.nodes[i].adjoint) for i in inputs[:6])
    more = f", … {len(inputs)} numbers" if len(inputs) > 6 else ""
    gradient = f"({adjoints}{more})" if len(inputs) > 1 else adjoints
    unused = [names[i] for i in inputs if not any(i in node.operands for node in graph.nodes)]
    aside = f" {listed(unused)} does not occur, so nothing ever arrives there." if unused else ""
    what = "adjoints of the inputs are" if len(inputs) > 1 else "adjoint of the input is"
    if not math.isfinite(graph.nodes[output].value):
        sentence = f"Done: the {what} {gradient}; but f is no finite number here, so that is no gradient."
        return Step("end", output, sentence)
    return Step("end", output, f"Done: the {what} the gradient, {gradient}.{aside}", f"∇f = {gradient}")

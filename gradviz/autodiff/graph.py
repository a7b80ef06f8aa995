"""The computation graph of a typed function, with the values and adjoints that PyTorch computed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from gradviz.field import ScalarField, fixed_inputs
from gradviz.question import Question
from gradviz.shown import shown
from gradviz.tree.expression import Expression, Node, Number, plan
from gradviz.tree.kinds import torch_kind
from gradviz.tree.operations import OPERATIONS
from gradviz.tree.precision import FLOAT64, Precision, precision_named
from gradviz.tree.pytorch import pytorch

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class GraphNode:
    """One node: its operation, operands and value, its adjoint ∂f/∂node, and ∂node/∂operand for each operand.

    Adjoints and local derivatives are nan where none is taken: of constants, of what parameters alone make,
    and of conditions; such a node is ``passive``. ``autograd`` is what PyTorch calls the node of its own
    graph, '' where it has none.
    """

    label: str
    operation: str
    operands: tuple[int, ...]
    value: float
    adjoint: float
    local_derivatives: tuple[float, ...]
    passive: bool = False
    autograd: str = ""


@dataclass(frozen=True)
class Contribution:
    """What one edge carries in the backward pass: the ``consumer``'s adjoint times its local derivative.

    It goes to ``operand``, the consumer's operand number ``slot``.
    """

    consumer: int
    slot: int
    operand: int
    amount: float


@shown
@dataclass(frozen=True)
class ComputationGraph:
    """Nodes in topological order, the output last; ``gradient`` (n,) is read off the variables' adjoints."""

    nodes: tuple[GraphNode, ...]
    gradient: np.ndarray


def trace(field: ScalarField, point: ArrayLike, *, dtype: str = "float64") -> ComputationGraph:
    """The graph of ``field`` at ``point`` (n,) by PyTorch, with every intermediate and its gradient.

    ``dtype`` is a name from ``PRECISIONS``: point and parameters are rounded to that type, and PyTorch
    computes values and adjoints in it. PointError for a point that does not fit; numbers that fail are nan or
    inf in the nodes.
    """
    torch = pytorch()

    question = Question.of(field, point, precision_named(dtype))
    precision, expression = question.precision, _with_all_variables(field)
    number = torch_kind(torch, precision).number
    leaves = {
        name: leaf(torch, x, precision) for name, x in zip(field.variables, question.point, strict=True)
    }
    fixed = {name: number(x) for name, x in fixed_inputs(question.rounded_field).items()}
    varying = [support & leaves.keys() for support in expression.supports]
    tensors = forward_pass(torch, expression, leaves | fixed, precision, watched=True)
    for tensor in tensors:
        if tensor.requires_grad:
            tensor.retain_grad()
    if tensors[-1].requires_grad:
        tensors[-1].backward()
    locally = torch_kind(torch, precision).functions
    nodes = tuple(
        GraphNode(
            label(node),
            node.operation,
            node.operands,
            float(tensor.detach()),
            1.0 if tensor is tensors[-1] and support else _adjoint(tensor, support),
            _local_derivatives(torch, locally, node, [tensors[i] for i in node.operands]),
            passive=_is_passive(tensor, support),
            autograd=_autograd_name(tensor, node),
        )
        for node, tensor, support in zip(expression.nodes, tensors, varying, strict=True)
    )
    found = [leaves[name].grad for name in field.variables]
    return ComputationGraph(nodes, np.array([0.0 if g is None else g.item() for g in found], dtype=float))


def contributions(graph: ComputationGraph) -> tuple[Contribution, ...]:
    """The contributions in the order of the backward pass: from the output down, operand by operand.

    None goes into a passive node, out of a node that none has reached, or into a branch not taken.
    """
    nodes = graph.nodes
    flows: list[Contribution] = []
    reached = {len(nodes) - 1}
    for consumer in range(len(nodes) - 1, -1, -1):
        node = nodes[consumer]
        if consumer not in reached:
            continue
        for slot, operand in enumerate(node.operands):
            if nodes[operand].passive or (node.operation == "select" and slot != _chosen(graph, node)):
                continue
            flows.append(Contribution(consumer, slot, operand, node.adjoint * node.local_derivatives[slot]))
            reached.add(operand)
    return tuple(flows)


def _chosen(graph: ComputationGraph, node: GraphNode) -> int:
    """Which operand of a condition is its value."""
    return 1 if graph.nodes[node.operands[0]].value else 2


def leaf(torch: ModuleType, x: float, precision: Precision = FLOAT64) -> torch.Tensor:
    """A leaf that requires a gradient, by default float64; torch.tensor(3.) would be float32."""
    return torch.tensor(float(x), dtype=getattr(torch, precision.name), requires_grad=True)


def forward_pass(
    torch: ModuleType,
    expression: Expression,
    inputs: Mapping[str, Number],
    precision: Precision = FLOAT64,
    *,
    watched: bool = False,
) -> list[Number]:
    """The tensor of every node as PyTorch computes it, for ``inputs`` of one precision.

    Scalars, or arrays of points at which every condition has the same outcome.

    A condition passes its chosen branch on as it is. Through ``torch.where`` the backward pass would send 0
    into the other branch, and 0 · ∞ there would come out as nan. With ``watched`` a branch without variables
    becomes a leaf of its own: PyTorch then keeps its adjoint, too.
    """
    ready = plan(expression, torch_kind(torch, precision))
    values = list(ready.template)
    for place, name in ready.inputs:
        values[place] = inputs[name]
    for place, function, operands in ready.steps:
        if expression.nodes[place].operation == "select":
            condition, first, second = operands
            values[place] = values[first if bool(values[condition].flatten()[0]) else second] * 1.0
            if watched and not values[place].requires_grad:
                values[place].requires_grad_(True)
        else:
            values[place] = function(*[values[i] for i in operands])
    return values


def label(node: Node) -> str:
    """The label of a node in a picture: x1, 0.1, ×, sin."""
    if node.operation == "variable":
        return node.name
    if node.operation == "literal":
        return node.text or str(node.value)
    return OPERATIONS[node.operation].symbol


def _with_all_variables(field: ScalarField) -> Expression:
    """The field's expression, preceded by a node for each variable that the formula leaves out."""
    missing = [name for name in field.variables if name not in field.expression.variables]
    moved = len(missing)
    nodes = [Node("variable", name=name) for name in missing]
    for node in field.expression.nodes:
        operands = tuple(i + moved for i in node.operands)
        nodes.append(Node(node.operation, operands, node.name, node.value, node.text))
    return Expression(tuple(nodes))


def _is_passive(tensor: torch.Tensor, support: frozenset[str]) -> bool:
    """Whether a node has no adjoint: a condition, or what no variable moves, parameters included."""
    return not support or not tensor.dtype.is_floating_point


def _adjoint(tensor: torch.Tensor, support: frozenset[str]) -> float:
    if _is_passive(tensor, support):
        return math.nan
    return 0.0 if tensor.grad is None else tensor.grad.item()


def _autograd_name(tensor: torch.Tensor, node: Node) -> str:
    """The name of the autograd node: MulBackward0. A leaf has none; PyTorch accumulates its gradient."""
    if tensor.grad_fn is not None:
        return tensor.grad_fn.name()
    return "AccumulateGrad" if tensor.requires_grad and node.operation == "variable" else ""


def _local_derivatives(
    torch: ModuleType,
    functions: Mapping[str, Callable[..., torch.Tensor]],
    node: Node,
    operands: list[torch.Tensor],
) -> tuple[float, ...]:
    """∂node/∂operand by PyTorch on this one operation, each operand a leaf of its own; nan for constants."""
    wanted = [operand.requires_grad for operand in operands]
    if not any(wanted):
        return (math.nan,) * len(operands)
    copies = [
        operand.detach().clone().requires_grad_(want) for operand, want in zip(operands, wanted, strict=True)
    ]
    result = functions[node.operation](*copies)
    if not result.requires_grad:
        return (math.nan,) * len(operands)
    found = torch.autograd.grad(
        result, [c for c, want in zip(copies, wanted, strict=True) if want], allow_unused=True
    )
    slopes = iter(0.0 if g is None else g.item() for g in found)
    return tuple(next(slopes) if want else math.nan for want in wanted)

"""Back-propagation: PyTorch runs the typed tree forward and walks its own graph back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gradviz.autodiff.graph import forward_pass, leaf
from gradviz.field import ScalarField, fixed_inputs
from gradviz.methods.estimate import GradientEstimate
from gradviz.methods.steps import USUAL, Arithmetic
from gradviz.tree.expression import Number
from gradviz.tree.kinds import torch_kind
from gradviz.tree.precision import Precision
from gradviz.tree.pytorch import NOT_INSTALLED, is_installed, pytorch

SQUARED_BY_TORCH = frozenset(("asinh", "acosh", "atan", "atan2"))  # their backward passes divide by 1 + a²


def backprop(
    field: ScalarField, point: np.ndarray, step: float | None = None, arithmetic: Arithmetic = USUAL
) -> GradientEstimate:
    """The gradient by one forward and one backward pass of PyTorch over the tree, in that precision.

    At a kink it is what PyTorch's conventions give (|x|′(0) = 0).
    """
    if not is_installed():
        nothing = np.full(len(point), np.nan)
        return GradientEstimate("backprop", nothing, status="not applicable", note=NOT_INSTALLED)
    torch = pytorch()
    precision = arithmetic.precision
    leaves = {name: leaf(torch, x, precision) for name, x in zip(field.variables, point, strict=True)}
    number = torch_kind(torch, precision).number
    fixed = {name: number(value) for name, value in fixed_inputs(field).items()}
    tensors = forward_pass(torch, field.expression, leaves | fixed, precision)
    output = tensors[-1]
    gradient = np.zeros(len(point))
    if output.requires_grad:
        found = torch.autograd.grad(output, list(leaves.values()), allow_unused=True)
        gradient = np.array([0.0 if g is None else g.item() for g in found])
    estimate = GradientEstimate("backprop", gradient, evaluations=1, backward_passes=1)
    if culprit := _squares_overflow(field, tensors, precision):
        note = f"PyTorch squares the argument of {culprit}, and that is too large for {precision.name}."
        return replace(estimate, status="overflow", note=note)
    return estimate


def _squares_overflow(field: ScalarField, tensors: Sequence[Number], precision: Precision) -> str:
    """The operation whose slope PyTorch takes from a square past the range of the type; '' else."""
    for node, support in zip(field.expression.nodes, field.expression.supports, strict=True):
        if support and node.operation in SQUARED_BY_TORCH:
            operands = [float(tensors[i].detach()) for i in node.operands]
            if any(math.isfinite(a) and not math.isfinite(precision.rounded(a * a)) for a in operands):
                return node.operation
    return ""

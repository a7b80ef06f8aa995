"""Back-propagation: PyTorch runs the typed tree forward and walks its own graph back."""

from __future__ import annotations

import numpy as np

from gradviz.autodiff.graph import forward_pass, leaf
from gradviz.field import ScalarField, fixed_inputs
from gradviz.methods.estimate import GradientEstimate
from gradviz.methods.steps import USUAL, Arithmetic
from gradviz.tree.kinds import torch_kind


def backprop(
    field: ScalarField, point: np.ndarray, step: float | None = None, arithmetic: Arithmetic = USUAL
) -> GradientEstimate:
    """The gradient by one forward and one backward pass of PyTorch over the tree, in that precision.

    At a kink it is what PyTorch's conventions give (|x|′(0) = 0).
    """
    import torch

    precision = arithmetic.precision
    leaves = {name: leaf(torch, x, precision) for name, x in zip(field.variables, point, strict=True)}
    number = torch_kind(torch, precision).number
    fixed = {name: number(value) for name, value in fixed_inputs(field).items()}
    output = forward_pass(torch, field.expression, leaves | fixed, precision)[-1]
    gradient = np.zeros(len(point))
    if output.requires_grad:
        found = torch.autograd.grad(output, list(leaves.values()), allow_unused=True)
        gradient = np.array([0.0 if g is None else g.item() for g in found])
    return GradientEstimate("backprop", gradient, evaluations=1, backward_passes=1)

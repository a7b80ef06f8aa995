"""Other people's tools agree: numdifftools' differences, and PyTorch's own check of its gradients."""

import numdifftools
import numpy as np
import pytest
import torch

import gradviz
from gradviz.autodiff.graph import forward_pass

# smooth at the point, and of a size at which a difference sees eight digits
SMOOTH = [
    ("exp(x y) sin(x + y)/(1 + x^2)", (0.4, 1.2)),
    ("x^3 y - log(y + 2) + sqrt(1 + x^2)", (1.5, 0.3)),
    ("atan2(y, x) + tanh(x) sinh(y)", (0.7, -0.4)),
    ("gamma(x) + loggamma(y) + digamma(x + y)", (2.3, 1.7)),
    ("erf(x) erfc(y) + sinc(x y)", (0.8, 0.6)),
    ("log1p(x) expm1(y) + softplus(x) sigmoid(y)", (0.2, 0.9)),
    ("x^y + 2^x + cbrt(y) + root(x, 5)", (1.4, 2.2)),
    ("asin(x) acos(y) + acosh(2 + x) atanh(y) + asinh(x)", (0.3, -0.2)),
    ("sec(x) + csc(y) + cot(x) coth(y) + sech(x) csch(y)", (0.9, 1.1)),
    ("x^2 if x < y else y^3 + x", (2.0, 1.0)),
]
smooth_fields = pytest.mark.parametrize(("text", "point"), SMOOTH)


@smooth_fields
def test_pytorch_checks_the_tree_it_runs(text, point):
    """gradcheck: its backward pass beside its own central differences of the same forward pass."""
    field = gradviz.parse(text, variables=("x", "y"))

    def f(*leaves: torch.Tensor) -> torch.Tensor:
        return forward_pass(torch, field.expression, dict(zip(field.variables, leaves, strict=True)))[-1]

    leaves = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in point]
    assert torch.autograd.gradcheck(f, leaves, eps=1e-6, atol=1e-7, rtol=1e-7)


@smooth_fields
def test_numdifftools_finds_the_same_gradient(text, point):
    field = gradviz.parse(text, variables=("x", "y"))
    found = numdifftools.Gradient(field, order=4)(point)
    np.testing.assert_allclose(found, gradviz.true_gradient(field, point, seconds=30).gradient, rtol=1e-8)

"""The kinds of number in which a tree is evaluated: NumPy's, complex, PyTorch's, narrow types."""

from __future__ import annotations

import math
import operator
from functools import cache
from types import ModuleType, SimpleNamespace

import numpy as np

from gradviz.tree.expression import Kind, Number
from gradviz.tree.operations import OPERATIONS, Operation
from gradviz.tree.operations.derivative import Rule
from gradviz.tree.operations.powers import LARGEST_PRODUCT, product, torch_power
from gradviz.tree.polygamma import special
from gradviz.tree.precision import FLOAT64, NUMPY_TYPES, Precision
from gradviz.tree.pytorch import pytorch

_ROWS = tuple(OPERATIONS.values())


def _natural(b: Number) -> bool:
    """A constant exponent that leaves the base free: 0, 1, 2, …"""
    return isinstance(b, float) and b >= 0 and b.is_integer()


def _flow(adjoint: Number, slope: Number) -> Number:
    """adjoint · slope, and 0 where the adjoint is 0: 0 · ∞ of a branch that is not taken is no nan."""
    return np.where(np.equal(adjoint, 0), 0.0, np.multiply(adjoint, slope))


NUMPY = Kind(
    "numpy", FLOAT64.nearest, {row.name: row.numpy for row in _ROWS} | {"natural": _natural, "flow": _flow}
)


def _of_real_parts(function: Rule) -> Rule:
    return lambda *operands: function(*map(np.real, operands))


# what is not analytic stands among constants; some of these come as complex numbers on the real axis
COMPLEX = Kind(
    "complex", FLOAT64.nearest, {row.name: row.complex or _of_real_parts(row.numpy) for row in _ROWS}
)


@cache
def numpy_in_torch(torch: ModuleType, row: Operation) -> Rule:
    """The operation on tensors by way of NumPy, where PyTorch has none or does not differentiate it."""

    class ByNumPy(torch.autograd.Function):
        @staticmethod
        def forward(context: SimpleNamespace, *operands: Number) -> Number:
            floats = tuple(a.detach().double().numpy() for a in operands)
            with np.errstate(all="ignore"):
                value = row.numpy(*floats)
            context.floats, context.value = floats, value
            return torch.as_tensor(np.asarray(value)).to(operands[0].dtype)

        @staticmethod
        def backward(context: SimpleNamespace, adjoint: Number) -> tuple[Number | None, ...]:
            def passed_back(place: int) -> Number | None:
                with np.errstate(all="ignore"):
                    slope = row.derivative(NUMPY, context.value, context.floats, place)
                if slope is None:
                    return None
                slope = torch.as_tensor(np.asarray(slope, dtype=float)).to(adjoint.dtype)
                return (adjoint * slope).sum_to_size(np.shape(context.floats[place]))

            wanted = enumerate(context.needs_input_grad)
            return tuple(passed_back(place) if needed else None for place, needed in wanted)

    return ByNumPy.apply


def torch_kind(torch: ModuleType, precision: Precision = FLOAT64) -> Kind:
    """Tensors of one precision."""
    dtype = getattr(torch, precision.name)

    def bind(row: Operation) -> Rule:
        function = row.torch
        if function is None and row.arity == 0:
            return lambda: number(precision.rounded(row.numpy()))
        if function is None:
            return numpy_in_torch(torch, row)
        return lambda *a: function(torch, *a)

    def number(values: Number) -> Number:
        return torch.tensor(np.asarray(values, dtype=float), dtype=dtype)

    functions = {row.name: bind(row) for row in _ROWS}
    return Kind(
        "torch",
        lambda value: number(precision.nearest(value)),
        functions,
        fixed=False,
        number=number,
        floats=lambda tensor: tensor.detach().double().numpy(),
    )


# --- the numbers of one precision, for everything but back-propagation ---


@cache
def real_kind(precision: Precision) -> Kind:
    """Real numbers of the type, each operation rounded to it; nan where an operation has no real value.

    NumPy's numbers, PyTorch's where NumPy has no such type. The caller suppresses NumPy's warnings.
    """
    if precision is FLOAT64:
        return NUMPY
    return _tensors(precision) if precision.name not in NUMPY_TYPES else _narrow(precision, NUMPY)


@cache
def complex_kind(precision: Precision) -> Kind | None:
    """Complex numbers of the type, for the complex step; None where the machine has none."""
    if precision is FLOAT64:
        return COMPLEX
    return _narrow(precision, COMPLEX) if precision.complex else None


def _narrow(precision: Precision, wide: Kind) -> Kind:
    """``wide`` with each operation's value rounded, where NumPy or SciPy has not already done so."""
    real = NUMPY_TYPES[precision.name]
    types = {"f": real, "c": np.dtype(precision.complex)} if precision.complex else {"f": real}

    def rounding(function: Rule) -> Rule:
        def rounded(*operands: Number) -> Number:
            value = np.asarray(function(*operands))
            target = types.get(value.dtype.kind)
            return value if target is None else value.astype(target, copy=False)[()]

        return rounded

    functions = {name: rounding(function) for name, function in wide.functions.items()}
    functions["erfc"] = rounding(special.erfc)  # SciPy computes it in float64 anyway
    return Kind(
        precision.name + " " + wide.name,
        lambda value: real(precision.nearest(value)),
        functions,
        number=real,
        floats=np.float64,
    )


def _tensors(precision: Precision) -> Kind:
    """PyTorch's numbers with NumPy's holes, and its powers as products."""
    torch = pytorch()

    plain = torch_kind(torch, precision)

    def power(a: Number, b: Number) -> Number:
        times = b.item() if b.ndim == 0 else math.nan
        if not (times.is_integer() and 0 < abs(times) <= LARGEST_PRODUCT):
            return torch_power(torch, a, b)
        whole = product(a, abs(int(times)), operator.mul)
        return whole if times > 0 else 1 / whole

    def with_holes(row: Operation, function: Rule) -> Rule:
        def whole(*operands: Number) -> Number:
            missing = np.isnan(row.numpy(*(plain.floats(a) for a in operands)))
            return torch.where(torch.as_tensor(missing), math.nan, function(*operands))

        return whole

    def sinc(a: Number) -> Number:  # PyTorch's own rounds a/π first
        at_zero = a == 0
        return torch.where(at_zero, 1, torch.sin(a) / torch.where(at_zero, 1, a))

    def erf(a: Number) -> Number:  # PyTorch's own is 0 near 0
        return torch.erf(a.double()).to(a.dtype)

    functions = dict(plain.functions) | {"power": power, "sinc": sinc, "erf": erf}
    for row in _ROWS:
        if row.switches is not None and not row.boolean:
            functions[row.name] = with_holes(row, functions[row.name])
    return Kind(precision.name, plain.literal, functions, number=plain.number, floats=plain.floats)

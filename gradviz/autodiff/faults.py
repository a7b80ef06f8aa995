"""One fault planted in the backward pass, and the checks by which it is found.

A gradient is checked against what needs none: the central difference, whose distance to a wrong gradient
stops falling; the Taylor remainder, which falls with h² for a right gradient and with h for a wrong
one; PyTorch's own gradcheck; and the relative error.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gradviz.autodiff.graph import ComputationGraph, Contribution, contributions, forward_pass
from gradviz.autodiff.reverse import UNIT_ROUNDOFF
from gradviz.field import ScalarField, as_point, fixed_inputs, values_at
from gradviz.methods.differences import quotients
from gradviz.tree.pytorch import pytorch

# --- the faults ---


@dataclass(frozen=True)
class Fault:
    """A kind of fault: its name, its label, and the lesson shown once it is found."""

    name: str
    label: str
    lesson: str


FAULTS = (
    Fault(
        "sign", "a wrong sign", "The local derivative has the wrong sign, as after −(a − b) turned to −a − b."
    ),
    Fault(
        "factor",
        "a factor forgotten",
        "The local derivative is left out: the adjoint is handed on as it is, not times the derivative.",
    ),
    Fault(
        "lost",
        "a contribution not added",
        "One contribution never arrives, as when the adjoint is overwritten where it should be added to.",
    ),
    Fault(
        "slip",
        "a slip of 0.0001",
        "The local derivative is off by one part in ten thousand, as from a constant typed in with four "
        "digits.",
    ),
)
SLIP = 1e-4


@dataclass(frozen=True)
class Planted:
    """The graph as a faulty backward pass leaves it, the faulty edge, and the contribution lost, if any."""

    graph: ComputationGraph
    at: Contribution
    lost: Contribution | None


def plant(
    graph: ComputationGraph,
    variables: Sequence[str],
    fault: str,
    place: tuple[int, int] | None = None,
) -> Planted | None:
    """The first edge at which ``fault`` changes the gradient, or the edge ``place`` (consumer, slot).

    None where it would change nothing: there is nothing to forget in x + y.
    """
    flows = contributions(graph)
    counts = {flow.operand: 0 for flow in flows}
    for flow in flows:
        counts[flow.operand] += 1
    # where several arrive, one that is missing is hard to see
    ordered = sorted(flows, key=lambda flow: counts[flow.operand] < 2) if fault == "lost" else flows
    for flow in ordered:
        if place is None or (flow.consumer, flow.slot) == place:
            planted = _planted_at(graph, variables, fault, flow)
            if _differ(planted.graph.gradient, graph.gradient):
                return planted
    return None


def suitable_places(
    graph: ComputationGraph, variables: Sequence[str], fault: str
) -> tuple[tuple[int, int], ...]:
    """Every edge (consumer, slot) at which ``fault`` changes the gradient."""
    edges = [(flow.consumer, flow.slot) for flow in contributions(graph)]
    return tuple(edge for edge in edges if plant(graph, variables, fault, edge) is not None)


def _planted_at(graph: ComputationGraph, variables: Sequence[str], fault: str, flow: Contribution) -> Planted:
    node = graph.nodes[flow.consumer]
    slope = node.local_derivatives[flow.slot]
    wrong = {"sign": -slope, "factor": 1.0, "slip": slope * (1 + SLIP)}.get(fault, slope)
    slopes = (*node.local_derivatives[: flow.slot], wrong, *node.local_derivatives[flow.slot + 1 :])
    nodes = list(graph.nodes)
    nodes[flow.consumer] = replace(node, local_derivatives=slopes)
    lost = (flow.consumer, flow.slot) if fault == "lost" else None
    swept = _swept(ComputationGraph(tuple(nodes), graph.gradient), variables, lost)
    missing = next(
        (c for c in contributions(swept) if (c.consumer, c.slot) == lost),
        None,
    )
    return Planted(swept, flow, missing)


def _swept(
    graph: ComputationGraph, variables: Sequence[str], lost: tuple[int, int] | None
) -> ComputationGraph:
    """The graph with the adjoints that its local derivatives lead to, without the lost contribution."""
    adjoints = [0.0] * len(graph.nodes)
    adjoints[-1] = 1.0
    for flow in contributions(graph):
        if (flow.consumer, flow.slot) != lost:
            slope = graph.nodes[flow.consumer].local_derivatives[flow.slot]
            adjoints[flow.operand] += adjoints[flow.consumer] * slope
    nodes = tuple(
        node if node.passive else replace(node, adjoint=adjoint)
        for node, adjoint in zip(graph.nodes, adjoints, strict=True)
    )
    found = {node.label: node.adjoint for node in nodes if node.operation == "variable"}
    return ComputationGraph(nodes, np.array([found[name] for name in variables]))


@np.errstate(over="ignore")
def _differ(first: np.ndarray, second: np.ndarray) -> bool:
    """By more than rounding, and in numbers."""
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        return False
    with np.errstate(all="ignore"):  # the difference of two numbers near the largest one
        apart = float(np.max(np.abs(first - second), initial=0.0))
    return apart > 0.1 * SLIP * float(np.max(np.abs(second), initial=0.0))


# --- the checks ---

STEPS = np.logspace(-10, 0, 81)
RELATIVE_STEP = 1e-5  # of the difference behind the relative error
LEVEL = (1e-6, 1e-4)  # steps between which a right gradient's gap still changes
LARGEST_FITTED, FITTED = 1e-1, 12  # the remainder's slope is read off so many steps, the smallest that serve


def gaps(field: ScalarField, point: np.ndarray, gradient: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """‖central difference − ``gradient``‖ for each of ``steps`` (k,): (k,), nan where f is not."""
    found = quotients(field, as_point(field, point), steps, ("central",))["central"]
    with np.errstate(all="ignore"):
        return np.hypot.reduce(found - gradient, axis=-1)


def direction(n: int) -> np.ndarray:
    """A direction (n,) of length 1 with no coordinate 0 and no two alike: multiples of the golden ratio."""
    parts = 0.5 + np.modf((1 + np.arange(n)) * (math.sqrt(5) - 1) / 2)[0]
    return parts / np.hypot.reduce(parts)


def remainders(field: ScalarField, point: np.ndarray, gradient: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """|f(p + h d) − f(p) − h g·d| for each h of ``steps`` (k,), along ``direction``."""
    point = as_point(field, point)
    along = direction(len(point))
    with np.errstate(all="ignore"):
        moved = values_at(field, [x + steps * d for x, d in zip(point, along, strict=True)])
        value = float(values_at(field, [float(x) for x in point]))
        return np.abs(moved - value - steps * float(gradient @ along))


def slope_of(steps: np.ndarray, sizes: np.ndarray, noise: float) -> float:
    """The slope of ``sizes`` over ``steps`` on log axes, at the smallest steps far above the ``noise``.

    nan where there are too few such steps.
    """
    usable = np.flatnonzero((steps <= LARGEST_FITTED) & (sizes > 100 * noise) & np.isfinite(sizes))[:FITTED]
    if len(usable) < 3:
        return math.nan
    return float(np.polyfit(np.log(steps[usable]), np.log(sizes[usable]), 1)[0])


def noise_of(graph: ComputationGraph) -> float:
    """A bound on the rounding of f next to the point: u Σ |value · adjoint|, two roundings each.

    Over the inputs too, because shifted inputs are rounded as well. inf where the bound overflows.
    """
    sizes = [abs(n.value * n.adjoint) for n in graph.nodes if not n.passive]
    with np.errstate(all="ignore"):
        return 2 * UNIT_ROUNDOFF * float(np.nansum(sizes))


def relative_error(field: ScalarField, point: np.ndarray, gradient: np.ndarray) -> float:
    """The largest |a − n| / max(|a|, |n|) over the coordinates, n the central difference with step 1e-5."""
    found = quotients(field, as_point(field, point), [RELATIVE_STEP], ("central",))["central"][0]
    with np.errstate(all="ignore"):
        size = np.maximum(np.abs(found), np.abs(gradient))
        ratios = np.where(size == 0, 0.0, np.abs(found - gradient) / size)
    return float(np.max(ratios, initial=0.0))


@dataclass(frozen=True)
class Band:
    """The verdict on a relative error up to ``limit``."""

    limit: float
    verdict: str
    reason: str


# Stanford, CS231n, notes on neural networks 3, "gradient checks"
BANDS = (
    Band(1e-7, "right", "at most 1e-7: nothing is left to find"),
    Band(
        1e-4,
        "right if f has kinks",
        "between 1e-7 and 1e-4: a kink can do that; for a smooth f it is too much",
    ),
    Band(1e-2, "doubtful", "between 1e-4 and 1e-2: look again"),
    Band(math.inf, "wrong", "above 1e-2: there is a mistake"),
)


def band(error: float) -> Band:
    """The band of a relative error; nan is in the last."""
    return next((row for row in BANDS if error <= row.limit), BANDS[-1])


EPS, ATOL, RTOL = 1e-6, 1e-5, 1e-3  # gradcheck's own defaults


def gradcheck(field: ScalarField, point: np.ndarray, gradient: np.ndarray) -> bool:
    """The verdict of torch.autograd.gradcheck on a function whose backward pass is ``gradient`` at ``point``.

    With its defaults: a central difference with step 1e-6, and |a − n| ≤ 1e-5 + 1e-3 |n| passes.
    """
    torch = pytorch()

    fixed = {name: torch.tensor(x, dtype=torch.float64) for name, x in fixed_inputs(field).items()}
    fake = torch.tensor(np.asarray(gradient, dtype=float), dtype=torch.float64)

    class Checked(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            inputs = dict(zip(field.variables, x.unbind(), strict=True))
            return forward_pass(torch, field.expression, inputs | fixed)[-1].clone()

        @staticmethod
        def backward(ctx, *grad_outputs):
            return grad_outputs[0] * fake

    x = torch.tensor(as_point(field, point), dtype=torch.float64, requires_grad=True)
    return bool(
        torch.autograd.gradcheck(Checked.apply, (x,), eps=EPS, atol=ATOL, rtol=RTOL, raise_exception=False)
    )


# --- what they find ---


@dataclass(frozen=True)
class Finding:
    """The outcome of one check: its name, verdict, reason, and the number it is based on, or nan."""

    check: str
    verdict: str
    reason: str
    number: float = math.nan


def findings(
    field: ScalarField, point: np.ndarray, healthy: ComputationGraph, gradient: np.ndarray
) -> tuple[Finding, ...]:
    """The four checks of ``gradient``; the graph ``healthy`` serves only to bound the rounding of f."""
    noise = noise_of(healthy)
    return (
        _level(gaps(field, point, gradient, STEPS), noise),
        _slope(slope_of(STEPS, remainders(field, point, gradient, STEPS), noise), noise),
        _verdict_of_torch(gradcheck(field, point, gradient)),
        _in_band(relative_error(field, point, gradient)),
    )


_TOO_LARGE = "numbers on the way are too large for float64 to tell their rounding"


def _level(sizes: np.ndarray, noise: float) -> Finding:
    name = "Central difference"
    first, last = np.searchsorted(STEPS, LEVEL)
    within = sizes[first : last + 1]
    least = float(np.nanmin(sizes)) if np.isfinite(sizes).any() else math.nan
    smallest, largest = float(within.min()), float(within.max())
    level = largest < 1.5 * smallest and smallest > 10 * noise / LEVEL[0]
    if not np.isfinite(least):
        return Finding(name, "undecided", "there is no central difference here")
    if not np.isfinite(noise):
        return Finding(name, "undecided", _TOO_LARGE)
    if level:
        return Finding(name, "wrong", "however small ε, it stays so far away: a plateau", least)
    return Finding(name, "right", "it comes as near as rounding allows", least)


def _slope(slope: float, noise: float) -> Finding:
    name = "Taylor remainder"
    if not np.isfinite(noise):
        return Finding(name, "undecided", _TOO_LARGE)
    if math.isnan(slope):
        return Finding(name, "right", "no remainder above rounding")
    if slope > 1.5:
        return Finding(name, "right", "with h² or faster, as it must", slope)
    return Finding(name, "wrong", "it falls only with h, so the slope is off", slope)


def _verdict_of_torch(passed: bool) -> Finding:
    reason = (
        "its tolerance is a thousandth of each entry, and no entry is off by more"
        if passed
        else "an entry is off by more than the tolerance, a thousandth of it"
    )
    return Finding("PyTorch’s gradcheck", "right" if passed else "wrong", reason)


def _in_band(error: float) -> Finding:
    row = band(error)
    return Finding("Relative error", row.verdict, row.reason, error)

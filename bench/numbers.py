"""How fast the numbers come: ratios against named rivals, measured in one process. `python -m bench.numbers`.

Times on shared machines mean little, ratios of times taken in turn mean more. Nothing is asserted: a table is
printed, each row with the ratio that is aimed at.
"""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable

import numdifftools
import numpy as np

import gradviz
from gradviz.field import values_at
from gradviz.methods.differences import STENCILS

QUOTIENTS = tuple(STENCILS)
FUNCTIONS = {
    "the default": ("x1^2 + x2^2", (3.0, 4.0)),
    "15 operations": (
        "exp(x*y)*sin(x + y)/(1 + x^2) + sqrt(1 + y^2)*cos(3x - y) + ln(2 + x^2)",
        (0.4, 1.2),
    ),
    "Griewank": ("1 + (x^2 + y^2)/4000 - cos(x)*cos(y/sqrt(2)) + tanh(x y) + exp(-x^2)*atan(y)", (0.7, 1.1)),
}


def fastest(work: Callable[[], object], seconds: float = 0.4) -> float:
    """Seconds of one call: the least of as many as fit the time, at least three."""
    work()
    least, end, count = math.inf, time.perf_counter() + seconds, 0
    while count < 3 or time.perf_counter() < end:
        start = time.perf_counter()
        work()
        least = min(least, time.perf_counter() - start)
        count += 1
    return least


def python_loop(field: gradviz.ScalarField, point: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """The forward quotients as one would write them: a loop over steps, and one over coordinates."""
    gradients = np.empty((len(steps), len(point)))
    value = field(point)
    for k, step in enumerate(steps):
        for i in range(len(point)):
            moved = point.copy()
            moved[i] += step
            gradients[k, i] = (field(moved) - value) / step
    return gradients


def plain_loop(function: Callable[..., float], point: tuple[float, ...], steps: list[float]) -> list:
    """The same loop over a plain Python function of floats: no arrays, no tree, nothing to interpret."""
    value = function(*point)
    gradients = []
    for step in steps:
        row = []
        for i in range(len(point)):
            moved = list(point)
            moved[i] += step
            row.append((function(*moved) - value) / step)
        gradients.append(row)
    return gradients


PLAIN: dict[str, Callable[..., float]] = {
    "the default": lambda x, y: x**2 + y**2,
    "15 operations": lambda x, y: (
        math.exp(x * y) * math.sin(x + y) / (1 + x**2)
        + math.sqrt(1 + y**2) * math.cos(3 * x - y)
        + math.log(2 + x**2)
    ),
    "Griewank": lambda x, y: (
        1
        + (x**2 + y**2) / 4000
        - math.cos(x) * math.cos(y / math.sqrt(2))
        + math.tanh(x * y)
        + math.exp(-(x**2)) * math.atan(y)
    ),
}


def bare_calls(field: gradviz.ScalarField, point: np.ndarray, steps: np.ndarray) -> None:
    """Only the evaluations of f that the five stencils need: six neighbours a step along each coordinate."""
    shifts = np.multiply.outer(np.array([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0]), steps)
    coordinates = [float(x) for x in point]
    with np.errstate(all="ignore"):
        values_at(field, coordinates)
        for i, x in enumerate(coordinates):
            values_at(field, [*coordinates[:i], x + shifts, *coordinates[i + 1 :]])


def gradient_field(field: gradviz.ScalarField) -> dict[str, tuple[float, float]]:
    """What 30 × 30 gradients cost by each method that takes points together, relative to the bare surface.

    And how many times longer a loop over the points takes.
    """
    bounds = ((0.1, 2.0), (0.1, 2.0))
    grid = gradviz.sample(field, bounds, 30)
    some = np.stack(np.meshgrid(grid.x, grid.y), axis=-1).reshape(-1, 2)[::9]
    surface = fastest(lambda: gradviz.sample(field, bounds, 30))
    found = {}
    for name in ("symbolic", "forward", "central", "complex-step", "backprop"):
        batch = fastest(lambda name=name: gradviz.gradients(field, grid, name))
        loop = 9 * fastest(lambda name=name: [gradviz.gradient(field, point, name) for point in some], 0.1)
        found[name] = (batch / surface, loop / batch)
    return found


RIVALS = (("forward", 1), ("backward", 1), ("central", 2), ("central", 4), ("central", 6))


def numdifftools_at(field: gradviz.ScalarField, point: np.ndarray, steps: np.ndarray) -> None:
    """The same five quotients by numdifftools, at each of the steps."""
    for step in steps:
        one = numdifftools.MinStepGenerator(base_step=step, num_steps=1, step_nom=1, use_exact_steps=False)
        for method, order in RIVALS:
            numdifftools.Gradient(field, step=one, method=method, order=order)(point)


def main() -> None:
    """Print the table."""
    warnings.simplefilter("ignore")
    steps = gradviz.sweep(gradviz.parse("x"), 1.0, methods=()).steps
    print(
        f"Ratios of times, {len(steps)} steps, all coordinates; > means the sweep is that many times faster."
    )
    for name, (text, at) in FUNCTIONS.items():
        field, point = gradviz.parse(text), np.array(at)
        operations = sum(bool(node.operands) for node in field.expression.nodes)
        forward = fastest(lambda: gradviz.sweep(field, point, methods=("forward",)))
        five = fastest(lambda: gradviz.sweep(field, point, methods=QUOTIENTS))
        default = fastest(lambda: gradviz.sweep(field, point))
        bare = fastest(lambda: bare_calls(field, point, steps))
        looped = fastest(lambda: python_loop(field, point, steps), 1.0)
        plain = fastest(lambda: plain_loop(PLAIN[name], at, steps.tolist()), 1.0)
        rival = (
            fastest(lambda: numdifftools_at(field, point, steps[::16]), 0.1) * len(steps) / len(steps[::16])
        )
        swept = gradviz.sweep(field, point, methods=QUOTIENTS)
        truth = fastest(lambda: gradviz.true_gradient(field, point))
        _ = swept.truth

        def model() -> None:
            fresh = gradviz.sweep(field, point, methods=QUOTIENTS)
            fresh.__dict__["truth"] = swept.truth
            _ = fresh.model

        modelled = fastest(model) - five
        limit = 1.5 if operations >= 15 else 3.5
        print(f"\n{name}: {text} ({operations} operations)")
        print(f"  five stencils, one sweep                 {1e6 * five:8.0f} µs")
        print(f"  … as asked for by default (all methods)  {1e6 * default:8.0f} µs")
        print(f"  / the bare calls of f it needs           {five / bare:8.2f}    (at most {limit})")
        print(f"  forward part > Python loop over the field{looped / forward:8.1f}    (at least 8)")
        print(f"  forward part > loop over a plain function{plain / forward:8.1f}")
        print(f"  five stencils > the same by numdifftools {rival / five:8.0f}    (at least 1000)")
        print(f"  the truth, on demand                     {truth / five:8.2f} sweeps")
        print(f"  the model, on demand                     {modelled / five:8.2f} sweeps")
        for method, (cost, gain) in gradient_field(field).items():
            print(f"  30 × 30 gradients, {method:12s} {cost:6.1f} surfaces, > loop over points {gain:8.0f}")


if __name__ == "__main__":
    main()

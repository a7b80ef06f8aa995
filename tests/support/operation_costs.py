"""What every operation costs over numbers of every size, in CPU time: a program, in a process of its own.

``python -m tests.support.operation_costs KIND`` prints, as JSON, the dearest call of each operation, of its
derivatives and of its switches. A limit on CPU time ends the process where an operation does not end.
"""

import faulthandler
import gc
import json
import resource
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from flint import arb, fmpq

from gradviz.sweeping.evaluation import LIMITS, LIMITS_OF_GAMMA, OF_FEW_BITS, SWEEPS
from gradviz.tree.balls.functions import FUNCTIONS
from gradviz.tree.balls.numbers import rational, working
from gradviz.tree.balls.slopes import slope, switches
from gradviz.tree.expression import Kind
from gradviz.tree.kinds import COMPLEX, NUMPY, complex_kind, real_kind, torch_kind
from gradviz.tree.operations import OPERATIONS, Operation
from gradviz.tree.precision import PRECISIONS

SECONDS_OF_A_PROCESS = 240  # of CPU
SIZES = (
    1e-300,
    1e-17,
    1e-3,
    0.5,
    1.0,
    2.7,
    17.25,
    30.5,
    60.3,
    100.5,
    1e4,
    1e6 + 0.25,
    1e9 + 0.25,
    1e12 - 0.5,
    1e15 + 0.5,
)
SIZES += (1e16, 1e22, 1e40, 1e100, 1e300)
ONE = (0.0, *SIZES, *(-size for size in SIZES))
FEW = (0.0, 0.5, -0.5, *(s * size for size in (1e-300, 17.3, 1e6 + 0.25, 1e300) for s in (1, -1)))
ORDERS = (2.0, 3.0, 5.0, 97.0)  # of roots: literals
MOST_BITS_OF_GAMMA = LIMITS_OF_GAMMA[-1].bits
# Of the working precisions of the truth the fewest bits, the most for Γ and its kin, and the most for the
# others; a call with bits between these costs something between.
BITS = (SWEEPS[0], MOST_BITS_OF_GAMMA, max(SWEEPS[-1], *(depth.bits for depth in LIMITS)))
FAR = (-(2**11_000), -(2**40), -5000, 5000, 2**40, 2**11_000)  # exponents of numbers past float64


def operands(
    row: Operation, one: tuple, few: tuple, number: Callable[[float], Any], truths: tuple
) -> Iterator[tuple]:
    """What the row is tried at: numbers of all sizes; for two operands, pairs of fewer."""
    if row.name in ("and", "or"):
        yield from ((a, b) for a in truths for b in truths)
    elif row.name == "not":
        yield from ((a,) for a in truths)
    elif row.name == "select":
        yield from ((c, a, few[1]) for c in truths for a in few)
    elif row.name == "root":
        yield from ((a, number(n)) for a in one for n in ORDERS)
    elif row.fixed == 0:
        yield from ((number(n), a) for a in one for n in (0.0, 1.0, 7.5, -60.0, 100.0))
    elif row.arity == 0:
        yield ()
    elif row.arity == 1:
        yield from ((a,) for a in one)
    else:
        yield from ((a, b) for a in few for b in few)


def written(x: Any) -> str:
    """A number for the report, in few digits: it may have thousands."""
    return (
        x.str(6)
        if isinstance(x, arb)
        else f"{int(x.p)}/{int(x.q)}"[:12]
        if isinstance(x, fmpq)
        else str(x)[:12]
    )


def told(what: str, operands: tuple, kind: str) -> str:
    return f"{what}({', '.join(map(written, operands))}) in {kind}"


class Costs:
    """The dearest call of each operation so far, in seconds of CPU time, and where it was."""

    def __init__(self) -> None:
        self.worst: dict[str, tuple[float, str]] = {}

    def timed(self, name: str, where: Callable[[], str], work: Callable[[], Any]) -> Any:
        self.worst.setdefault(name, (0.0, ""))
        begun = time.process_time()
        try:
            return work()
        finally:
            spent = time.process_time() - begun
            if spent > self.worst[name][0]:
                self.worst[name] = (spent, where())  # written only here: that costs more than most calls


def unit() -> float:
    """What a call is compared with, in seconds of CPU time: exp in 100 000 bits, on this machine, now."""
    spent = []
    with working(100_000):
        for number in range(8):
            begun = time.process_time()
            (arb(1) / 3 + number).exp()
            spent.append(time.process_time() - begun)
    return min(spent[2:])  # the first ones find constants


def measure(
    kind: Kind, numbers: Callable[[tuple], tuple], truths: tuple, costs: Costs, rules: bool = True
) -> None:
    """Every operation of ``kind`` at numbers of every size, with its derivatives and switches."""
    one, few = numbers(ONE), numbers(FEW)
    for row in OPERATIONS.values():
        if row.name not in kind.functions:
            continue
        for a in operands(row, one, few, lambda n: numbers((n,))[0], truths):
            where = partial(told, row.name, a, kind.name)
            value = costs.timed(row.name, where, lambda row=row, a=a: kind.functions[row.name](*a))
            if value is None or not rules or row.name == "root":
                continue
            for place in range(row.fixed == 0, len(a)):
                costs.timed(
                    row.name,
                    partial(told, f"slope {place} of {row.name}", a, kind.name),
                    lambda row=row, a=a, v=value, p=place: row.derivative(kind, v, a, p),
                )
            if row.switches is not None:
                where = partial(told, f"switches of {row.name}", a, kind.name)
                costs.timed(row.name, where, lambda row=row, a=a: row.switches(kind, *a))


def in_numpy(costs: Costs) -> None:
    measure(NUMPY, lambda values: tuple(map(float, values)), (True, False), costs)
    for name in ("float32", "float16"):
        kind = real_kind(PRECISIONS[name])
        measure(kind, lambda values, kind=kind: tuple(map(kind.number, values)), (True, False), costs)


def in_complex_numbers(costs: Costs) -> None:
    """A step of i·h for tiny and for large h."""
    narrow = complex_kind(PRECISIONS["float32"])
    for kind, number in ((COMPLEX, complex), (narrow, np.complex64)):
        analytic = {
            row.name: kind.functions[row.name]
            for row in OPERATIONS.values()
            if row.complex and row.name != "root"
        }
        for h in (1e-300, 1e-20, 0.1, 1e6):
            numbers = lambda values, h=h, number=number: tuple(number(complex(a, h)) for a in values)  # noqa: E731
            measure(Kind(kind.name, float, analytic), numbers, (True, False), costs, rules=False)


def in_pytorch(costs: Costs) -> None:
    """Forward and backward, in every type; and the type that NumPy lacks, as it stands in for NumPy's."""
    import torch

    for precision in PRECISIONS.values():
        kind = torch_kind(torch, precision)

        def there_and_back(function: Callable[..., Any]) -> Callable[..., Any]:
            def worked(*a: Any) -> Any:
                leaves = [x.clone().requires_grad_(x.dtype.is_floating_point) for x in a]
                value = function(*leaves)
                if value.requires_grad:
                    torch.autograd.grad(value, [x for x in leaves if x.requires_grad], allow_unused=True)
                return value

            return worked

        functions = {
            n: there_and_back(f) if n not in ("root", "trigamma") else f for n, f in kind.functions.items()
        }
        truths = (torch.tensor(True), torch.tensor(False))
        there = Kind(kind.name, kind.literal, functions)
        measure(there, lambda values, kind=kind: tuple(map(kind.number, values)), truths, costs, rules=False)
    narrow = real_kind(PRECISIONS["bfloat16"])
    measure(narrow, lambda values: tuple(map(narrow.number, values)), truths, costs, rules=False)


def in_balls(bits: int, costs: Costs) -> None:
    """Balls with all their digits, some of them wide, and exact numbers."""
    names = [name for name in OPERATIONS if bits <= MOST_BITS_OF_GAMMA or name not in OF_FEW_BITS]
    with working(bits):
        far = tuple(s * arb((5, e)) / 3 for e in FAR for s in (1, -1))
        wide = tuple(s * arb(a, a / 3) for a in (1.5, 40.0, 1e9) for s in (1, -1))

        def numbers(values: tuple) -> tuple:
            plain = tuple(rational(float(a)) for a in values)
            if len(values) == 1:
                return plain
            all_digits = tuple(a + arb((1, 8 - bits)) / 3 for a in plain)
            return (*all_digits, *far, *wide) if len(values) == len(ONE) else (*plain, *far[::3], *wide[::3])

        one, few = numbers(ONE), numbers(FEW)
        for name in names:
            row = OPERATIONS[name]
            for a in operands(row, one, few, lambda n: numbers((n,))[0], (True, False, None)):
                where = partial(told, name, a, f"balls of {bits} bits")
                value = costs.timed(name, where, lambda name=name, a=a: FUNCTIONS[name](*a))
                if row.boolean or row.name == "trigamma":
                    continue
                for place in range(len(a)):
                    costs.timed(
                        name,
                        partial(told, f"slope {place} of {name}", a, f"balls of {bits} bits"),
                        lambda name=name, a=a, v=value, p=place: slope(name, v, a, p),
                    )
                where = partial(told, f"switches of {name}", a, f"balls of {bits} bits")
                costs.timed(name, where, lambda name=name, a=a: switches(name, a))


MEASUREMENTS: dict[str, Callable[[Costs], None]] = {
    "numpy": in_numpy,
    "complex": in_complex_numbers,
    "pytorch": in_pytorch,
    **{str(bits): lambda costs, bits=bits: in_balls(bits, costs) for bits in BITS},
}


def main(name: str) -> None:
    from scipy import special

    special.digamma(1.5)  # loading a library is no operation
    if name == "pytorch":
        import torch

        torch.ones(1, requires_grad=True).sum().backward()
    faulthandler.register(signal.SIGVTALRM)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS_OF_A_PROCESS - 1)  # says where it was
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_OF_A_PROCESS, SECONDS_OF_A_PROCESS))
    warnings.simplefilter("ignore")  # PyTorch's, of its beta
    gc.disable()  # a look through all that PyTorch has loaded takes 0.15 s, and is no operation's
    costs, before = Costs(), unit()
    with np.errstate(all="ignore"):
        MEASUREMENTS[name](costs)
    print(json.dumps({"unit": max(before, unit()), "worst": costs.worst}))


if __name__ == "__main__":
    main(sys.argv[1])

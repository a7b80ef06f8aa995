"""Forward mode: dual numbers on the same graph, one pass for each input.

Each number carries its derivative along one direction, and every operation hands both on. The rules are those
of ``gradviz/tree/operations`` that the NumPy reverse sweep uses the other way round.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gradviz.field import ScalarField, as_point, inputs_at
from gradviz.tree.expression import Expression, Kind, evaluate
from gradviz.tree.kinds import NUMPY
from gradviz.tree.operations import OPERATIONS


def tangents(
    expression: Expression, kind: Kind, values: Sequence[Any], direction: Mapping[str, Any]
) -> list[Any]:
    """The derivative of every node along ``direction`` (by variable, 0 where it has none).

    ``values`` as ``evaluate`` gave them; the caller holds np.errstate. Griewank & Walther, Evaluating
    Derivatives, 2nd ed., §3.1.
    """
    found: list[Any] = []
    for place, node in enumerate(expression.nodes):
        tangent: Any = direction.get(node.name, 0.0) if node.operation == "variable" else 0.0
        operands = tuple(values[i] for i in node.operands)
        for slot, operand in enumerate(node.operands):
            if not expression.supports[operand]:
                continue
            slope = OPERATIONS[node.operation].derivative(kind, values[place], operands, slot)
            if slope is not None:  # a branch not taken has slope 0, and may have no tangent
                passed = kind.flow(found[operand], slope)
                tangent = tangent + kind.select(kind.equal(slope, 0.0), 0.0, passed)
        found.append(tangent)
    return found


def forward_gradient(field: ScalarField, point: Any) -> np.ndarray:
    """The gradient (n,) by n passes, one along each variable."""
    coordinates = [float(x) for x in as_point(field, point)]
    with np.errstate(all="ignore"):
        values = evaluate(field.expression, NUMPY, inputs_at(field, coordinates))
        passes = [tangents(field.expression, NUMPY, values, {name: 1.0}) for name in field.variables]
    return np.array([float(found[-1]) for found in passes])

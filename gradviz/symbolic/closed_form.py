"""The closed form of a field: its partial derivatives as trees of elementary operations, and typeset."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from gradviz.errors import ClosedFormError
from gradviz.symbolic import worker
from gradviz.tree.expression import Expression

if TYPE_CHECKING:
    import sympy

    from gradviz.field import ScalarField


@dataclass(frozen=True)
class ClosedForm:
    """∂f/∂xᵢ as expressions, with the LaTeX of f and of each ('' where it would fill pages)."""

    partials: tuple[Expression, ...]
    latex: str
    partials_latex: tuple[str, ...]


@dataclass(frozen=True)
class _Refusal:
    """Why there is no closed form, and until when (time.monotonic) this need not be asked again."""

    sentence: str
    until: float


FOR_GOOD = math.inf
FOR_A_WHILE = 300.0  # seconds: a machine that was too busy may be so no longer


def closed_form(field: ScalarField) -> ClosedForm:
    """The closed form of ``field``. ClosedFormError past the limits of time, memory and size; BusyError where
    that is not known yet.
    """
    outcome = _derived(field.expression, field.variables, 0)
    if isinstance(outcome, _Refusal) and time.monotonic() > outcome.until:
        outcome = _derived(field.expression, field.variables, int(time.monotonic() // FOR_A_WHILE))
    if isinstance(outcome, _Refusal):
        raise ClosedFormError(outcome.sentence)
    return outcome


@lru_cache(maxsize=256)
def _derived(expression: Expression, variables: tuple[str, ...], attempt: int) -> ClosedForm | _Refusal:
    """A refusal is remembered as well: each costs the whole limit of time. ``attempt`` tells later ones
    apart. Where nothing was tried, nothing is remembered.
    """
    try:
        return ClosedForm(*worker.run("derive", expression, variables))
    except worker.BusyError:
        raise
    except worker.CutOffError as error:
        return _Refusal(str(error), time.monotonic() + FOR_A_WHILE)
    except ClosedFormError as error:
        return _Refusal(str(error), FOR_GOOD)


def public_forms(field: ScalarField) -> tuple[sympy.Expr, ...]:
    """f and its partial derivatives in SymPy's own functions and real symbols. ClosedFormError past the
    limits.
    """
    return worker.run("publish", field.expression, field.variables)

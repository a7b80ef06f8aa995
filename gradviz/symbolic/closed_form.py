"""The closed form of a field: its partial derivatives as trees of elementary operations, and typeset."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from functools import lru_cache

from gradviz.errors import ClosedFormError
from gradviz.field import ScalarField
from gradviz.symbolic import worker
from gradviz.tree.expression import Expression


@dataclass(frozen=True)
class ClosedForm:
    """∂f/∂xᵢ as expressions, with the LaTeX of f and of each ('' where it would fill pages)."""

    partials: tuple[Expression, ...]
    latex: str
    partials_latex: tuple[str, ...]


@dataclass(frozen=True)
class _Refusal:
    """Why there is no closed form, and until when (time.monotonic) that is not attempted again."""

    sentence: str
    until: float


FOR_GOOD = math.inf
FOR_A_WHILE = 300.0  # seconds: a machine that was too busy may be so no longer


def closed_form(field: ScalarField) -> ClosedForm:
    """The closed form of ``field``.

    ClosedFormError past the limits of time, memory and size; BusyError where no worker is free to find out.
    """
    outcome = _derived(field.expression, field.variables, 0)
    if isinstance(outcome, _Refusal) and time.monotonic() > outcome.until:
        outcome = _derived(field.expression, field.variables, int(time.monotonic() // FOR_A_WHILE))
    if isinstance(outcome, _Refusal):
        raise ClosedFormError(outcome.sentence)
    return outcome


@lru_cache(maxsize=256)
def _derived(expression: Expression, variables: tuple[str, ...], attempt: int) -> ClosedForm | _Refusal:
    """The result of a worker; refusals are cached too, because each costs the whole limit of time.

    ``attempt`` tells later attempts apart. Where nothing was attempted, nothing is cached.
    """
    try:
        return ClosedForm(*worker.run("derive", expression, variables))
    except worker.BusyError:
        raise
    except worker.CutOffError as error:
        return _Refusal(str(error), time.monotonic() + FOR_A_WHILE)
    except ClosedFormError as error:
        return _Refusal(str(error), FOR_GOOD)

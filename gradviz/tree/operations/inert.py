"""Functions that the closed form leaves as they are: SymPy would evaluate them by comparing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

Slope: TypeAlias = Callable[..., Any]  # of the namespace of closed forms, and the arguments


@dataclass(frozen=True)
class Inert:
    r"""A function of the closed form that knows its derivative and nothing else.

    ``name`` is its class, by which SymPy orders terms; ``latex`` has {0}, {1} for the arguments. ``own`` is
    SymPy's own function of the same meaning, a name or a function of the module and the arguments;
    ``recognised`` names the class of SymPy's that is read as this operation, by default that one. ``slopes``
    are its derivatives in SymPy where the row's formulas would have another form there.
    """

    name: str
    latex: str
    own: str | Callable[..., Any]
    recognised: str = ""
    slopes: tuple[Slope, ...] = ()

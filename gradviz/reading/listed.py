"""The functions that can be typed, by family, for documents and for the page."""

from __future__ import annotations

from gradviz.reading.special import SPECIAL_EXPANSIONS
from gradviz.reading.spelling import EXPANSIONS, REDUCTIONS
from gradviz.tree.operations.arithmetic import ARITHMETIC
from gradviz.tree.operations.bessel import BESSEL
from gradviz.tree.operations.conditions import CONDITIONS
from gradviz.tree.operations.exponential import EXPONENTIAL
from gradviz.tree.operations.hyperbolic import HYPERBOLIC
from gradviz.tree.operations.integrals import INTEGRALS
from gradviz.tree.operations.parts import PARTS
from gradviz.tree.operations.powers import POWERS
from gradviz.tree.operations.row import Operation
from gradviz.tree.operations.special import SPECIAL
from gradviz.tree.operations.trigonometric import TRIGONOMETRIC

_FAMILIES = {
    "Arithmetic": ARITHMETIC,
    "Powers and roots": POWERS,
    "Exponentials and logarithms": EXPONENTIAL,
    "Trigonometric": TRIGONOMETRIC,
    "Hyperbolic": HYPERBOLIC,
    "Parts and extrema": PARTS,
    "Special": SPECIAL,
    "Integrals": INTEGRALS,
    "Bessel functions, their order first, and Airy's": BESSEL,
    "Conditions": CONDITIONS,
}
_OF_ONE_ORDER = (
    "bessel_",
    "modified_bessel_",
    "scaled_modified_bessel_",
)  # J_0 and its like, as besselj(0, x)


def _typed(rows: tuple[Operation, ...]) -> tuple[str, ...]:
    return tuple(row.called for row in rows if row.typed and row.arity != 0 and row.infix is None)


def functions_by_family() -> dict[str, tuple[str, ...]]:
    """The names under which functions are typed, each once; many have other spellings beside."""
    listed = {title: _typed(rows) for title, rows in _FAMILIES.items()}
    made = sorted(name for name in EXPANSIONS if not name.startswith(_OF_ONE_ORDER))
    special = tuple(name for name in made if name in SPECIAL_EXPANSIONS)
    return listed | {
        "Made of these": tuple(name for name in made if name not in special),
        "Made of special functions": special,
        "Of vectors": tuple(sorted(REDUCTIONS)),
    }


def function_list() -> str:
    """The list in Markdown, one line for each family."""
    lines = (
        f"- {title}: {', '.join(f'`{name}`' for name in names)}"
        for title, names in functions_by_family().items()
    )
    return "\n".join(lines)

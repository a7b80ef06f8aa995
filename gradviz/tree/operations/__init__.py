"""The elementary operations: one row each, in files by family.

Everything else follows from the row: the numbers of each kind, derivatives, noise model, text, LaTeX, code,
graph and tests.
"""

from gradviz.tree.operations.arithmetic import ARITHMETIC
from gradviz.tree.operations.bessel import BESSEL
from gradviz.tree.operations.conditions import CONDITIONS
from gradviz.tree.operations.constants import CONSTANTS
from gradviz.tree.operations.exponential import EXPONENTIAL
from gradviz.tree.operations.hyperbolic import HYPERBOLIC
from gradviz.tree.operations.integrals import INTEGRALS
from gradviz.tree.operations.parts import PARTS
from gradviz.tree.operations.powers import POWERS
from gradviz.tree.operations.row import Operation
from gradviz.tree.operations.special import SPECIAL
from gradviz.tree.operations.trigonometric import TRIGONOMETRIC

__all__ = ["OPERATIONS", "Operation"]

FAMILIES = (
    CONSTANTS,
    ARITHMETIC,
    POWERS,
    EXPONENTIAL,
    TRIGONOMETRIC,
    HYPERBOLIC,
    PARTS,
    SPECIAL,
    INTEGRALS,
    BESSEL,
    CONDITIONS,
)

OPERATIONS: dict[str, Operation] = {row.name: row for family in FAMILIES for row in family}

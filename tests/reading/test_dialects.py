"""A function that is written in every dialect is read back: the same value, the same gradient.

``python -m tests.reading.test_dialects SEED COUNT`` runs as many functions as wanted.
"""

import math
import random
import sys
from collections import Counter

import numpy as np
import pytest

from gradviz.autodiff.reverse import gradients_at
from gradviz.errors import GradvizError
from gradviz.reading.parser import parse
from tests.reading.dialects import DIALECTS, Dialect, Tree, random_tree, value_of, written

POINT = [0.7, -1.3, 0.4]
LETTERS = "123xyz"  # the last letters of the names of the three variables


def read(text: str) -> tuple[float, list[float]]:
    """The value and the gradient of a text at POINT, variables that do not occur included."""
    field = parse(text)
    if not all(name[-1] in LETTERS for name in field.variables):
        return math.nan, [math.nan] * len(POINT)
    places = {name: LETTERS.index(name[-1]) % 3 for name in field.variables}
    point = [POINT[place] for place in places.values()]
    with np.errstate(all="ignore"):
        slopes = gradients_at(field, point)
    gradient = [0.0] * len(POINT)
    for place, slope in zip(places.values(), slopes, strict=True):
        gradient[place] = float(slope)
    return float(field(point)), gradient


def difference(tree: Tree, dialect: Dialect, rng: random.Random) -> str:
    """What is read otherwise than it was meant; '' where nothing is, or f is too steep to be compared."""
    try:
        value, gradient = value_of(tree, POINT)
    except (ArithmeticError, ValueError):
        return ""
    if not any(gradient) and "operation='x'" not in repr(tree):
        return ""  # a constant: which variables it has is not told
    if not abs(value) < 1e8 or not all(abs(g) < 1e8 for g in gradient):
        return ""
    text = written(tree, dialect, rng)
    try:
        found, slopes = read(text)
    except GradvizError as error:
        limits = ("too large", "no real value", "divides by zero", "nested", "parts", "longer", "Exponents")
        return "" if any(word in str(error) for word in limits) else f"{dialect.name}: {text}: {error}"
    size = 1 + abs(value) + max(map(abs, gradient))
    right = abs(found - value) < 1e-8 * size and np.allclose(slopes, gradient, rtol=1e-7, atol=1e-8 * size)
    return "" if right else f"{dialect.name}: {text}: {found}, {slopes} instead of {value}, {gradient}"


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_what_is_written_in_a_dialect_is_read_back(dialect):
    rng = random.Random(f"dialect {dialect.name}")
    trees = [random_tree(rng, rng.randrange(1, 5), 3) for _ in range(60)]
    assert [found for tree in trees if (found := difference(tree, dialect, rng))] == []


def main(seed: int, count: int) -> None:
    rng = random.Random(seed)
    wrong: Counter[str] = Counter()
    for _ in range(count):
        tree = random_tree(rng, rng.randrange(1, 6), 3)
        for dialect in DIALECTS:
            if found := difference(tree, dialect, rng):
                wrong[dialect.name] += 1
                if wrong[dialect.name] <= 3:
                    print(found)
    print(f"{count} functions in {len(DIALECTS)} dialects: {dict(wrong) or 'none is read otherwise'}")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))

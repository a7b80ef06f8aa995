"""Counts that come out of a division: bounded in one place, and no other place in the package makes them."""

from __future__ import annotations

import ast
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradviz.pieces import multiples, pieces
from tests.support.paths import ROOT

PACKAGE = ROOT / "gradviz"
ANY = st.floats(allow_nan=True, allow_infinity=True)


@pytest.mark.parametrize(
    ("length", "each", "count", "why"),
    [
        (1.0, 0.25, 4, "it fits"),
        (1.0, 0.3, 4, "the last piece is shorter"),
        (0.1, 5.0, 1, "one piece covers it"),
        (1e30, 0.05, 50, "too many"),
        (math.inf, 0.05, 50, "an infinite length has as many as there may be"),
        (1e300, 1e-300, 50, "the quotient overflows"),
        (5e-324, 1.0, 1, "the smallest number of all is a length"),
        (math.nan, 1.0, 0, "no length"),
        (-1.0, 1.0, 0, "nothing to divide"),
        (0.0, 1.0, 0, "nothing to divide"),
        (1.0, 0.0, 0, "no pieces without a size"),
        (1.0, math.nan, 0, "no pieces without a size"),
        (1.0, math.inf, 0, "no finite piece"),
    ],
)
def test_pieces_by_hand(length, each, count, why):
    assert pieces(length, each, 50) == count, why


@given(ANY, ANY, st.integers(2, 1000))
def test_pieces_cover_the_length_and_are_never_too_many(length, each, most):
    count = pieces(length, each, most)
    assert 0 <= count <= most
    if 0 < length < math.inf and 0 < each < math.inf and count < most:
        slack = 1 + Fraction(1, 2**50)  # the quotient is rounded once
        assert count * Fraction(each) * slack >= Fraction(length)
        assert (count - 1) * Fraction(each) < Fraction(length) * slack


@pytest.mark.parametrize(
    ("ends", "each", "expected", "why"),
    [
        ((-2.0, 3.0), 1.0, [-2, -1, 0, 1, 2, 3], "the ends are among them"),
        ((0.1, 0.9), 1.0, [], "none between"),
        ((0.0, 1.0), 0.5, [0, 1, 2], "multiples of a half"),
        ((-16.3, 0.2), 1.0, [-16, -14, -12, -10, -8, -6, -4, -2, 0], "every second one, counted from 0"),
        ((math.nan, 1.0), 1.0, [], "no range"),
        ((0.0, math.inf), 1.0, [], "no range"),
        ((0.0, 1e308), 1e-300, [], "the quotient overflows"),
    ],
)
def test_multiples_by_hand(ends, each, expected, why):
    assert multiples(*ends, each).tolist() == expected, why


@given(ANY, ANY, ANY, st.integers(2, 100))
def test_multiples_are_few_ascending_and_inside(low, high, each, most):
    found = multiples(low, high, each, most)
    assert len(found) <= most
    assert (np.diff(found) > 0).all()
    for k in found:
        assert k == math.floor(k)
        slack = (abs(low) + abs(high)) * 2.0**-50
        assert low - slack <= float(k) * each <= high + slack  # Python's float overflows without a warning


# --- no other place makes such counts -----------------------------------------------------------------------

# What makes something as long as one of its arguments says, and which arguments these are.
MAKERS = {
    "range": slice(None),
    "arange": slice(None),
    "linspace": slice(2, None),
    "logspace": slice(2, 3),
    "geomspace": slice(2, 3),
    "zeros": slice(0, 1),
    "ones": slice(0, 1),
    "empty": slice(0, 1),
    "full": slice(0, 1),
    "eye": slice(0, 1),
    "repeat": slice(1, 2),
    "tile": slice(1, 2),
}
COUNTS = {"num", "shape", "reps", "repeats", "stop", "N"}  # the same by keyword
TO_WHOLE = {"int", "round", "rint", "ceil", "floor", "trunc", "fix", "log2", "log10", "frexp"}
BOUNDED = {"pieces", "multiples", "len"}

# (module, function, what): every one with the reason why its count is bounded all the same.
REASONED = {
    ("export/live.py", "_at_all_steps", "range"): "the places of the slider: constants",
    ("export/terminal.py", "_bar", "list"): "a bar has at most 32 columns",
    ("export/vector/drawing.py", "shortened", "while"): "every turn halves what is left of a text",
    ("export/vector/labels.py", "_along", "range"): "a line within the picture, of a size of ours",
    ("export/vector/labels.py", "_column_places", "range"): "a picture has a size of ours",
    ("export/vector/labels.py", "__init__", "zeros"): "a picture has a size of ours",
    ("export/vector/labels.py", "mark_line", "arange"): "at most 2000 parts",
    ("export/vector/lens.py", "draw_lens", "list"): "an array of two numbers times a number",
    ("export/vector/plot.py", "contour", "arange"): "levels as they are chosen for the map",
    ("export/vector/scene.py", "seen_parts", "range"): "splits are one of two constants",
    ("export/vector/sheet.py", "_passes", "arange"): "as many as a way crosses lines of the sheet",
    ("export/vector/sight.py", "all_parted", "range"): "the points of a line",
    ("export/vector/silhouette.py", "of", "zeros"): "a picture has a size of ours",
    ("export/vector/silhouette.py", "disc_share", "range"): "a lens is smaller than its picture",
    ("export/vector/silhouette.py", "box_share", "range"): "a box is as high as a line of words",
    ("export/vector/silhouette.py", "_fill", "range"): "both ends are clipped to the picture",
    ("figures/preview.py", "_map", "list"): "an array of two numbers times a number",
    ("figures/parts/raster.py", "_near", "arange"): "both ends are clipped to the picture",
    ("figures/parts/box_layout.py", "_spread", "while"): "every turn takes one pool away",
    ("figures/parts/box_layout.py", "_spread", "range"): "members are counted by ones",
    ("reading/vectors.py", "with_components", "range"): "the highest index is read from few digits",
    ("reading/vectors.py", "left_of", "while"): "to the left end of a list of tokens",
    ("tree/balls/slopes.py", "_sinc_slope", "while"): "no more terms than the working precision has bits",
    ("sweeping/best.py", "running_median", "arange"): "no more than there are steps",
    ("surface.py", "sample", "linspace"): "the resolution is checked before",
}


def names_of(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def called(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def from_a_division(node: ast.AST, doubtful: set[str]) -> bool:
    """Whether an expression has an unbounded division, rounding, float or doubtful name."""
    if isinstance(node, ast.Call) and called(node) in BOUNDED:
        return False
    if isinstance(node, ast.Call) and called(node) in TO_WHOLE:
        return True
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return True
    if isinstance(node, ast.Constant) and isinstance(node.value, float):
        return True
    if isinstance(node, ast.Name) and node.id in doubtful:
        return True
    return any(from_a_division(child, doubtful) for child in ast.iter_child_nodes(node))


def doubtful_names(function: ast.AST) -> set[str]:
    """The local names that come out of a division, through any number of assignments."""
    found: set[str] = set()
    while True:
        more = set(found)
        for node in ast.walk(function):
            if not isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.NamedExpr):
                continue
            if node.value is not None and from_a_division(node.value, found):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                more |= {name for target in targets for name in names_of(target)}
        if more == found:
            return found
        found = more


def own_parts(function: ast.AST):
    """The nodes of a function without those of the functions in it."""
    for child in ast.iter_child_nodes(function):
        if not isinstance(child, ast.FunctionDef | ast.ClassDef):
            yield child
            yield from own_parts(child)


def unbounded_counts(tree: ast.AST) -> list[tuple[str, str]]:
    """(function, what) for every count that may come out of a division without :mod:`gradviz.pieces`."""
    found = []
    scopes = [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))]
    for scope in scopes:
        name = getattr(scope, "name", "")
        doubtful = doubtful_names(scope) if name else set()
        for node in own_parts(scope):
            if isinstance(node, ast.Call) and called(node) in MAKERS:
                counts = node.args[MAKERS[called(node)]]
                counts += [keyword.value for keyword in node.keywords if keyword.arg in COUNTS]
                constant = all(isinstance(count, ast.Constant | ast.UnaryOp) for count in counts)
                if not constant and any(from_a_division(count, doubtful) for count in counts):
                    found.append((name, called(node)))
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
                for repeated, count in ((node.left, node.right), (node.right, node.left)):
                    if is_sequence(repeated) and from_a_division(count, doubtful):
                        found.append((name, "list"))
            elif isinstance(node, ast.While):
                compared = [part for part in ast.walk(node.test) if isinstance(part, ast.Compare)]
                stepped = {name for part in ast.walk(node) for name in stepped_names(part)}
                if any(names_of(part) & stepped and is_ordering(part) for part in compared):
                    found.append((name, "while"))
    return found


def is_sequence(node: ast.AST) -> bool:
    """Whether an expression is a list or a text as it is written."""
    text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return text or isinstance(node, ast.List | ast.ListComp | ast.JoinedStr)


def stepped_names(node: ast.AST) -> set[str]:
    """The names that a statement moves on by anything but whole numbers written out."""
    if isinstance(node, ast.AugAssign):
        by_ones = isinstance(node.value, ast.Constant) and isinstance(node.value.value, int)
        return set() if by_ones else names_of(node.target)
    if isinstance(node, ast.Assign):
        computed = any(isinstance(part, ast.BinOp) for part in ast.walk(node.value))
        return {name for target in node.targets for name in names_of(target)} if computed else set()
    return set()


def is_ordering(node: ast.Compare) -> bool:
    """Whether a comparison is one of sizes, but not with a length."""
    lengths = any(isinstance(part, ast.Call) and called(part) == "len" for part in ast.walk(node))
    return not lengths and any(isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for op in node.ops)


@pytest.mark.parametrize(
    ("source", "what", "why"),
    [
        ("np.arange(a, b, 0.3)", "arange", "steps through floats"),
        ("range(int(low), int(high))", "range", "whole numbers of floats"),
        ("np.linspace(a, b, round(width / 3))", "linspace", "points by width"),
        ("n = length / each\n    np.zeros(n)", "zeros", "through a name"),
        ("n = math.ceil(x)\n    m = n + 1\n    [0] * m", "list", "through two names"),
        ("'-' * int(x)", "list", "text is as long as a list"),
        ("while place < length:\n        place += each", "while", "steps through floats"),
        ("np.arange(pieces(length, each, 50))", None, "bounded"),
        ("n = pieces(length, each, 50)\n    np.zeros(n)", None, "bounded"),
        ("range(len(names) // 2)", None, "of a length"),
        ("np.linspace(a / 3, b / 3, 40)", None, "the ends are no count"),
        ("np.arange(-3.0, 4.0)", None, "written out"),
        ("while place < length:\n        place = place + each", "while", "the same, written out"),
        ("while rest is not None:\n        rest = rest.next", None, "no number"),
        ("while place < len(words):\n        place += 1", None, "whole steps through a list"),
    ],
)
def test_a_count_from_a_division_is_found(source, what, why):
    found = unbounded_counts(ast.parse(f"def f():\n    {source}\n"))
    assert found == ([("f", what)] if what else []), why


def test_every_count_from_a_division_is_bounded_in_one_place():
    found = {
        (path.relative_to(PACKAGE).as_posix(), *place)
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.name != "pieces.py"
        for place in unbounded_counts(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found - set(REASONED) == set(), "use gradviz.pieces, or give the reason why it is bounded"
    assert set(REASONED) - found == set(), "a reason for what is no longer there"

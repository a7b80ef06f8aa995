r"""A formula typeset: the LaTeX that the tree is written in, set with KaTeX's fonts by TeX's rules.

``to_latex`` writes few commands, and these are known here: \frac, \sqrt, \left, scripts, names of functions,
accents, cases. Sizes and spaces are those of appendix G of The TeXbook, simplified: no cramped styles. All
lengths are in sizes of the letters until something is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape

import numpy as np

from gradviz.export.vector.drawing import Drawing, Text, Word
from gradviz.export.vector.outlines import letters_outline
from gradviz.export.vector.typeface import LARGER, MATH, ROMAN, SANS, Face
from gradviz.text.letters import LETTERS

AXIS = 0.25  # height of the middle of a minus sign
RULE = 0.05  # how thick a line is
SCRIPTS = (1.0, 0.7, 0.5)  # sizes of a formula, of its scripts and of theirs
SUP, SUB = 0.4, 0.2  # how far scripts are raised and lowered
SUP_DROP, SUB_DROP = 0.39, 0.05  # from the top and the bottom of a high base
THIN, MEDIUM, THICK = 3 / 18, 4 / 18, 5 / 18
GAP = 0.12  # between a rule and what is above or below it
ROW = 1.4  # from one line of cases to the next
MOST_TOKENS = 20_000
LINE_ROOM, LINES = 40.0, 3  # of a formula over a stage: the longest line, and how many

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[^\\]", re.DOTALL)
_NAMES = {
    "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "arcsin", "arccos", "arctan",
    "ln", "log", "min", "max", "exp",
}  # fmt: skip
_SIGNS = {
    r"\cdot": ("⋅", "bin"), r"\bmod": ("mod", "bin"), r"\le": ("≤", "rel"), r"\ge": ("≥", "rel"),
    r"\ne": ("≠", "rel"), r"\land": ("∧", "bin"), r"\lor": ("∨", "bin"), r"\lnot": ("¬", "ord"),
    r"\ldots": ("…", "ord"), r"\partial": ("∂", "ord"), r"\infty": ("∞", "ord"), r"\to": ("→", "rel"),
    "+": ("+", "bin"), "-": ("−", "bin"), "*": ("∗", "bin"), "/": ("/", "ord"), "=": ("=", "rel"),
    "<": ("<", "rel"), ">": (">", "rel"), ",": (",", "punct"), ";": (";", "punct"), "'": ("′", "ord"),
    "(": ("(", "open"), ")": (")", "close"), "[": ("[", "open"), "]": ("]", "close"), "!": ("!", "close"),
}  # fmt: skip
_DELIMITERS = {r"\lfloor": "⌊", r"\rfloor": "⌋", r"\lceil": "⌈", r"\rceil": "⌉", r"\{": "{", r"\}": "}"}
_ACCENTS = {"hat": "ˆ", "bar": "ˉ", "tilde": "˜", "dot": "˙", "ddot": "¨", "check": "ˇ", "breve": "˘"}
_SPACES = {  # between two kinds of atoms (The TeXbook, chapter 18), those in parentheses also in scripts
    ("ord", "op"): (THIN, True), ("ord", "bin"): (MEDIUM, False), ("ord", "rel"): (THICK, False),
    ("ord", "inner"): (THIN, False), ("op", "ord"): (THIN, True), ("op", "op"): (THIN, True),
    ("op", "rel"): (THICK, False), ("op", "inner"): (THIN, False), ("bin", "ord"): (MEDIUM, False),
    ("bin", "op"): (MEDIUM, False), ("bin", "open"): (MEDIUM, False), ("bin", "inner"): (MEDIUM, False),
    ("rel", "ord"): (THICK, False), ("rel", "op"): (THICK, False), ("rel", "open"): (THICK, False),
    ("rel", "inner"): (THICK, False), ("close", "op"): (THIN, True), ("close", "bin"): (MEDIUM, False),
    ("close", "rel"): (THICK, False), ("close", "inner"): (THIN, False), ("inner", "ord"): (THIN, False),
    ("inner", "op"): (THIN, True), ("inner", "bin"): (MEDIUM, False), ("inner", "rel"): (THICK, False),
    ("inner", "open"): (THIN, False), ("inner", "inner"): (THIN, False),
    **{("punct", kind): (THIN, False) for kind in ("ord", "op", "rel", "open", "close", "inner")},
}  # fmt: skip


@dataclass(frozen=True)
class Glyph:
    """A letter at a place of a box, ``y`` up."""

    x: float
    y: float
    size: float
    face: Face
    character: str


@dataclass(frozen=True)
class Rule:
    """A filled rectangle from (x, y), ``y`` up."""

    x: float
    y: float
    width: float
    height: float


@dataclass
class SetBox:
    """A part of a formula: its size about the line that it stands on, and what is in it."""

    width: float = 0.0
    height: float = 0.0
    depth: float = 0.0
    pieces: list[Glyph | Rule] = field(default_factory=list)

    def put(self, other: SetBox, x: float, y: float = 0.0) -> None:
        """Add another box at a place."""
        for piece in other.pieces:
            if isinstance(piece, Glyph):
                moved = Glyph(piece.x + x, piece.y + y, piece.size, piece.face, piece.character)
                self.pieces.append(moved)
            else:
                self.pieces.append(Rule(piece.x + x, piece.y + y, piece.width, piece.height))
        self.width = max(self.width, x + other.width)
        self.height, self.depth = max(self.height, other.height + y), max(self.depth, other.depth - y)


@dataclass
class Atom:
    """A box with its kind, which says how much space there is beside it."""

    box: SetBox
    kind: str = "ord"


def typeset(latex: str) -> list[Atom]:
    """The atoms of a formula; what is not known of its commands is written as it is."""
    return _Setter(_TOKEN.findall(latex)[:MOST_TOKENS]).row(0)


def joined(atoms: Sequence[Atom], level: int = 0) -> SetBox:
    """Atoms in a row with the spaces between them."""
    whole = SetBox()
    before = ""
    for k, atom in enumerate(atoms):
        kind = atom.kind
        after = atoms[k + 1].kind if k + 1 < len(atoms) else ""
        if kind == "bin" and (
            before in ("", "bin", "op", "rel", "open", "punct") or after in ("", "rel", "close")
        ):
            kind = "ord"  # a sign
        space, always = _SPACES.get((before, kind), (0.0, False))
        if space and (level == 0 or always):
            whole.width += space * SCRIPTS[level]
        whole.put(atom.box, whole.width)
        before = kind
    return whole


def in_lines(atoms: Sequence[Atom], room: float) -> list[SetBox]:
    """Atoms in lines no wider than ``room`` where they can be broken: before + and − outside of brackets."""
    parts: list[list[Atom]] = [[]]
    for k, atom in enumerate(atoms):
        if atom.kind in ("bin", "rel") and k and atoms[k - 1].kind in ("ord", "close", "inner", "op"):
            parts.append([])
        parts[-1].append(atom)
    lines: list[list[Atom]] = [[]]
    for part in parts:
        if lines[-1] and joined([*lines[-1], *part]).width > room:
            lines.append([])
        lines[-1] += part
    return [joined(line) for line in lines]


def draw(drawing: Drawing, box: SetBox, x: float, y: float, size: float, colour: str) -> None:
    """A box on the line ``y`` from ``x``, with letters of ``size`` px; letters in a row as one text."""
    run: list[Glyph] = []

    def flush() -> None:
        if run:
            text = "".join(glyph.character for glyph in run)
            word = Word(text, run[0].face, run[0].size * size)
            place = x + run[0].x * size, y - run[0].y * size
            drawing.add(Text(*place, (word,), colour))
            run.clear()

    for piece in box.pieces:
        if isinstance(piece, Rule):
            left, bottom = x + piece.x * size, y - piece.y * size
            high = max(piece.height * size, 1.0)
            drawing.rect((left, bottom - high, left + piece.width * size, bottom), colour)
            continue
        if run:
            last = run[-1]
            end = last.x + last.face.width(last.character, last.size)
            same = (last.face, last.size, last.y) == (piece.face, piece.size, piece.y)
            if not same or abs(end - piece.x) > 1e-6:
                flush()
        run.append(piece)
    flush()


# --- the setter ---


def formula_svg(latex: str, words: str) -> str:
    """A formula as elements of a document: an ``svg`` for each line, its letters as outlines.

    As large as the letters around it, in their colour; '' where it has more lines than a title may have.
    ``words`` are read out in its place.
    """
    lines = in_lines(typeset(latex), LINE_ROOM)
    if len(lines) > LINES or max(line.width for line in lines) > LINE_ROOM:
        return ""
    hidden = f'role="img" aria-label="{escape(words)}"'
    found = []
    for line in lines:
        above, below = max(line.height, 0.75) + 0.05, max(line.depth, 0.25) + 0.05
        size = f"width:{line.width + 0.1:.3f}em;aspect-ratio:{line.width + 0.1:.3f}/{above + below:.3f}"
        box = f"-50 {-1000 * above:.0f} {1000 * line.width + 100:.0f} {1000 * (above + below):.0f}"
        shapes = "".join(_svg_path(piece) for piece in line.pieces)
        found.append(f'<svg {hidden} viewBox="{box}" style="{size}" fill="currentColor">{shapes}</svg>')
        hidden = 'aria-hidden="true"'
    return "".join(found)


def _svg_path(piece: Glyph | Rule) -> str:
    """A letter or a line in thousandths of the letters' size, ``y`` down."""
    if isinstance(piece, Rule):
        top = -1000 * (piece.y + max(piece.height, RULE))
        left, wide, high = 1000 * piece.x, 1000 * piece.width, 1000 * max(piece.height, RULE)
        return f'<path d="M{left:.0f} {top:.0f}h{wide:.0f}v{high:.0f}h{-wide:.0f}Z"/>'
    text = Text(1000 * piece.x, -1000 * piece.y, (Word(piece.character, piece.face, 1000 * piece.size),), "")
    data = []
    for outline in letters_outline(text, text.x):
        (x, y), *rest = np.round(outline.points).astype(int).tolist()
        data.append(f"M{x} {y}C{' '.join(f'{x} {y}' for x, y in rest)}Z")
    return f'<path d="{"".join(data)}"/>' if data else ""


class _Setter:
    """Reads tokens from left to right."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens, self.at = tokens, 0

    def peek(self) -> str:
        while self.at < len(self.tokens) and self.tokens[self.at].isspace():
            self.at += 1
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def row(self, level: int, ends: tuple[str, ...] = ("",)) -> list[Atom]:
        """Atoms up to one of the ``ends``, which is left."""
        atoms: list[Atom] = []
        while (token := self.peek()) and token not in ends:
            if token in ("^", "_"):
                base = atoms.pop() if atoms else Atom(SetBox())
                atoms.append(self.scripts(base, level))
            else:
                atoms.append(self.atom(level))
        return atoms

    def group(self, level: int) -> SetBox:
        """{…}, or a single atom."""
        if self.peek() != "{":
            return self.atom(level).box
        self.take()
        box = joined(self.row(level, ("}",)), level)
        self.take()
        return box

    def raw(self) -> str:
        """The letters of {…} as they are."""
        depth, text = 0, ""
        self.peek()
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            depth += {"{": 1, "}": -1}.get(token, 0)
            if depth == 0:
                break
            if token not in "{}":
                text += token.removeprefix("\\")
        return text

    def atom(self, level: int) -> Atom:
        token = self.take()
        if token == "{":
            box = joined(self.row(level, ("}",)), level)
            self.take()
            return Atom(box)
        if token in _SIGNS:
            text, kind = _SIGNS[token]
            return Atom(_letters(text, ROMAN, level), kind)
        name = token.removeprefix("\\")
        if token.startswith("\\") and name in _NAMES:
            return Atom(_letters(name, ROMAN, level), "op")
        special: dict[str, Callable[[int], Atom]] = {
            r"\frac": self.fraction,
            r"\sqrt": self.root,
            r"\left": self.delimited,
            r"\begin": self.cases,
            r"\operatorname": lambda level: Atom(_letters(self.raw(), ROMAN, level), "op"),
            r"\mathrm": lambda level: Atom(_letters(self.raw(), ROMAN, level)),
            r"\text": lambda level: Atom(_letters(self.raw(), ROMAN, level)),
        }
        if token in special:
            return special[token](level)
        if token.startswith("\\") and name in _ACCENTS:
            return Atom(_accented(self.group(level), _ACCENTS[name], level))
        if token.startswith("\\"):
            letter = LETTERS.get(name, name)
            return Atom(
                _letters(letter, MATH if letter.islower() or not ROMAN.has(letter[0]) else ROMAN, level)
            )
        return Atom(_letters(token, MATH if token.isalpha() else ROMAN, level))

    def scripts(self, base: Atom, level: int) -> Atom:
        """A base with what stands above and below at its right."""
        above = below = None
        small = min(level + 1, 2)
        while (token := self.peek()) in ("^", "_"):
            self.take()
            box = self.group(small)
            above, below = (box, below) if token == "^" else (above, box)
        scale = SCRIPTS[level]
        whole = SetBox()
        whole.put(base.box, 0.0)
        start = base.box.width
        up = max(SUP * scale, base.box.height - SUP_DROP * scale)
        down = max(SUB * scale, base.box.depth + SUB_DROP * scale)
        if above is not None:
            up = max(up, above.depth + 0.11 * scale)
            whole.put(above, start + 0.03 * scale, up)
        if below is not None:
            if above is not None:  # they must not touch
                down = max(down, below.height - (up - above.depth) + 0.2 * scale)
            whole.put(below, start, -down)
        whole.width += 0.05 * scale
        return Atom(whole, base.kind)

    def fraction(self, level: int) -> Atom:
        inner = min(level + 1, 2) if level else 0
        above, below = self.group(inner), self.group(inner)
        scale = SCRIPTS[level]
        whole = SetBox()
        wide, pad = max(above.width, below.width), 0.12 * scale
        axis, half = AXIS * scale, RULE * scale / 2
        whole.put(above, pad + (wide - above.width) / 2, axis + half + GAP * scale + above.depth)
        whole.put(below, pad + (wide - below.width) / 2, axis - half - GAP * scale - below.height)
        whole.pieces.append(Rule(0.06 * scale, axis - half, wide + 2 * (pad - 0.06 * scale), 2 * half))
        whole.width = wide + 2 * pad
        return Atom(whole, "inner")

    def root(self, level: int) -> Atom:
        degree = None
        if self.peek() == "[":
            self.take()
            degree = joined(self.row(2, ("]",)), 2)
            self.take()
        inner = self.group(level)
        scale = SCRIPTS[level]
        top = inner.height + (GAP + RULE) * scale
        sign = _stretched("√", top + inner.depth + 0.02 * scale, level)
        glyph = sign.pieces[0]
        assert isinstance(glyph, Glyph)
        whole = SetBox()
        lead = max(0.0, degree.width - 0.45 * scale) if degree is not None else 0.0
        whole.put(sign, lead, top - sign.height)
        start = lead + sign.width
        whole.put(inner, start)
        whole.pieces.append(Rule(start - 0.01, top - RULE * scale, inner.width + 0.06 * scale, RULE * scale))
        whole.width = start + inner.width + 0.08 * scale
        whole.height = max(whole.height, top + 0.05 * scale)
        if degree is not None:
            whole.put(degree, lead - degree.width + 0.45 * scale, top - 0.55 * (top + inner.depth))
        return Atom(whole)

    def delimited(self, level: int) -> Atom:
        r"""\left( … \right)."""
        first = self.take()
        inner = joined(self.row(level, (r"\right",)), level)
        self.take()
        last = self.take()
        axis = AXIS * SCRIPTS[level]
        reach = max(inner.height - axis, inner.depth + axis, 0.45 * SCRIPTS[level])
        whole = SetBox()
        for delimiter, at in ((first, "start"), (last, "end")):
            if at == "end":
                whole.put(inner, whole.width)
            if delimiter not in (".", ""):
                text = _DELIMITERS.get(delimiter, delimiter)
                box = _bar(2 * reach, level) if text == "|" else _stretched(text, 1.9 * reach, level)
                middle = (box.height - box.depth) / 2
                whole.put(box, whole.width, axis - middle)
        return Atom(whole, "inner")

    def cases(self, level: int) -> Atom:
        r"""\begin{cases} value & condition \\ … \end{cases}."""
        self.raw()
        rows: list[list[SetBox]] = [[]]
        while self.peek():
            rows[-1].append(joined(self.row(level, ("&", r"\\", r"\end")), level))
            end = self.take()
            if end == r"\\":
                rows.append([])
            elif end != "&":
                self.raw()
                break
        rows = [row for row in rows if row] or [[SetBox()]]
        scale = SCRIPTS[level]
        tall = [max(ROW * scale, *(box.height + box.depth + 0.4 * scale for box in row)) for row in rows]
        column = max(row[0].width for row in rows) + scale
        whole = SetBox()
        brace = _stretched("{", sum(tall), level)
        top = sum(tall) / 2 + AXIS * scale
        whole.put(brace, 0.0, AXIS * scale - (brace.height - brace.depth) / 2)
        start, y = brace.width + 0.1 * scale, top
        for row, high in zip(rows, tall, strict=True):
            up, down = max(box.height for box in row), max(box.depth for box in row)
            line = y - high / 2 - (up - down) / 2
            for place, box in zip((0.0, column), row, strict=False):
                whole.put(box, start + place, line)
            y -= high
        return Atom(whole)


def _letters(text: str, face: Face, level: int) -> SetBox:
    """Letters in a row, each of a face that has it."""
    size, box = SCRIPTS[level], SetBox()
    for character in text:
        able = next((other for other in (face, ROMAN, MATH, SANS) if other.has(character)), SANS)
        _, bottom, _, top = able.bounds(character)
        box.pieces.append(Glyph(box.width, 0.0, size, able, character))
        box.width += able.width(character, size)
        box.height, box.depth = max(box.height, top * size), max(box.depth, -bottom * size)
    return box


def _stretched(character: str, high: float, level: int) -> SetBox:
    """A bracket or a root at least so high: of the next larger font, or of the largest made larger."""
    face, size = LARGER[-1], SCRIPTS[level]
    for other in (ROMAN, *LARGER):
        if not other.has(character):
            continue
        face = other
        _, bottom, _, top = other.bounds(character)
        if (top - bottom) * size >= high:
            break
    else:
        _, bottom, _, top = face.bounds(character)
        size = high / (top - bottom)
    _, bottom, _, top = face.bounds(character)
    glyph = Glyph(0.0, 0.0, size, face, character)
    return SetBox(face.width(character, size), top * size, -bottom * size, [glyph])


def _bar(high: float, level: int) -> SetBox:
    """The bar of an absolute value."""
    scale = SCRIPTS[level]
    box = SetBox(0.28 * scale, high, 0.0)
    box.pieces.append(Rule(0.12 * scale, 0.0, RULE * scale, high))
    return box


def _accented(base: SetBox, mark: str, level: int) -> SetBox:
    accent = _letters(mark, ROMAN, level)
    whole = SetBox()
    whole.put(base, 0.0)
    lift = max(0.0, base.height - 0.43 * SCRIPTS[level])
    middle = (base.width - accent.width) / 2 + 0.04 * SCRIPTS[level]
    whole.put(accent, float(np.maximum(middle, 0.0)), lift)
    whole.width = base.width
    return whole

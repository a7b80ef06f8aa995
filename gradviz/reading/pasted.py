"""What surrounds a formula that is pasted: Wikipedia's copy of it, environments, labels, full stops.

Everything is done on the characters with their places, so that a caret still finds its place.
"""

from __future__ import annotations

import re

from gradviz.text.letters import GREEK, LETTER

_DISPLAYED = re.compile(r"\{\s*\\(?:displaystyle|textstyle)(?![A-Za-z])")
_LAYOUT = re.compile(
    r"\\(?:displaystyle|textstyle|left|right|[dt]?frac|sqrt|cdot|times|begin\{\w+\*?\}|end\{\w+\*?\}"
    r"|math\w+|text\w*|operatorname|boldsymbol|leq?|geq?|neq?|quad|[,;:! ])|[\\^_{}&]"
)
_FRAME = re.compile(
    r"\\(?:begin|end) *\{(?:equation|align(?:ed|at)?|gather(?:ed)?|displaymath|math|split|eqnarray)\*?\}"
    r"|\\(?:label|tag)\*? *\{[^{}]*\}|\\(?:nonumber|notag)(?![A-Za-z])"
)
_TABLE = re.compile(r"\\begin *\{array\} *(?:\[[a-z]\])? *\{[lcr|@{} ]*\}")
_LEFT_OF_TABLE = re.compile(r"(?:\\left|\\[bB]igg?l?)? *\\(?:\{|lbrace(?![A-Za-z])) *(?=\\begin)")
_NOTHING = re.compile(r"\\(?:left|right) *\.")
_PHRASE = re.compile(r"\\(?:text|textrm|textnormal|textit|mbox|mathrm) *\{([^{}]*)\}")
_WORD = re.compile(r" *[A-Za-z0-9_]+ *")
_CONDITION = re.compile(r"\b(?:for all|for|when|whenever|wenn|falls|für|si)\b")
_BROADCAST = re.compile(r"^ *@\. |\\(?=infty)")
# The sign that ends a sentence; a point behind a digit may be one of a number, behind 0.5 it is not.
_LAST_STOP = re.compile(
    r"(?:[,;]|(?<![0-9])\.|(?<=\.[0-9])\.|(?<=\.[0-9]{2})\.|(?<=\.[0-9]{3})\.)(?=(?:[ $]|\\[\])])*$)"
)
_OVER = re.compile(r" *\\over(?![A-Za-z]) *")
_RAISED = re.compile(r"\^ *(?=[{0-9A-Za-z\\*])")


class Written:
    """A text in the making: its characters, and the place of each in what was typed."""

    def __init__(self, plain: str, columns: list[int]) -> None:
        self.plain, self.columns = plain, columns

    def put(self, start: int, end: int, new: str) -> None:
        """``new`` in place of the characters from ``start`` to ``end``, at the place of the first."""
        self.plain = self.plain[:start] + new + self.plain[end:]
        first = self.columns[start] if start < len(self.columns) else 0
        self.columns[start:end] = [first] * len(new)

    def blank(self, pattern: re.Pattern[str], new: str = " ") -> None:
        """``new`` in place of every match."""
        for match in reversed(list(pattern.finditer(self.plain))):
            self.put(match.start(), match.end(), new)


_REAL = r"(?:ℝ|\\mathbb *\{? *R *\}?|\\R(?![A-Za-z])|\bR\b)(?: *\^ *(?:\{[^{}]*\}|\w+)|[²³ⁿ])?"
_FROM_TO = re.compile(
    rf"\s*\$?\s*[A-Za-z] *(?::|\\colon) *{_REAL} *(?:→|↦|\\to|\\rightarrow|->) *{_REAL}"
    r"\s*(?:[,;:]|\\q?quad|\\[,; ]|where|with|\$|\s)*"
)
_DOTS = re.compile(
    r"([A-Za-z])(_?)\{?1\}? *, *(?:…|⋯|\.\.\.|\\[lc]?dots(?:c|b)?) *, *\1\2\{?[A-Za-z0-9]\}?(?= *[),])"
)


def shortened(text: str) -> str:
    """The text with x for x_1, …, x_n and without f: ℝⁿ → ℝ before the formula; as long as it was."""
    text = _DOTS.sub(lambda m: m[1] + " " * (len(m[0]) - 1), text)
    sets = _FROM_TO.match(text)
    return " " * sets.end() + text[sets.end() :] if sets else text


def displayed(text: str) -> tuple[int, int]:
    """The part of ``text`` that is the formula: what Wikipedia adds to a copy stands before it.

    There the same letters and digits stand once more, without layout; otherwise the whole text is the part.
    """
    found = list(_DISPLAYED.finditer(text))
    if not found:
        return 0, len(text)
    start = found[-1].start()
    end = closing(text, start)
    if end is None or text[end + 1 :].strip(" \t\r\n.,;"):
        return 0, len(text)
    before, inside = text[:start], text[found[-1].end() : end]
    if before.strip() and _bare(before) != _bare(inside):
        return 0, len(text)
    return found[-1].end(), end


def _bare(text: str) -> str:
    """The letters and digits alone."""
    text = _LAYOUT.sub("", text)
    return "".join(sorted(GREEK.get(c, c) for c in text if c.isalnum()))


def closing(text: str, opening: int) -> int | None:
    """The place of the brace that closes the one at ``opening``, None where none does."""
    depth = 0
    for place in range(opening, len(text)):
        escaped = place > 0 and text[place - 1] == "\\"
        depth += 0 if escaped else (text[place] == "{") - (text[place] == "}")
        if depth == 0:
            return place
    return None


def unwrapped(plain: str, columns: list[int]) -> tuple[str, list[int]]:
    """The characters without what only frames a formula, indices before powers."""
    written = Written(plain, columns)
    written.blank(_BROADCAST)
    if "\\" in plain:
        _without_frames(written)
    if "^" in plain and "_" in plain:
        _indices_first(written)
    if (stop := _LAST_STOP.search(written.plain)) is not None:
        written.put(stop.start(), stop.start() + 1, " ")
    return written.plain, written.columns


def _without_frames(written: Written) -> None:
    written.blank(_FRAME)
    if "\\begin" in written.plain:
        written.blank(_LEFT_OF_TABLE)
        written.blank(_TABLE, "\\begin{cases}")
        written.blank(re.compile(r"\\end *\{array\}"), "\\end{cases}")
    else:
        written.blank(re.compile(r"& *(?==)|(?<==) *&"))
    written.blank(_NOTHING)
    _fractions_of_tex(written)
    for match in reversed(list(_PHRASE.finditer(written.plain))):
        phrase = _CONDITION.sub("if", match[1])
        if phrase != match[1] or not _WORD.fullmatch(phrase):
            written.put(match.start(), match.end(), f" {phrase.replace('$', ' ')} ")
    if "\\begin" in written.plain:
        written.blank(re.compile(r"(?<=&) *(?:for|when) +"), " if ")


def _fractions_of_tex(written: Written) -> None:
    """{x \\over y} becomes \\frac{x}{y}."""
    for _ in range(20):
        match = _OVER.search(written.plain)
        if match is None:
            return
        opening = written.plain.rfind("{", 0, match.start())
        while opening >= 0 and (closing(written.plain, opening) or -1) < match.end():
            opening = written.plain.rfind("{", 0, opening)
        if opening < 0:
            return
        written.put(match.start(), match.end(), "}{")
        written.put(opening, opening, "\\frac")


def _indices_first(written: Written) -> None:
    """x^2_1 and x^{2}_{1} are x_1^2: the index belongs to the letter."""
    place = 0
    while match := _RAISED.search(written.plain, place):
        raised = _one_piece(written.plain, match.end())
        place = match.end()
        if raised is None or written.plain[raised : raised + 1] != "_":
            continue
        index = _one_piece(written.plain, raised + 1)
        if index is None or (written.plain[raised + 1] != "{" and written.plain[index : index + 1].isdigit()):
            continue  # 10^6_000 is no index
        first, middle, last = match.start(), raised, index
        written.plain = (
            written.plain[:first]
            + written.plain[middle:last]
            + written.plain[first:middle]
            + written.plain[last:]
        )
        columns = written.columns
        columns[first:last] = columns[middle:last] + columns[first:middle]
        place = first + last - middle


def _one_piece(plain: str, place: int) -> int | None:
    """The end of what TeX takes as one argument: a group in braces, a command, or a single character."""
    if plain[place : place + 1] == "{":
        end = closing(plain, place)
        return None if end is None else end + 1
    match = re.compile(rf"\\[A-Za-z]+|[0-9*{LETTER}]").match(plain, place)
    return match.end() if match else None

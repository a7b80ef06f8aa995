r"""Names in LaTeX: \hat{y}, \mathbf{x}, \boldsymbol\theta, \operatorname{sigmoid}, and their indices."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gradviz.reading.spelling import ACCENTS, BOLD, LATEX_LETTERS, LATEX_WORDS
from gradviz.text.letters import GREEK, GREEK_NAMES, LETTER

_COMMAND = re.compile(r" *\\([A-Za-z]+)\*?")
_OPEN = re.compile(r" *\{ *")
_CLOSE = re.compile(r" *\}")
_ONE = re.compile(rf" *([{LETTER}])")
_WORD = re.compile(rf"[{LETTER}][{LETTER}0-9_ ]*|[0-9]+")
_INDEX = re.compile(
    rf" *_ *(?:\{{([^{{}}]*(?:\{{[^{{}}]*\}}[^{{}}]*)?)\}}|(\\[A-Za-z]+ *\{{[^{{}}]*\}})"
    rf"|(\\[A-Za-z]+)|([{LETTER}]|[0-9]+))"
)
_STYLE = re.compile(r"\\(?:" + "|".join(sorted(LATEX_WORDS | BOLD, key=len, reverse=True)) + r")(?![A-Za-z])")
_PLAIN_INDEX = re.compile(r"[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class LatexName:
    """A name as it is called here, the place after it, and whether it is set bold, as vectors are."""

    text: str
    end: int
    bold: bool


def read_name(plain: str, place: int) -> LatexName | None:
    r"""The name that begins at ``place``: a letter, \theta, \hat{y}, \mathbf x, or a word in \mathrm{…}."""
    command = _COMMAND.match(plain, place)
    if command is None:
        letter = _ONE.match(plain, place)
        return LatexName(letter[1], letter.end(), False) if letter else None
    name, end = command[1], command.end()
    if name in ACCENTS or name in BOLD or name in LATEX_WORDS:
        inner = _argument(plain, end)
        if inner is None:
            return None
        if name in ACCENTS:
            stem = GREEK.get(inner.text, inner.text)
            return LatexName(stem + ACCENTS[name], inner.end, inner.bold)
        return LatexName(inner.text, inner.end, inner.bold or name in BOLD)
    name = LATEX_LETTERS.get(name, name)
    return LatexName(name, end, False) if name in GREEK_NAMES else None


def _argument(plain: str, place: int) -> LatexName | None:
    """The name that a command is applied to, in braces or not."""
    opening = _OPEN.match(plain, place)
    if opening is None:
        return read_name(plain, place)
    word = _WORD.match(plain, opening.end())
    inner = (
        LatexName(word[0].replace(" ", ""), word.end(), False) if word else read_name(plain, opening.end())
    )
    if inner is None:
        return None
    if index := read_index(plain, inner.end):
        inner = LatexName(inner.text + index[0], index[1], inner.bold)
    closing = _CLOSE.match(plain, inner.end)
    return LatexName(inner.text, closing.end(), inner.bold) if closing else None


def read_index(plain: str, place: int) -> tuple[str, int] | None:
    r"""The index at ``place`` as it stands in a name, _1, _x, _max, and the place after it, if any.

    An index that is computed, as in x_{i+1}, is none: the parser reads it.
    """
    match = _INDEX.match(plain, place)
    if match is None:
        return None
    inner = match[1] if match[1] is not None else match[2] or match[3] or match[4]
    inner = _STYLE.sub("", inner)
    inner = re.sub(r"\\([A-Za-z]+)", lambda m: LATEX_LETTERS.get(m[1], m[1]), inner)
    inner = "".join(GREEK.get(c, c) for c in inner if c not in "{}, ")
    return (f"_{inner}", match.end()) if _PLAIN_INDEX.fullmatch(inner) else None

"""Points as people write them: (3; 4), x=1, y=2, np.array([3.0, 4.0]), [3 4], a column of LaTeX.

What is no number is blanked out, so that a caret still finds its place.
"""

from __future__ import annotations

import re

from gradviz.errors import GradvizError, ParseError
from gradviz.reading.lexer import quoted
from gradviz.reading.number import read_number
from gradviz.reading.spelling import canonical_name
from gradviz.text.letters import LETTER

# Full-width signs, and others that part numbers, one for one.
SIGNS = str.maketrans("，、；：（）［］｛｝＝⟨⟩〈〉→", ",,;:()[]{}=()()=")
_BRACKETS = ("()", "[]", "{}", "<>")
_WRAPPERS = frozenset(
    ("array", "asarray", "tensor", "as_tensor", "Tensor", "Matrix", "Vector", "vector", "vec", "constant",
     "Point", "point", "P", "p", "A", "c", "list", "tuple", "float64", "float32", "dict")
)  # fmt: skip
_CALL = re.compile(r"\s*(?:[A-Za-z_]\w*\s*:?=\s*)?((?:[A-Za-z_]\w*\s*\.\s*)*[A-Za-z_]\w*)?\s*(?=[\[({<])")
_KEYWORD = re.compile(r",\s*(?:dtype|requires_grad|device|copy)\s*=\s*[\w.]+")
_AFTER = re.compile(r"(?:\.T|'|\^\s*\{?\s*(?:T|⊤|\\top|\\intercal)\s*\}?|ᵀ|(?<=[)\]}>])\s*[,;]|[.$])\s*$")
_TEX = re.compile(r"\\(?:begin|end)\s*\{[a-z]*matrix\}|\\(?:left|right)(?![A-Za-z])|\\[,;! ]|\$")
_NAME = rf"[{LETTER}_][\w]*"
_ASSIGNED = re.compile(rf"[\"']?({_NAME})[\"']?\s*(?:=|:|->)=?\s*")
_NUMBER = re.compile(r"[-+−]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_NAMES = re.compile(rf"\s*[(\[]?\s*({_NAME}(?:\s*,\s*{_NAME})+)\s*[)\]]?\s*=\s*")


def _without(pattern: re.Pattern[str], text: str) -> str:
    """The text with blanks in place of every match."""
    return pattern.sub(lambda match: " " * len(match[0]), text)


def _blanked(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]


def closes_at_the_end(text: str, opening: str, closing: str) -> bool:
    """Whether the first bracket's partner is the last sign: ‘(1, 2)’, not ‘(1)/(2)’."""
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign in opening) - (sign in closing)
        if depth == 0:
            return place == len(text) - 1
    return False


def _is_enclosed(text: str) -> bool:
    """Whether a pair of brackets of one kind is around all of ``text``."""
    return text[:1] + text[-1:] in _BRACKETS and closes_at_the_end(text, "([{<", ")]}>")


def bare_list(text: str) -> str:
    """The numbers of a point and their separators; all else is blanks, so that every place stays."""
    text = text.translate(SIGNS)
    text = text.replace("\\\\", ", ").replace("&", ",").replace("\n", " ")
    text = _without(_KEYWORD, _without(_TEX, text))
    for _ in range(4):
        text = _without(_AFTER, text)
        call = _CALL.match(text)
        wrapper = (call[1] or "").split(".")[-1].strip() if call else ""
        if call and (wrapper in _WRAPPERS or not wrapper) and _is_enclosed(text[call.end() :].rstrip()):
            end = len(text.rstrip())
            text = _blanked(_blanked(text, 0, call.end() + 1), end - 1, end)
    return _parted(text)


def _parted(text: str) -> str:
    """With commas where numbers are parted by white space or by a bar alone: 3 4, (3 | 4)."""
    if any(sign in text for sign in ",;"):
        return text
    if text.count("|") == 1 and all(_NUMBER.fullmatch(part.strip()) for part in text.split("|")):
        return text.replace("|", ",")
    parts = text.split()
    if len(parts) > 1 and all(_NUMBER.fullmatch(part) for part in parts):
        return re.sub(r"(?<=\S)\s+(?=\S)", lambda m: "," + " " * (len(m[0]) - 1), text)
    return text


def named_numbers(text: str, names: tuple[str, ...]) -> dict[str, float] | None:
    """The numbers of ‘x=1, y=2’ by name, also of ‘(x, y) = (1, 2)’; None where nothing is named."""
    text = text.translate(SIGNS)
    together = _NAMES.match(text)
    if together is not None:
        wanted = [canonical_name(name.strip()) for name in together[1].split(",")]
        numbers = bare_list(text[together.end() :]).split(",")
        if len(numbers) != len(wanted):
            raise GradvizError(f"{len(wanted)} names and {len(numbers)} numbers: write (x, y) = (1, 2).")
        return _checked(zip(wanted, [read_number(number) for number in numbers], strict=True), names)
    found = list(_ASSIGNED.finditer(text))
    of_list = _CALL.match(text)
    if not found or (of_list and re.match(r"\s*\w+\s*:?=", text) and any(s in bare_list(text) for s in ",;")):
        return None
    inner = text[: found[0].start()].strip()
    if inner.strip("{([ dict"):
        return None
    pairs: list[tuple[str, float]] = []
    ends = [match.start() for match in found[1:]] + [len(text)]
    for match, end in zip(found, ends, strict=True):
        value = text[match.end() : end]
        last = end == len(text)
        value = re.sub(r"(?:\s|,|;|&|\band\b|\bund\b)+$", "", value)
        if last and inner:
            value = value.rstrip(")]} ")
        if not value and last and len(found) == 1:
            return None
        try:
            pairs.append((canonical_name(match[1]), read_number(value)))
        except ParseError as error:  # its place is one in the part
            column = match.end() + error.column
            raise ParseError(str(error), column, error.slip, error.nearest) from None
    return _checked(pairs, names)


def _checked(pairs, names: tuple[str, ...]) -> dict[str, float]:
    """The pairs as a dictionary; a GradvizError for a name that is no variable, or stands there twice."""
    numbers: dict[str, float] = {}
    for name, value in pairs:
        if name not in names:
            raise GradvizError(
                f"{quoted(name)} is no variable of this function ({', '.join(names) or 'none'})."
            )
        if name in numbers:
            raise GradvizError(f"{name} has two numbers here.")
        numbers[name] = value
    return numbers

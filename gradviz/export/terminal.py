"""The result as text for a terminal: the sentence, the table of the methods, and their errors as bars."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Sequence

from gradviz import sentences
from gradviz.comparison import Answers
from gradviz.export.snapshot import Snapshot
from gradviz.figures.parts.theme import style
from gradviz.methods import METHODS
from gradviz.sentences.table import Row, error_text
from gradviz.text.letters import plain_label
from gradviz.text.numbers import number
from gradviz.tree.printing import to_text

NARROWEST = 60  # columns
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_BOLD, _DIM, _UNDERLINED, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[4m", "\x1b[0m"
_LONGEST_BAR = 32
_DECADES = 18  # from the least error that a bar tells, to 100 %


def in_terminal(snapshot: Snapshot, *, columns: int = 100, styled: bool = False) -> str:
    """The headline, the table and the bars, within ``columns``; ``styled`` by the escape codes of ANSI."""
    answers = snapshot.answers
    width = max(columns, NARROWEST)
    explained = str(snapshot.values["explain"]) or "forward"
    parts = [
        _where(answers),
        *_wrapped(sentences.headline(answers, explained), width, "", _Ink(styled).bold),
        "",
        *_table(answers, width, _Ink(styled)),
        "",
        *_bars(answers, width, _Ink(styled)),
    ]
    return "\n".join(line.rstrip() for line in parts) + "\n"


class _Ink:
    """Bold, dim and underlined text; as it is where the terminal has no styles."""

    def __init__(self, styled: bool) -> None:
        self.styled = styled

    def bold(self, text: str) -> str:
        return self._as(_BOLD, text)

    def dim(self, text: str) -> str:
        return self._as(_DIM, text)

    def underlined(self, text: str) -> str:
        return self._as(_UNDERLINED, text)

    def _as(self, code: str, text: str) -> str:
        return f"{code}{text}{_PLAIN}" if self.styled and text else text


def _where(answers: Answers) -> str:
    """f, the point, ε, and the type."""
    field = answers.field
    at = ", ".join(number(float(x), 17) for x in answers.typed)
    where = f" at ({at})" if len(answers.typed) > 1 else f" at {at}" if at else ""
    fixed = "".join(f", {text}" for text in sentences.fixed_parameters(field))
    return f"f = {to_text(field.expression)}{where}{fixed}, {sentences.setting(answers)}"


def _table(answers: Answers, width: int, ink: _Ink) -> list[str]:
    """One line per method and variable, its note below; digits that agree with the truth come first, bold."""
    rows = sentences.rows(answers)
    names = [plain_label(name) for name in answers.field.variables]
    labels = {row.method: style(row.method).label for row in rows}
    first = max(map(len, labels.values()))
    letters = max(map(len, names), default=0) if len(names) > 1 else 0
    digits = max((len(same) + len(other) for row in rows for same, other in row.gradient), default=8)
    errors = max(len(row.error) for row in rows)
    gap = " " * (letters + 2 if letters else 0)
    head = f"{'method':{first}}  {gap}{'gradient':{digits}}  {'error':{errors}}  cost"
    lines = [ink.dim(head)]
    for row in rows:
        cells = _cells(row, names, letters, digits, ink)
        lines.append(f"{labels[row.method]:{first}}  {cells[0]}  {row.error:{errors}}  {row.cost}")
        lines += [f"{'':{first}}  {cell}" for cell in cells[1:]]
        if row.note:
            lines += _wrapped(row.note, width, " " * (first + 2), ink.dim)
    return lines


def _cells(row: Row, names: Sequence[str], letters: int, digits: int, ink: _Ink) -> list[str]:
    """The derivatives of one method, each padded to the same width."""
    if not row.gradient:
        return [" " * (digits + (letters + 2 if letters else 0))]  # no variable
    cells = []
    for name, (same, other) in zip(names, row.gradient, strict=True):
        padding = " " * (digits - len(same) - len(other))
        label = f"{name:{letters}}  " if letters else ""
        cells.append(f"{label}{ink.bold(same)}{ink.underlined(other)}{padding}")
    return cells


def _bars(answers: Answers, width: int, ink: _Ink) -> list[str]:
    """The error of each method on a scale of decades: a bar twice as long tells twice as many."""
    errors, differentiable = answers.errors, answers.sweep.truth.differentiable
    finite = [error for error in errors.values() if error > 0 and math.isfinite(error)]
    if not finite:
        return []
    highest = math.ceil(math.log10(max(finite)))
    lowest = min(math.floor(math.log10(min(finite))), highest - 1) - 1
    lowest = max(lowest, highest - _DECADES)
    labels = {method.name: style(method.name).label for method in METHODS}
    first = max(map(len, labels.values()))
    room = min(_LONGEST_BAR, width - first - 14)
    scale = f"{'error':{first}}  in decades, from {number(10.0**lowest)} to {number(10.0**highest)}"
    lines = [ink.dim(scale)]
    for method in METHODS:
        error = errors[method.name]
        share = 0.0
        if error > 0:
            share = 1.0 if math.isinf(error) else (math.log10(error) - lowest) / (highest - lowest)
        bar = "" if math.isnan(error) else _bar(min(max(share, 0.0), 1.0) * room)
        lines.append(f"{labels[method.name]:{first}}  {bar:{room}}  {error_text(error, differentiable)}")
    return lines


def _bar(length: float) -> str:
    """A bar of so many columns, to an eighth of one."""
    eighths = round(8 * length)
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def _wrapped(text: str, width: int, indent: str, ink: Callable[[str], str]) -> list[str]:
    """``text`` in lines of at most ``width`` columns, broken at spaces."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        if line and _columns(f"{indent}{line} {word}") > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [f"{indent}{ink(part)}" for part in [*lines, line]]


def _columns(text: str) -> int:
    """How many columns a terminal takes for it."""
    return sum(not unicodedata.combining(c) for c in text)

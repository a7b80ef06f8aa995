"""The lesson as a program for one function and one point: closed form, differences, back-propagation.

``lesson`` gives its cells, from which a script and a notebook are made. The program needs NumPy, SymPy and
PyTorch (and SciPy, where f has a function of its), and computes each number of the page to the last digit;
``PAGE`` in it has those numbers, and its last cell says of each whether it is the same.
"""

from __future__ import annotations

import builtins
import keyword
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

import numpy as np

from gradviz.errors import ClosedFormError
from gradviz.export.exact import (
    ALIKE_FOR_COMPLEX,
    InTorch,
    Language,
    Lines,
    NoProgramError,
    named_safely,
    wants_scipy,
    why_not_written,
)
from gradviz.export.numbers import TRUE_DIGITS, versions
from gradviz.export.snapshot import Snapshot
from gradviz.export.symbols import in_sympy
from gradviz.field import ScalarField, fixed_inputs, inputs_at
from gradviz.link import Reading
from gradviz.methods import METHODS
from gradviz.methods.differences import edges, not_analytic
from gradviz.methods.steps import taken_steps
from gradviz.question import Question
from gradviz.symbolic.closed_form import closed_form
from gradviz.tree.expression import Expression, Number, evaluate
from gradviz.tree.kinds import NUMPY_TYPES, real_kind
from gradviz.tree.operations import OPERATIONS
from gradviz.tree.operations.powers import LARGEST_PRODUCT
from gradviz.tree.precision import FLOAT64, Precision, precision_named
from gradviz.tree.printing import name_to_latex, to_latex, to_text

LONGEST_FORMULA = 300  # letters of a formula in a comment
_OURS = frozenset((
    "np", "sympy", "torch", "math", "special", "point", "eps", "coordinates", "page", "found", "formula",
    "derivatives", "values", "letter", "partials", "f", "along", "here", "forward", "backward", "central",
    "central4", "central6", "complex_step", "taken", "hole", "power", "name", "gradient", "said",
    "reference", "error_said", "off", "counted", "error", "same", "verdict"
))  # fmt: skip

# The differences of gradviz.methods.differences, in the same order of operations; f at x + jε is named by j.
_QUOTIENTS = {
    "forward": (("ahead", 1), "(ahead - here) / h"),
    "backward": (("behind", -1), "(here - behind) / h"),
    "central": (("behind", -1), ("ahead", 1), "(ahead - behind) / (2 * h)"),
    "central4": (
        *(("behind2", -2), ("behind", -1), ("ahead", 1), ("ahead2", 2)),
        "(8 * (ahead - behind) - (ahead2 - behind2)) / (12 * h)",
    ),
    "central6": (
        *(("behind3", -3), ("behind2", -2), ("behind", -1), ("ahead", 1), ("ahead2", 2), ("ahead3", 3)),
        "(45 * (ahead - behind) - 9 * (ahead2 - behind2) + (ahead3 - behind3)) / (60 * h)",
    ),
}

_HOLE = '''
def hole(where, value):
    """The value, and nan where there is no real one: IEEE arithmetic has infinity at a pole."""
    return np.where(where, np.nan, value)
'''

_POWER = f'''
def power(a, b):
    """a to the power b, as a product where b is a small whole number."""
    if isinstance(b, float | np.floating) and b.is_integer() and 0 < abs(b) <= {LARGEST_PRODUCT}:
        times, result = abs(int(b)), None
        base = a
        while times:
            if times & 1:
                result = base if result is None else result * base
            times >>= 1
            if times:
                base = base * base
        return result if b > 0 else 1 / result
    return np.power(a, b)
'''

_POWER_WITH_HOLES = _POWER.replace("1 / result", "hole(a == 0, 1 / result)").replace(
    "np.power(a, b)", "hole(np.isnan(a) | np.isnan(b) | ((a == 0) & (b < 0)), np.power(a, b))"
)

_TORCH_POWER = '''
def power(a, b):
    """a to the power b; a constant base or exponent is the number that it is."""
    if not b.requires_grad:
        return torch.pow(a, b.item())
    if not a.requires_grad and a > 0:
        return torch.pow(a.item(), b)
    return torch.pow(a, b)
'''


@dataclass(frozen=True)
class Cell:
    """A part of the program: ``code``, or words with ``latex`` for those who can typeset it."""

    text: str
    is_code: bool = False
    latex: str = ""


def lesson(snapshot: Snapshot) -> tuple[Cell, ...]:
    """The cells of the program. NoProgramError where ``why_no_lesson`` has a sentence."""
    if reason := why_no_lesson(snapshot.reading):
        raise NoProgramError(reason)
    return _Lesson(snapshot).cells()


def why_no_lesson(reading: Reading) -> str:
    """'' where there is a program for this function and point, else a sentence; costs one evaluation of f."""
    question = Question.of(reading.field, reading.point, precision_named(reading.dtype))
    if math.isnan(question.nodes[-1]):
        return "f has no value at this point, and so no method has a gradient."
    return why_not_written(reading.field.expression, in_torch=not _is_in_numpy(question.precision))


class _Lesson:
    """What the cells are made of: the parts that can be written, and why the others cannot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot, self.answers = snapshot, snapshot.answers
        question = self.answers.question
        self.field, self.point, self.precision = question.rounded_field, question.point, question.precision
        self.names = named_safely([*self.field.variables, *fixed_inputs(self.field)], _is_taken)
        self.in_numpy = _is_in_numpy(self.precision)
        self.left_out: dict[str, str] = {}  # methods, with a sentence

    # --- what can be written --------------------------------------------------------------------------------

    @cached_property
    def guarded(self) -> bool:
        """Whether infinity must not stand where the page has nan.

        Where every number is finite, nothing on the way was nan but under a condition or in a branch.
        """
        estimates = self.answers.estimates
        numbers = [estimates[name].gradient for name in estimates if name not in self.left_out]
        conditions = any(
            OPERATIONS[node.operation].boolean
            for node in self.field.expression.nodes
            if node.operation in OPERATIONS
        )
        return conditions or not np.isfinite(numbers).all()

    @cached_property
    def language(self) -> Language:
        return Language(self.precision, self.guarded)

    def cells(self) -> tuple[Cell, ...]:
        """All of them, from the top."""
        self.left_out["adaptive"] = "It chooses its own steps, by more than fits into a few lines."
        for method in METHODS:
            if method.name not in self.left_out:
                self._consider(method.name)
        symbolic = self._closed_form() if "symbolic" not in self.left_out else []
        numerical = self._numerical()
        backprop = self._backprop() if "backprop" not in self.left_out else []
        start = self._start(symbolic + numerical + backprop)
        return (self._title(), start, *symbolic, *numerical, *backprop, *self._end())

    def _consider(self, method: str) -> None:
        """Leave out what has no number on the page, and what takes more than a few lines."""
        estimate = self.answers.estimates[method]
        unable = method == "complex-step" or estimate.status == "no closed form"
        if np.isnan(estimate.gradient).all() and unable:
            self.left_out[method] = estimate.note or "It has no number here."
        elif method not in ("symbolic", "backprop") and not self.in_numpy:
            self.left_out[method] = f"NumPy has no {self.precision.name}."
        elif method == "symbolic" and not self.in_numpy:
            self.left_out[method] = f"NumPy, which evaluates it here, has no {self.precision.name}."

    def _values(self, expression: Expression) -> list[Number]:
        """The value of each node at the point, as the package's interpreter has them."""
        kind = real_kind(self.precision)
        inputs = inputs_at(self.field, [kind.number(float(x)) for x in self.point], kind)
        with np.errstate(all="ignore"):
            return evaluate(expression, kind, inputs)

    def _function(self, head: str, about: str, lines: Lines, output: str, given: str) -> str:
        """A function of the point with those lines."""
        letters = [self.names[name] for name in self.field.variables]
        fixed = [
            f"{self.names[name]} = {self.language.number(_number(value))}"
            for name, value in fixed_inputs(self.field).items()
        ]
        unpacked = f"{_listed(letters)} = {given}"
        body = [f'"""{about}"""', unpacked, *fixed, *lines.lines, f"return {output}"]
        return "\n".join([f"def {head}:", *(f"    {line}" for line in body)])

    def _helpers(self, lines: Lines) -> str:
        """The functions of ours that the lines call."""
        power = lines.calls("power")
        wanted = _HOLE if lines.calls("hole") or (power and self.guarded) else ""
        if power:
            wanted += "\n" * bool(wanted) + (_POWER_WITH_HOLES if self.guarded else _POWER)
        return f"{wanted.strip()}\n\n\n" if wanted else ""

    # --- the cells ------------------------------------------------------------------------------------------

    def _title(self) -> Cell:
        answers, field = self.answers, self.answers.field
        arguments = ", ".join(self.names[name] for name in field.variables)
        at = ", ".join(map(repr, answers.typed))
        formula = _cut(to_text(field.expression))
        kind = answers.sweep.step_kind
        taken = "" if kind == "plain" else f", the step taken as {kind}"
        fixed = "".join(f", {name} = {value!r}" for name, value in fixed_inputs(field).items())
        lines = [
            f"# The gradient of f({arguments}) at ({at}), three ways",
            "",
            f"f = {formula}{fixed}, ε = {answers.step!r}, in {answers.precision.name}{taken}.",
            "",
            f"The page: {_harmless(self.snapshot.link)}",
            "",
            "Its numbers came from " + ", ".join(f"{name} {version}" for name, version in versions().items()),
            "and with these versions they come out the same here, to the last digit. Another version, or",
            "another processor, may round a sine otherwise; the last cell tells.",
        ]
        if self.left_out:
            lines += ["", "Not in here:", ""]
            lines += [f"- {name}: {sentence}" for name, sentence in self.left_out.items()]
        names = ", ".join(name_to_latex(name) for name in field.variables)
        return Cell("\n".join(lines), latex=f"f({names}) = {to_latex(field.expression)}")

    def _start(self, cells: Sequence[Cell]) -> Cell:
        """The imports, the point and the step, and what the page says."""
        answers, dtype = self.answers, self.precision.name
        code = "\n".join(cell.text for cell in cells if cell.is_code)
        imports = ["import math", ""] if "math." in code else []
        imports += ["import numpy as np"]
        imports += ["import sympy"] * ("sympy." in code) + ["import torch"] * ("torch." in code)
        imports += ["from scipy import special  # f has a function that NumPy lacks"] * wants_scipy(code)
        kept = [name for name in answers.estimates if name not in self.left_out]
        table = []
        for name in kept:
            reference = np.where(answers.sweep.judged, answers.sweep.reference(name), np.nan)
            row = (answers.estimates[name].gradient, reference, [answers.errors[name]])
            table.append(f'    "{name}": ({_numbers(row[0])}, {_numbers(row[1])}, {_number(row[2][0])}),')
        array = "np.float64" if not self.in_numpy else f"np.{dtype}"
        digits = [_harmless(text) for text in answers.sweep.truth.digits(TRUE_DIGITS)]
        lines = [
            *imports,
            "",
            'np.seterr(all="ignore")  # past the range is inf, and no value nan, as on the page',
            "",
            f"point = np.array({_numbers(self.point)}, dtype={array})",
            self._step(array),
            "coordinates = range(len(point))",
            "",
            "# What the page says: the gradient, the true one that it is judged by, and its error",
            "page = {",
            *table,
            "}",
            f"# The true gradient to {TRUE_DIGITS} digits: {', '.join(digits)}",
            "found = {}",
        ]
        return Cell("\n".join(lines), is_code=True)

    def _step(self, array: str) -> str:
        answers = self.answers
        kind = answers.sweep.step_kind
        taken = float(self.precision.rounded(answers.step))
        why = "the step ε"
        if kind == "power-of-two":
            taken = float(taken_steps(self.point, [answers.step], answers.sweep.arithmetic).reshape(-1)[0])
            why = f"the power of two nearest to ε = {answers.step!r}"
        return f"eps = {array}({_number(taken)})  # {why}"

    def _closed_form(self) -> list[Cell]:
        field = self.field
        try:
            found = closed_form(field)
            lines = Lines(self.language, self.names)
            outputs = [lines.write(partial, self._values(partial)) for partial in found.partials]
        except (NoProgramError, ClosedFormError) as error:
            self.left_out["symbolic"] = str(error)
            return []
        cells = [
            Cell("## 1. Analytical: the closed form", latex=_partials_latex(field, found.partials_latex))
        ]
        symbols = in_sympy(field.expression, self.names)
        if symbols is not None:
            cells.append(Cell(self._sympy(symbols), is_code=True))
        formulas = [
            f"# ∂f/∂{name} = {_cut(to_text(partial))}"
            for name, partial in zip(field.variables, found.partials, strict=True)
        ]
        head = "The partial derivatives, one operation in each line."
        function = self._function("partials(point)", head, lines, f"[{', '.join(outputs)}]", "point")
        run = 'found["symbolic"] = [float(value) for value in partials(point)]\nprint(found["symbolic"])'
        code = "\n".join([*formulas, "", "", f"{self._helpers(lines)}{function}\n\n\n{run}"])
        return [*cells, Cell(code, is_code=True)]

    def _sympy(self, formula: str) -> str:
        """SymPy's own derivatives, and their values in many digits."""
        letters = [self.names[name] for name in self.field.variables]
        fixed = {self.names[name]: value for name, value in fixed_inputs(self.field).items()}
        every = [*letters, *fixed]
        wanted = f"({', '.join(letters)})" if len(letters) > 1 else _listed(letters)
        values = [f"{name}: sympy.Rational(float(point[{i}]))" for i, name in enumerate(letters)]
        values += [f"{name}: sympy.Rational({_number(value)})" for name, value in fixed.items()]
        return "\n".join(
            [
                f'{_listed(every)} = sympy.symbols("{" ".join(every)}", real=True, seq=True)',
                f"formula = {formula}",
                f"derivatives = [sympy.diff(formula, letter) for letter in {wanted}]",
                "print(derivatives)",
                f"values = {{{', '.join(values)}}}",
                "print([derivative.evalf(17, subs=values) for derivative in derivatives])",
            ]
        )

    def _numerical(self) -> list[Cell]:
        names = [name for name in _QUOTIENTS if name not in self.left_out]
        complex_step = "complex-step" not in self.left_out
        if not names and not complex_step:
            return []
        lines = Lines(self.language, self.names)
        output = lines.write(self.field.expression, self._values(self.field.expression))
        function = self._function("f(point)", "f, one operation in each line.", lines, output, "point")
        cells = [Cell("## 2. Numerical: difference quotients")]
        cells.append(Cell(f"{self._helpers(lines)}{function}\n\n\nprint(f(point))", is_code=True))
        if names:
            cells.append(Cell(self._quotients(names), is_code=True))
        if complex_step and (reason := self._why_no_complex_step()):
            self.left_out["complex-step"] = reason
        elif complex_step:
            cells.append(Cell(self._complex_step(), is_code=True))
        return cells

    def _quotients(self, names: Sequence[str]) -> str:
        dtype = f"np.{self.precision.name}"
        parts = [
            f'''def along(i, offsets, h):
    """f at the neighbours x + jh along coordinate i, for each j of ``offsets``."""
    moved = list(point)
    moved[i] = point[i] + np.array(offsets, dtype={dtype}) * h
    return np.broadcast_to(f(moved), len(offsets))


here = f(point)'''
        ]
        for name in names:
            *neighbours, quotient = _QUOTIENTS[name]
            left = ", ".join(label for label, _ in neighbours)
            left = f"({left},)" if len(neighbours) == 1 else left
            offsets = [offset for _, offset in neighbours]
            parts.append(f"def {name}(i, h):\n    {left} = along(i, {offsets}, h)\n    return {quotient}")
        taken = "eps"
        if self.answers.sweep.step_kind == "representable":
            taken = "taken(i)"
            parts.append(
                'def taken(i):\n    """The step as it really is beside the point."""\n'
                "    return (point[i] + eps) - point[i]"
            )
        runs = [f'found["{name}"] = [float({name}(i, {taken})) for i in coordinates]' for name in names]
        runs += [f'print("{names[0]}", found["{names[0]}"])']
        first = names[0]
        demonstration = f"""# for smaller and smaller steps first truncation rules the error, then round-off
for h in {dtype}(10.0) ** np.arange(-1, -16, -2, dtype={dtype}):
    print(f"ε = {{float(h):.0e}}", [float({first}(i, h)) for i in coordinates])"""
        return "\n\n\n".join([*parts, "\n".join(runs) + "\n\n" + demonstration])

    def _why_no_complex_step(self) -> str:
        """'' where the same lines give the page's digits for complex numbers; else a sentence."""
        expression = self.field.expression
        values = self._values(expression)
        for node in expression.nodes:
            name = node.operation
            if name in ("variable", "literal") or name in ALIKE_FOR_COMPLEX:
                if name == "power":
                    exponent = values[node.operands[1]]
                    if isinstance(exponent, float | np.floating) and abs(exponent) > LARGEST_PRODUCT:
                        return "A large power of a complex number is taken by the page in its own way."
                continue
            if OPERATIONS[name].complex is not None:
                return f"{OPERATIONS[name].called} of a complex number is taken by the page in its own way."
        return ""

    def _complex_step(self) -> str:
        values = self._values(self.field.expression)
        with np.errstate(all="ignore"):
            analytic = [
                i
                for i in range(len(self.point))
                if not not_analytic(self.field, i) and not any(edges(self.field, i, values))
            ]
        where = "coordinates" if len(analytic) == len(self.point) else f"{analytic}"
        chosen = "" if where == "coordinates" else f" if i in {analytic} else np.nan"
        return f'''def complex_step(i, h):
    """Im f(x + ih) / h: nothing is subtracted, so nothing cancels."""
    h = np.array([h])
    moved = list(point)
    moved[i] = point[i] + 1j * h
    return (np.imag(f(moved)) / h)[0]


found["complex-step"] = [float(complex_step(i, eps)){chosen} for i in coordinates]
print(found["complex-step"])'''

    def _backprop(self) -> list[Cell]:
        field, dtype = self.field, f"torch.{self.precision.name}"
        lines = Lines(InTorch(self.precision), self.names)
        try:
            output = lines.write(field.expression, self._values(field.expression))
        except NoProgramError as error:
            self.left_out["backprop"] = str(error)
            return []
        letters = [self.names[name] for name in field.variables]
        leaves = [
            f"{letter} = torch.tensor({_number(x)}, dtype={dtype}, requires_grad=True)"
            for letter, x in zip(letters, map(float, self.point), strict=True)
        ]
        leaves += [
            f"{self.names[name]} = torch.tensor({_number(value)}, dtype={dtype})"
            for name, value in fixed_inputs(field).items()
        ]
        choices = any(node.operation == "select" for node in field.expression.nodes)
        loose = choices or not field.expression.supports[-1] & set(field.variables)
        backward = f"if {output}.requires_grad:\n    {output}.backward()" if loose else f"{output}.backward()"
        helper = f"{_TORCH_POWER.lstrip()}\n\n" if lines.calls("power") else ""
        together = f"({', '.join(letters)})" if len(letters) > 1 else _listed(letters)
        code = "\n".join(
            [
                *leaves,
                "",
                "# the forward pass: one line for each node of the computation graph",
                *lines.lines,
                "",
                "# the backward pass",
                backward,
                f'found["backprop"] = [0.0 if x.grad is None else x.grad.item() for x in {together}]',
                'print(found["backprop"])',
            ]
        )
        return [Cell("## 3. Analytical: back-propagation, by PyTorch"), Cell(helper + code, is_code=True)]

    def _end(self) -> tuple[Cell, Cell]:
        code = """for name, gradient in found.items():
    said, reference, error_said = page[name]
    off, counted = np.subtract(gradient, reference), np.isfinite(reference)
    error = np.hypot.reduce(off[counted]) if counted.any() else np.nan
    same = np.array_equal([*gradient, error], [*said, error_said], equal_nan=True)
    verdict = "as on the page" if same else f"the page has {said}, error {error_said:.3g}"
    print(f"{name:13} {gradient}  error {error:.3g}  {verdict}")"""
        return Cell("## All together"), Cell(code, is_code=True)


def _is_in_numpy(precision: Precision) -> bool:
    return precision is FLOAT64 or precision.name in NUMPY_TYPES


def _is_taken(word: str) -> bool:
    """Whether a word means something else in the program."""
    own = word in _OURS or re.fullmatch(r"[cv]\d+|x_\d+_*", word) is not None
    return own or keyword.iskeyword(word) or hasattr(builtins, word)


def _listed(letters: Sequence[str]) -> str:
    """What a tuple is unpacked into."""
    return f"({letters[0]},)" if len(letters) == 1 else ", ".join(letters)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_FORMULA else f"{text[: LONGEST_FORMULA - 1]}…"


def _harmless(text: str) -> str:
    """A link or digits in one line, without a letter that HTML or Python could take for its own."""
    return quote(text, safe="/:?#[]@!$()*+,;=%~-._&…")


def _number(value: float) -> str:
    value = float(value)
    return (
        repr(value) if math.isfinite(value) else f"{'-' * (value < 0)}np.{'nan' if value != value else 'inf'}"
    )


def _numbers(values: Sequence[float] | np.ndarray) -> str:
    return f"[{', '.join(map(_number, values))}]"


def _partials_latex(field: ScalarField, partials: Sequence[str]) -> str:
    """The partial derivatives in rows; '' where one would fill pages."""
    if not all(partials):
        return ""
    curly = "d" if len(partials) == 1 else r"\partial"
    rows = [
        rf"\frac{{{curly} f}}{{{curly} {name_to_latex(name)}}} &= {latex}"
        for name, latex in zip(field.variables, partials, strict=True)
    ]
    return r"\begin{aligned}" + r" \\ ".join(rows) + r"\end{aligned}"

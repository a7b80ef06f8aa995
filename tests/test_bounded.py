"""Symbolic work under its limits: what is cut off, what goes on, and what the caller's process never sees."""

import subprocess
import sys
import textwrap

import pytest

import gradviz
from gradviz import bounded
from gradviz.closed_form import closed_form
from gradviz.errors import ClosedFormError
from tests.server import ROOT


def test_a_task_past_its_time_is_cut_off_and_the_next_one_works():
    field = gradviz.parse("+".join(f"sin({i}x)*exp(y*{i})*ln(x^2+{i})" for i in range(1, 15)))
    with pytest.raises(ClosedFormError, match="within bounds"):
        bounded.run("derive", field.expression, field.variables, seconds=0.01)
    simple = gradviz.parse("x^2")
    partials, _, latex = bounded.run("derive", simple.expression, simple.variables)
    assert latex == ("2 x",)
    assert len(partials) == 1


def test_a_script_without_a_guard_is_not_run_again(tmp_path):
    """Workers that import the caller's script would print twice, or never end."""
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent("""
            import gradviz
            print("run")
            print(gradviz.gradient(gradviz.parse("x^3"), 2.0, "symbolic").gradient)
        """),
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.split() == ["run", "[12.]"]
    assert done.stderr == ""


# accepted by the reader, and heavy for SymPy: each with what made it worth a row
HEAVY = (
    ("abs(sqrt((acosh(atanh(abs(abs(3+x)*y))))^0.5-1)+x)", "short, and eight seconds when SymPy may compare"),
    ("sin(x*" * 11 + "x" + ")" * 11, "a nest: each derivative holds all those inside it"),
    ("*".join(f"x{i}" for i in range(1, 11)), "ten factors"),
    ("(((((x^2+y)^2+x)^2+y)^2+x)^2+y)^2", "powers of powers: nothing may be expanded"),
    ("+".join(f"gamma({i}x)*loggamma(x+{i})" for i in range(1, 12)), "special functions by the dozen"),
    ("max(x, y, x*y, x+y, x-y, y-x, 2x, 2y)", "eight to compare"),
    ("|" * 3 + "x|-1|-2|", "bars in bars"),
    ("x^y^x^y", "powers that vary"),
)


@pytest.mark.parametrize(("text", "reason"), HEAVY, ids=[reason for _, reason in HEAVY])
def test_heavy_formulas_have_a_closed_form_or_are_told_to_have_none(text, reason):
    field = gradviz.parse(text)
    estimate = gradviz.gradient(field, [0.75] * len(field.variables), "symbolic")
    assert estimate.status in ("ok", "no closed form", "outside the domain", "overflow")
    assert (estimate.status == "ok") == (estimate.note == "")


def test_a_refusal_is_remembered(monkeypatch):
    asked = []

    def refuse(*task, **_):
        asked.append(task)
        raise ClosedFormError("No closed form within bounds.")

    monkeypatch.setattr(bounded, "run", refuse)
    field = gradviz.parse("x^2 + 12345.678x")
    for _ in range(3):
        with pytest.raises(ClosedFormError, match="within bounds"):
            closed_form(field)
    assert len(asked) == 1


def test_a_cut_off_is_tried_again_after_a_while(monkeypatch):
    """The machine may have been busy; what SymPy cannot do at all is not asked twice."""
    asked = []

    def cut_off(*task, **_):
        asked.append(task)
        raise bounded.CutOffError("No closed form within bounds.")

    monkeypatch.setattr(bounded, "run", cut_off)
    now = [1000.0]
    monkeypatch.setattr("gradviz.closed_form.time.monotonic", lambda: now[0])
    field = gradviz.parse("x^2 + 4321.1234x")
    for moment, times in ((1000, 1), (1100, 1), (1290, 1), (1310, 2), (1320, 2)):
        now[0] = float(moment)
        with pytest.raises(ClosedFormError, match="within bounds"):
            closed_form(field)
        assert len(asked) == times


def test_where_no_closed_form_is_had_the_other_methods_go_on(monkeypatch):
    def refuse(*_, **__):
        raise ClosedFormError("No closed form within bounds.")

    monkeypatch.setattr(bounded, "run", refuse)
    field = gradviz.parse("x^2 + 98765.4321x")
    estimate = gradviz.gradient(field, 1.0, "symbolic")
    assert (estimate.status, estimate.note) == ("no closed form", "No closed form within bounds.")
    assert gradviz.gradient(field, 1.0, "backprop").status == "ok"


def test_closed_forms_are_in_sympys_own_functions():
    import sympy

    x, y = sympy.symbols("x y", real=True)
    field = gradviz.parse("|x| + max(x, y) + floor(y)")
    assert field.closed_form == sympy.Abs(x) + sympy.Max(x, y) + sympy.floor(y)
    assert gradviz.parse("sin(x)*y").partials == (y * sympy.cos(x), sympy.sin(x))

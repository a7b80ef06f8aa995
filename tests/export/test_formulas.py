"""The document in LaTeX: well formed, and its formulas read back as what they stand for."""

from __future__ import annotations

import re

import numpy as np
import pytest

import gradviz
from gradviz.export.formulas import latex_document
from gradviz.export.snapshot import snapshot_of, snapshot_of_link
from gradviz.link import values_in
from gradviz.link.reading import values_of
from gradviz.presets import PRESETS

DISPLAYED = re.compile(r"\\\[ (.*?) = (.*) \\\]")


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_formulas_read_back_as_f_and_its_derivatives(preset):
    snapshot = snapshot_of({**values_in({})[0], **values_of(preset)})
    text = latex_document(snapshot)
    field, point = snapshot.reading.field, np.array(snapshot.reading.point)
    (_, formula), *partials = DISPLAYED.findall(text)
    assert field(point) == pytest.approx(
        gradviz.parse(formula, variables=field.variables)(point), nan_ok=True
    )
    if not partials:
        assert "% " in text.split("\\begin{document}")[1]  # why there is none
        return
    exact = gradviz.gradient(field, point, "symbolic").gradient
    read = [float(gradviz.parse(right, variables=field.variables)(point)) for _, right in partials]
    np.testing.assert_allclose(read, exact, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    "address",
    ["?f=x1^2%2Bx2^2&at=3,4&v=2", "?f=abs(x)&at=0&eps=1e-9&v=2", "?f=sqrt(x)&at=-1&v=2", "?f=5&at=&v=2",
     "?f=f(x)=alpha*x_max^2&par=alpha:1e-7,x_max:3&at=1&v=2", "?f=x&at=1&v=2%0A\\end{document}"],
)  # fmt: skip
def test_braces_dollars_and_environments_pair(address):
    text = latex_document(snapshot_of_link(address))
    body = "\n".join(line for line in text.splitlines() if not line.startswith("%"))
    plain = body.replace(r"\{", "").replace(r"\}", "").replace(r"\$", "")
    assert plain.count("{") == plain.count("}")
    assert plain.count("$") % 2 == 0
    assert re.findall(r"\\begin\{(\w+)\}", body).count("document") == 1
    assert sorted(re.findall(r"\\begin\{(\w+)\}", body)) == sorted(re.findall(r"\\end\{(\w+)\}", body))
    assert body.isascii()


def test_the_lessons_table():
    text = latex_document(snapshot_of_link("?f=x1^2%2Bx2^2&at=3,4&v=2"))
    assert r"closed form & $6$ & $8$ & $0$ \\" in text
    assert re.search(r"forward & \$6\.09999\d+\$ & \$8\.09999\d+\$ & \$0\.141\$", text)
    assert r"At $x_{1} = 3, x_{2} = 4$, $\varepsilon = 0.1$ in float64:" in text

"""Questions of public trackers, textbooks and notebooks, with answers that were worked out elsewhere.

``tests/cases/answers.json`` has one question a line: its ``text``, what is ``ask``ed, and what must hold.
"""

import json
import math
import warnings
from collections.abc import Callable
from urllib.parse import parse_qsl

import numpy as np
import pytest

import gradviz
from gradviz import comparison, link, sentences
from tests.support import paths

ROWS = json.loads((paths.CASES / "answers.json").read_text(encoding="utf-8"))


def numbers(texts) -> np.ndarray:
    return np.array([float(text) for text in texts])


def is_close(found, expected, relative: float = 1e-14) -> bool:
    """Whether every number is right to rounding, with inf for inf and nan for nan."""
    return np.allclose(
        np.array(found, float), np.array(expected, float), rtol=relative, atol=0, equal_nan=True
    )


def field_of(row: dict) -> gradviz.ScalarField:
    values = row.get("parameters", {})
    variables = row["variables"] if row["ask"] == "surface" else None
    field = gradviz.parse(row["text"], variables, parameters=tuple(values))
    return field.with_parameters(**values) if values else field


def ask_truth(row: dict, field: gradviz.ScalarField) -> None:
    truth = gradviz.true_gradient(field, row["point"])
    if list(truth.status) == row.get("or_status"):
        return
    assert list(truth.status) == row.get("status", list(truth.status))
    if "gradient" in row:
        assert is_close(truth.gradient, numbers(row["gradient"]), 0)
    if "one_sided" in row:
        assert is_close(truth.one_sided, row["one_sided"], 0)
    if "not_gradient" in row:
        assert truth.gradient.tolist() != row["not_gradient"]
    if "value" in row:
        assert is_close(truth.value, row["value"], 0)
        assert is_close(field(row["point"]), row["value"])
    assert truth.differentiable == row.get("differentiable", truth.differentiable)
    assert all(word in " ".join(field.remarks) for word in row.get("remark", ()))


def ask_reading(row: dict, field: gradviz.ScalarField) -> None:
    names = [name.replace("_", "") for name in row["variables"]]
    order = [names.index(name.replace("_", "").replace("̂", "hat")) for name in field.variables]
    point = [row["point"][i] for i in order]
    assert sorted(order) == list(range(len(names)))
    assert is_close(field(point), row["value"])
    assert is_close(gradviz.true_gradient(field, point).gradient, [row["gradient"][i] for i in order])


def ask_remark(row: dict, field: gradviz.ScalarField) -> None:
    assert all(words in " ".join(field.remarks) for words in row["says"])


def ask_estimate(row: dict, field: gradviz.ScalarField) -> None:
    dtype, step = row["dtype"], row.get("step", 0.1)
    found = gradviz.gradient(field, row["point"], row["method"], step=step, dtype=dtype)
    assert found.status == row.get("status", found.status)
    assert found.status in row.get("statuses", [found.status])
    assert found.status != row.get("not_status")
    assert row.get("not_note", "?") not in found.note
    assert not any(words in found.note for words in row.get("never", ()))
    if "gradient" in row:
        off = np.abs(found.gradient - numbers(row["gradient"]))
        bar = found.error_bar if found.error_bar is not None else 0.0
        assert (off <= bar + 1e-13 * np.abs(found.gradient)).all()
    if "covered" in row:
        assert (np.abs(found.gradient - row["covered"]) <= found.error_bar).all()
    if "nan_along" in row:
        assert math.isnan(found.gradient[field.variables.index(row["nan_along"])])
    if "true_gradient" in row:
        assert is_close(gradviz.true_gradient(field, row["point"]).gradient, row["true_gradient"], 0)


def ask_graph(row: dict, field: gradviz.ScalarField) -> None:
    """What an adjoint is, where the label, or label and value, of a node tells it from the others."""
    nodes = gradviz.trace(field, row["point"]).nodes
    for label, value, adjoint in row["adjoints"]:
        of_that_kind = [node.adjoint for node in nodes if (node.label, node.value) == (label, value)]
        assert is_close(of_that_kind, [float(adjoint)])


def ask_surface(row: dict, field: gradviz.ScalarField) -> None:
    sampled = gradviz.sample(field, row["bounds"], row["resolution"])
    gradient = sampled.gradients[tuple(row["cell"])]
    if "gradient" in row:
        assert gradient.tolist() == row["gradient"]
    else:  # somewhere between two gradients
        a, b = np.array(row["between"], dtype=float)
        share = np.dot(gradient - b, a - b) / np.dot(a - b, a - b)
        assert 0 <= share <= 1
        assert is_close(gradient, share * a + (1 - share) * b)


def ask_closed_form(row: dict, field: gradviz.ScalarField) -> None:
    assert not any(words in str(field.closed_form) for words in row["never"])


def ask_model(row: dict, field: gradviz.ScalarField) -> None:
    sweep = gradviz.sweep(field, row["point"], steps=[row["step"]], methods=(row["method"],))
    model = sweep.model.get(row["method"])
    if model is None or math.isnan(model.best_step):
        return
    assert model.truncation[0] == pytest.approx(row["truncation"], 0.2)
    assert 0.1 < model.best_step / row["best_step"] < 10


def ask_sentence(row: dict, field: gradviz.ScalarField) -> None:
    without = ("backprop", "symbolic")
    answers = comparison.answer(field, row["point"], row["step"], dtype=row["dtype"], without=without)
    paragraph = sentences.paragraph(answers, (row["method"],))
    assert all(words in paragraph for words in row.get("says", ())), paragraph
    assert not any(words in paragraph for words in row["never"]), paragraph
    if row.get("note"):
        note = gradviz.true_gradient(field, row["point"]).note
        assert note
        assert note in paragraph


def ask_point(row: dict, field: None) -> None:
    point, note = link.read_point(row["text"], gradviz.parse(row["of"]))
    assert list(point) == row["point"]
    assert note == "" or "comma" in note


def ask_address(row: dict, field: None) -> None:
    raw = row["text"].removeprefix("/?")
    values, remarks = link.values_in(dict(parse_qsl(raw)), raw)
    reading = link.read(link.entries(values))
    assert gradviz.parse(values[link.FUNCTION]).expression == gradviz.parse(row["function"]).expression
    assert list(reading.point) == row["point"]
    assert gradviz.true_gradient(reading.field, reading.point).gradient.tolist() == row["gradient"]
    assert "+" in remarks[0].sentence


def ask_walk(row: dict, field: gradviz.ScalarField) -> None:
    """The walk has the numbers of the table, in the same precision."""
    nodes = gradviz.trace(field, row["point"], dtype=row["dtype"]).nodes
    adjoints = [next(n.adjoint for n in nodes if n.label == name) for name in field.variables]
    table = gradviz.gradient(field, row["point"], "backprop", dtype=row["dtype"])
    assert is_close(adjoints, table.gradient)


ASKED: dict[str, Callable[[dict, gradviz.ScalarField], None]] = {
    name.removeprefix("ask_").replace("_", " "): asked
    for name, asked in globals().copy().items()
    if name.startswith("ask_")
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['ask']} {row['text']}")
def test_the_answer_is_right(row):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        if row["ask"] == "refusal":
            with pytest.raises(gradviz.GradvizError, match=row["says"][0]):
                gradviz.parse(row["text"])
            return
        field = None if row["ask"] in ("point", "address") else field_of(row)
        ASKED[row["ask"]](row, field)

"""The numbers that are saved, read by other readers: nothing is lost, and they are those of the package."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator

import mpmath
import numpy as np
import pytest

import gradviz
from gradviz.export.numbers import numbers_json, sweep_csv, table_csv
from gradviz.export.snapshot import Snapshot, snapshot_of_link

LESSON = "https://example.org/demo?f=x1^2%2Bx2^2&at=3,4&v=2"
LINKS = {
    "lesson": LESSON,
    "kink": "?f=abs(x)%2By&at=0,1&v=2",
    "outside": "?f=sqrt(x)&at=-1&v=2",
    "parameter": "?f=f(x)=a*exp(x)&par=a:2.5&at=1&eps=1e-6&dtype=float32&v=2",
    "constant": "?f=5&at=&v=2",
    "eight": "?f=x1*x2*x3*x4*x5*x6*x7*x8&at=1,2,3,4,5,6,7,8&v=2",
}


@pytest.fixture(scope="module", params=LINKS, ids=str)
def snapshot(request: pytest.FixtureRequest) -> Snapshot:
    return snapshot_of_link(LINKS[request.param])


def lines(text: str) -> Iterator[dict[str, str]]:
    """The rows of a CSV, its comment left out as pandas and NumPy do."""
    return csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))


def refuse(constant: str) -> float:
    raise AssertionError(f"{constant} is no JSON")


def same(a: float, b: float) -> bool:
    return a == b or (math.isnan(a) and math.isnan(b))


def test_the_table_is_that_of_the_package(snapshot: Snapshot):
    reading = snapshot.reading
    rows = list(lines(table_csv(snapshot)))
    assert len(rows) == len(gradviz.METHODS) * len(reading.point)
    for row in rows:
        estimate = gradviz.gradient(
            reading.field, reading.point, row["method"], reading.step, dtype=reading.dtype
        )
        i = reading.field.variables.index(row["variable"])
        assert same(float(row["derivative"]), float(estimate.gradient[i]))
        assert (row["status"], row["note"]) == (estimate.status, estimate.note)
        assert int(row["evaluations"]) == estimate.evaluations


def test_the_lessons_numbers_by_hand():
    rows = {(row["method"], row["variable"]): row for row in lines(table_csv(snapshot_of_link(LESSON)))}
    forward = rows["forward", "x1"]
    assert float(forward["derivative"]) == ((3 + 0.1) ** 2 + 4**2 - 25) / 0.1
    assert float(forward["off"]) == pytest.approx(0.1)
    assert float(forward["error"]) == pytest.approx(0.1 * math.sqrt(2))
    assert forward["truth_to_30_digits"] == "6." + "0" * 29


def test_thirty_digits_are_those_of_mpmath():
    row = next(lines(table_csv(snapshot_of_link("?f=exp(x)&at=1&v=2"))))
    with mpmath.workdps(40):
        assert abs(mpmath.mpf(row["truth_to_30_digits"]) / mpmath.e - 1) < mpmath.mpf(10) ** -29


def test_the_sweep_is_that_of_the_package(snapshot: Snapshot):
    sweep = snapshot.answers.sweep
    rows = list(lines(sweep_csv(snapshot)))
    for name in [method.name for method in gradviz.METHODS if method.takes_step]:
        of_method = [row for row in rows if row["method"] == name]
        assert [float(row["step"]) for row in of_method] == sweep.steps.tolist()
        errors = np.array([float(row["error"]) for row in of_method])
        np.testing.assert_array_equal(errors, sweep.errors[name])
        for i, variable in enumerate(sweep.field.variables):
            found = np.array([float(row[f"d/d{variable}"]) for row in of_method])
            np.testing.assert_array_equal(found, sweep.gradients[name][:, i])


def test_json_holds_the_same_numbers(snapshot: Snapshot):
    document = json.loads(numbers_json(snapshot), parse_constant=refuse)
    rows = list(lines(table_csv(snapshot)))
    for row in rows:
        i = document["variables"].index(row["variable"])
        method = document["methods"][row["method"]]
        assert same(float(method["gradient"][i]), float(row["derivative"]))
        assert same(float(method["error"]), float(row["error"]))
    for name, found in document["sweep"]["methods"].items():
        written = [float(row["error"]) for row in lines(sweep_csv(snapshot)) if row["method"] == name]
        assert all(map(same, map(float, found["errors"]), written))


def test_the_link_inside_opens_the_same_numbers(snapshot: Snapshot):
    document = json.loads(numbers_json(snapshot))
    address = document["link"] or "?"
    assert numbers_json(snapshot_of_link(address)) == numbers_json(snapshot)


def test_nothing_typed_begins_a_line_or_a_cell(snapshot: Snapshot):
    """A spreadsheet runs a cell that begins with = as a formula."""
    for text in (table_csv(snapshot), sweep_csv(snapshot)):
        for row in csv.reader(text.splitlines()):
            assert not [cell for cell in row if cell.startswith(("=", "@", "+"))]

"""The table of known gradients, tests/cases/reference_gradients.json, as cases with a field."""

import json
from dataclasses import dataclass
from functools import cached_property

import numpy as np

import gradviz
from tests.support import paths

TABLE = json.loads((paths.CASES / "reference_gradients.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Case:
    """One function at one point; ``row`` is what the table says about it."""

    row: dict

    @property
    def id(self) -> str:
        return self.row["id"]

    @cached_property
    def field(self) -> gradviz.ScalarField:
        return gradviz.parse(self.row["expr"], variables=tuple(self.row["vars"]))

    @property
    def point(self) -> list[float]:
        return [float.fromhex(x) for x in self.row["point_hex"]]

    @property
    def gradient(self) -> np.ndarray:
        """Correctly rounded, (n,)."""
        return np.array([float.fromhex(g) for g in self.row["gradient_hex"]])

    @property
    def scale(self) -> float:
        """What an error of this gradient is measured by."""
        return float(self.row["error_scale"])


def unknown_word(case: Case) -> str:
    """Why the case's function cannot be read; '' where it can."""
    try:
        case.field  # noqa: B018 — reading it is the trial
    except gradviz.ParseError as error:
        return str(error)
    return ""


ALL = [Case(row) for row in TABLE["cases"]]
CASES = [case for case in ALL if not unknown_word(case)]
LEFT_OUT = {case.id: unknown_word(case) for case in ALL if unknown_word(case)}
SPECIAL = [Case(row) for row in TABLE["status_cases"]]

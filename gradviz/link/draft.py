"""A function while it is being typed: how it would be read, before anything is drawn of it."""

from __future__ import annotations

from gradviz.errors import GradvizError
from gradviz.field import ScalarField
from gradviz.link.names import FUNCTION
from gradviz.link.parameters import read_field, read_parameters
from gradviz.link.reading import Remark, refusal


def read_draft(function: str, parameters: str) -> ScalarField | Remark:
    """What the text ``function`` means with these fixed ``parameters``; a remark where it cannot be read.

    Where the parameters cannot be read, none are fixed: the page speaks of them elsewhere.
    """
    try:
        fixed, _ = read_parameters(parameters)
    except GradvizError:
        fixed = {}

    def reader(text: str) -> ScalarField:
        return read_field(text, fixed)

    try:
        return reader(function)
    except GradvizError as error:
        return refusal(FUNCTION, function, error, reader)

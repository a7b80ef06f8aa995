"""What a visitor can mend: every error of gradviz is a ValueError whose text says what to do about it."""

from __future__ import annotations


class GradvizError(ValueError):
    """The root of all errors gradviz raises on purpose; its text is a sentence for the person who typed."""


class ParseError(GradvizError):
    """A formula that cannot be read. ``column`` is the 0-based place in the text as typed.

    Where a word is likely a slip, it is the ``slip``, and ``nearest`` is the known name that was meant.
    """

    def __init__(self, message: str, column: int = 0, slip: str = "", nearest: str = "") -> None:
        super().__init__(message)
        self.column, self.slip, self.nearest = column, slip, nearest

    def __reduce__(self):
        return type(self), (str(self), self.column, self.slip, self.nearest)


class PointError(GradvizError):
    """A point that does not fit the field: the wrong number of coordinates, or one that is not finite."""


class StepError(GradvizError):
    """A step that is not one finite number greater than 0."""


class ClosedFormError(GradvizError):
    """No closed form within the limits of time, memory and size."""


class NotInstalledError(GradvizError):
    """What is asked for needs a package that is an extra of gradviz, and is not installed."""

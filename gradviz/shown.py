"""How nouns show themselves in a notebook: ``DISPLAYS`` says it by the name of each class.

The table is filled where the package is put together, for what is shown comes from rooms above the nouns.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import TypeVar

HTML, LATEX, TEXT = "text/html", "text/latex", "text/plain"
DISPLAYS: dict[str, Callable[..., dict[str, str]]] = {}

_Class = TypeVar("_Class", bound=type)


def shown(cls: _Class) -> _Class:
    """A class whose objects show themselves in notebooks, by the methods that IPython asks for."""
    for name, method in _METHODS.items():
        setattr(cls, name, method)
    return cls


def _bundle(
    self: object, include: Container[str] | None = None, exclude: Container[str] | None = None
) -> dict[str, str]:
    """All forms by their MIME types, of those that are asked for."""
    found = {TEXT: repr(self), **DISPLAYS[type(self).__name__](self)}
    return {
        kind: text
        for kind, text in found.items()
        if (not include or kind in include) and not (exclude and kind in exclude)
    }


def _html(self: object) -> str | None:
    """As HTML; None where there is no such form."""
    return DISPLAYS[type(self).__name__](self).get(HTML)


def _latex(self: object) -> str | None:
    """As LaTeX between dollars; None where there is no such form."""
    return DISPLAYS[type(self).__name__](self).get(LATEX)


_METHODS = {"_repr_mimebundle_": _bundle, "_repr_html_": _html, "_repr_latex_": _latex}

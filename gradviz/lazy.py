"""Attributes that are computed when they are first read, and then cached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

_Value = TypeVar("_Value")


class lazy(Generic[_Value]):
    """A method of no arguments as an attribute: computed once for each object, and cached in it.

    Like ``functools.cached_property``, but without the lock that this one has up to Python 3.11. It is one
    for all objects: whoever asks for something light would wait for whoever works out something heavy.
    """

    def __init__(self, function: Callable[[Any], _Value]) -> None:
        self._function = function
        self.__doc__ = function.__doc__

    def __set_name__(self, _: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, _: type) -> lazy[_Value]: ...

    @overload
    def __get__(self, instance: object, _: type) -> _Value: ...

    def __get__(self, instance: object | None, _: type) -> lazy[_Value] | _Value:
        if instance is None:
            return self
        # what is in the object's own dictionary comes before this, so that it is not asked again
        value = instance.__dict__[self._name] = self._function(instance)
        return value

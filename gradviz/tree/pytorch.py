"""PyTorch, an extra of the package: loaded where it is needed, with a sentence where it is missing."""

from __future__ import annotations

from importlib.util import find_spec
from types import ModuleType

from gradviz.errors import NotInstalledError

NOT_INSTALLED = 'This needs PyTorch, which is not installed: pip install "gradviz[torch]" brings it.'


def is_installed() -> bool:
    """Whether PyTorch can be loaded; does not load it."""
    return find_spec("torch") is not None


def pytorch() -> ModuleType:
    """The module, which takes seconds to load the first time. NotInstalledError where it is missing."""
    try:
        import torch
    except ModuleNotFoundError as error:
        if error.name != "torch":  # a part of PyTorch is missing: it is broken, and its own words help more
            raise
        raise NotInstalledError(NOT_INSTALLED) from None
    return torch

"""PyTorch takes seconds to load: whether it is loaded, and loading it ahead of need, once."""

from __future__ import annotations

import threading
from collections.abc import Callable

from gradviz.tree.pytorch import is_installed, pytorch

_LOCK = threading.Lock()
_LOADED = threading.Event()


def torch_is_loaded() -> bool:
    """Whether back-propagation needs no loading; where PyTorch is missing there is nothing to load."""
    return _LOADED.is_set()


def load_torch() -> None:
    """Import PyTorch and let it take one derivative: its first one costs as much again."""
    with _LOCK:
        if _LOADED.is_set():
            return
        if is_installed():
            torch = pytorch()
            x = torch.ones((), dtype=torch.float64, requires_grad=True)
            torch.autograd.grad(x * x, x)
        _LOADED.set()


def load_torch_in_background(then: Callable[[], None] = lambda: None) -> None:
    """``load_torch``, then ``then``, in a new thread; does nothing while such a thread is running."""

    def load() -> None:
        load_torch()
        then()

    if not (_LOADED.is_set() or _LOCK.locked()):
        threading.Thread(target=load, name="loading PyTorch", daemon=True).start()

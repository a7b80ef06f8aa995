"""The lines of a program as assignments: every right-hand side once, under a name of ours."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Assignments:
    """Lines such as ``v0 = x[0] * x[0]``, numbered from 0."""

    lines: list[str] = field(default_factory=list, init=False)
    _names: dict[str, str] = field(default_factory=dict, init=False)

    def named(self, right: str) -> str:
        """The name of a right-hand side, new or known."""
        name = self._names.get(right)
        if name is None:
            name = self._names[right] = f"v{len(self._names)}"
            self.lines.append(f"{name} = {right}")
        return name

"""The lines of a program as assignments: every right-hand side once, under a name of ours.

What is computed is v1, v2, … as in the walk through the graph (which numbers the minus of −3, too), a number
that needs a name c1, c2, …
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Assignments:
    """Lines such as ``v1 = x[0] * x[0]``, numbered from 1."""

    lines: list[str] = field(default_factory=list, init=False)
    _names: dict[str, str] = field(default_factory=dict, init=False)

    def named(self, right: str, letter: str = "v") -> str:
        """The name of a right-hand side, new or known."""
        name = self._names.get(right)
        if name is None:
            count = sum(known.startswith(letter) for known in self._names.values())
            name = self._names[right] = f"{letter}{count + 1}"
            self.lines.append(f"{name} = {right}")
        return name

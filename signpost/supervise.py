"""supervisord, which starts the parts at once: `python -m signpost.supervise -c FILE`.

As it comes, it waits a second before it looks at what there is to start. For that second the door
would answer nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from supervisor import supervisord


class _Prompt(supervisord.Supervisor):  # type: ignore[misc]
    """Starts every part before it first waits for news of one."""

    def runforever(self) -> None:
        groups: list[Any] = sorted(self.process_groups.values())
        for group in groups:
            group.transition()
        super().runforever()


def command_line(words: Iterable[str]) -> str:
    """A command as supervisord reads it: it expands %(…)s and splits as a shell does."""
    return " ".join('"' + word.replace("%", "%%") + '"' for word in words)


if __name__ == "__main__":
    supervisord.Supervisor = _Prompt
    supervisord.main()

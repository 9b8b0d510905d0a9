"""The section of the workbench that keeps the advice."""

from __future__ import annotations

from signpost.staff.permissions import May
from signpost.staff.register.browse import Browse
from signpost.staff.register.desk import Desk
from signpost.staff.register.edit import Edit
from signpost.staff.register.publish import Publish
from signpost.staff.workbench import Section, Workbench


def section(bench: Workbench) -> Section:
    """The section of the workbench."""
    desk = Desk(bench)
    pages = [*Browse(desk).pages(), *Edit(desk).pages(), *Publish(desk).pages()]
    return Section(
        "Advice",
        "/register",
        "Read and change what the bot says, sign it off, and publish it.",
        May.READ_REGISTER,
        pages,
        beside=desk.links.beside,
        waiting=desk.keeper.waiting,
    )

"""Run the tests: every case played beside the bot, its result kept, and what changed since."""

from signpost.staff.runs.pages import section

__all__ = ["section"]

"""Start the action server: `python -m signpost.rasa.serve_actions`."""

from __future__ import annotations

import sys

from signpost import logs, settings


def main() -> int:
    chosen = settings.load()
    logs.configure(chosen.log_level, "actions")
    logs.take_over("actions")

    from rasa_sdk.endpoint import create_app

    from signpost import edition

    edition.shared()  # a register that cannot be read stops the start, not the first message
    app = create_app("actions")
    app.run(chosen.internal_host, chosen.actions_port, access_log=False)
    return 1


if __name__ == "__main__":
    sys.exit(main())

"""Start Rasa with exactly one model file: `python -m signpost.rasa.serve MODEL [ENDPOINTS]`.

Rasa by itself would take the newest archive it finds when the file is missing, would answer
without a model, and would exit 0 after failing; here each of these is an error that is said.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from signpost import logs, settings
from signpost.endpoints import write as write_endpoints

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

# Before Rasa starts anew without having loaded its model: each start takes a core for a while.
PAUSE = 10.0


def main(arguments: list[str]) -> int:
    model = Path(arguments[0])
    chosen = settings.load()
    name = f"endpoints-{chosen.rasa_port}.yml"
    endpoints = (
        Path(arguments[1])
        if arguments[1:]
        else write_endpoints(chosen, chosen.state / "run" / name)
    )
    if not model.is_file():
        print(f"signpost: there is no model at {model}: run `make train`.", file=sys.stderr)
        return 2
    logs.configure(chosen.log_level, "rasa")
    # Rasa's own lines hold message texts, so that they are cut to where they come from once it
    # serves. They go through the root logger, which must be set up before Rasa is imported.
    libraries = logs.take_over("rasa", sealed=False)

    import rasa.core.run
    from rasa.core.utils import AvailableEndpoints

    from signpost.rasa import patches, retention

    patches.apply()
    rasa.core.run.serve_application(
        model_path=str(model),
        interface=chosen.internal_host,
        port=chosen.rasa_port,
        credentials=str(settings.ROOT / "credentials.yml"),
        endpoints=AvailableEndpoints.read_endpoints(str(endpoints)),
        enable_api=False,
        server_listeners=[
            (lambda *_: libraries.seal(), "after_server_start"),
            (end_without_model, "after_server_start"),
            (retention.start, "after_server_start"),
        ],
    )
    # Sanic ended without a signal from the supervisor, which is never right.
    return 1


async def end_without_model(app: Any, _loop: asyncio.AbstractEventLoop) -> None:
    """A Sanic listener: Rasa that could not load its model says so and ends, to be started again.

    By itself it would listen for ever and answer nothing, even after the files were mended.
    """
    if app.ctx.agent is None or not app.ctx.agent.is_ready():
        print("signpost: the model cannot be loaded; the lines above say why.", file=sys.stderr)
        app.add_task(_end(app))


async def _end(app: Any) -> None:
    await asyncio.sleep(PAUSE)
    app.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

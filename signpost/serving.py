"""How our own web processes, the door and the workbench, are served."""

from __future__ import annotations

from typing import Any

import uvicorn
from starlette.applications import Starlette


def serve(app: Starlette, host: str, port: int, **more: Any) -> None:
    """Serve until the process is told to stop; `more` goes to uvicorn."""
    uvicorn.run(
        app,
        host=host,
        port=port,
        # uvicorn's own handlers would print requests that fail with all that they hold.
        log_config=None,
        access_log=False,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=5,
        **more,
    )

"""Our Rasa server with Rasa's own interface switched on, which the measurement of parsing needs:
`python -m bench.stock.serve_ours MODEL ENDPOINTS`. All else is as `signpost run` starts it.
"""

from __future__ import annotations

import functools
import sys
from typing import Any

import rasa.core.run

from signpost.rasa import serve


def main(arguments: list[str]) -> int:
    """Serve until ended."""
    served: Any = rasa.core.run.serve_application

    @functools.wraps(served)
    def with_interface(**options: Any) -> None:
        served(**{**options, "enable_api": True})

    rasa.core.run.serve_application = with_interface
    return serve.main(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

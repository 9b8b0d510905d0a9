"""A process in a Rasa server's place, which starts in a moment: `python -m … MODEL`.

It has the door's channel and says which model it was started with. A model that holds "broken"
never answers; a turn whose text is "slow" takes a while.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Channel(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        order = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.endswith("/erase"):
            return self.answer({})
        if order["text"] == "slow":
            time.sleep(1.5)
        words = Path(sys.argv[1]).read_text(encoding="utf-8")
        if words == "broken":
            return self.answer({"replies": []})
        return self.answer({"replies": [{"bubbles": [{"entry": words, "text": words}]}]})

    def answer(self, what: object) -> None:
        body = json.dumps(what).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    port = int(os.environ["SIGNPOST_RASA_PORT"])
    ThreadingHTTPServer(("127.0.0.1", port), Channel).serve_forever()

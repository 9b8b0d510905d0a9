"""The widget's one file: the parts under `widget/`, joined, with its styles and labels put in.

It holds all that must be there when nothing else is: the emergency panel and the labels. There
is nothing to build; the door joins the parts when it starts.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from base64 import b64encode
from pathlib import Path

import msgspec
import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from signpost.door.web.templates import Templates
from signpost.edition import Edition
from signpost.settings import ROOT

log = structlog.get_logger()

FOLDER = ROOT / "widget"
STYLES = "widget.css"
# In this order: each part uses those before it.
PARTS = ("dom.js", "colour.js", "store.js", "service.js", "bubbles.js", "panel.js", "chat.js",
         "element.js")  # fmt: skip
# Versions of the file that stay at their own addresses for sites that pin one.
_KEPT = 50
_LABEL = re.compile(r"\bwords\.([a-z_]+)")
_SPACE = re.compile(r"\s*([{};:,>])\s*")
_DIGEST = re.compile(r"[0-9a-f]{16}")


class Script:
    """The widget's file, ready to be sent."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.body = text.encode()
        # Only this file is compressed, which holds no secret: with a secret beside words that
        # somebody else chose, the length of a compressed answer tells of the secret.
        self.compressed = gzip.compress(self.body, 9, mtime=0)
        self.digest = hashlib.sha256(self.body).hexdigest()[:16]

    @property
    def integrity(self) -> str:
        """For the `integrity` attribute of a script element."""
        return "sha384-" + b64encode(hashlib.sha384(self.body).digest()).decode()


def join(templates: Templates, folder: Path = FOLDER) -> Script:
    """The widget as one script. Raises `OSError` when a part is missing."""
    parts = "".join((folder / name).read_text(encoding="utf-8") for name in PARTS)
    labels = sorted({"language", "direction", *_LABEL.findall(parts)})
    built = {
        "words": {
            language: {label: words[label] for label in labels}
            for language, words in templates.languages().items()
        },
        "css": plain_css((folder / STYLES).read_text(encoding="utf-8")),
        "ceop": templates.ceop,
        "neutral_site": templates.neutral_site,
    }
    return Script(
        '(() => {\n"use strict";\nconst BUILT = '
        + msgspec.json.encode(built).decode()
        + ";\n"
        + parts
        + "})();\n"
    )


def plain_css(css: str) -> str:
    """Styles without comments and spare white space."""
    without_comments = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return _SPACE.sub(r"\1", re.sub(r"\s+", " ", without_comments)).strip()


class Widget:
    """The routes of the widget's file, and of the council page that shows it in preview."""

    def __init__(self, templates: Templates, kept: Path) -> None:
        self._templates = templates
        self._kept = kept
        self._edition: Edition | None = None
        self._script = join(templates)

    @property
    def script(self) -> Script:
        """The newest version. Labels that were published since make another one."""
        edition = self._templates.edition
        if edition is not self._edition:
            self._script, self._edition = join(self._templates), edition
            self._keep(self._script)
        return self._script

    def routes(self) -> list[Route]:
        routes = [
            Route("/widget.js", self.newest),
            Route("/widget/{digest}/widget.js", self.pinned),
        ]
        if self._templates.preview:
            routes.append(Route("/demo", self.demo))
        return routes

    async def newest(self, request: Request) -> Response:
        return _sent(self.script, request, "public, max-age=300")

    async def pinned(self, request: Request) -> Response:
        """A version at an address of its own: what a site has checked goes on working there."""
        digest = request.path_params["digest"]
        newest = self.script
        script = newest if digest == newest.digest else self._version(digest)
        return _sent(script, request, "public, max-age=31536000, immutable")

    async def demo(self, request: Request) -> Response:
        """A council page of nobody's, with the widget on it."""
        html = self._templates.render(
            "demo.html",
            request.query_params.get("language", ""),
            script=self.script,
            asked=request.query_params,
            address=str(request.base_url).rstrip("/"),
        )
        return HTMLResponse(html)

    def _version(self, digest: str) -> Script:
        try:
            if not _DIGEST.fullmatch(digest):
                raise HTTPException(404)
            return Script((self._kept / f"{digest}.js").read_text(encoding="utf-8"))
        except OSError:
            raise HTTPException(404) from None

    def _keep(self, script: Script) -> None:
        try:
            self._kept.mkdir(parents=True, exist_ok=True)
            (self._kept / f"{script.digest}.js").write_bytes(script.body)
            files = sorted(self._kept.glob("*.js"), key=lambda file: file.stat().st_mtime)
            for file in files[:-_KEPT]:
                file.unlink(missing_ok=True)
        except OSError as error:
            log.error("widget.not_kept", reason=error.strerror)


def _sent(script: Script, request: Request, caching: str) -> Response:
    may_compress = "gzip" in request.headers.get("accept-encoding", "")
    sent = {
        "Cache-Control": caching,
        "Vary": "Accept-Encoding",
        # Any site may load it: browsers check its integrity only with this permission.
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if may_compress:
        sent["Content-Encoding"] = "gzip"
    body = script.compressed if may_compress else script.body
    return Response(body, headers=sent, media_type="text/javascript; charset=utf-8")

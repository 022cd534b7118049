"""Style, script, icons and fonts, served under a name that changes with them, so that a browser may keep them for ever.

Only what lies in `static/` and was listed at the first request is served: no path of a request reaches the disk.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import Response

from governance.errors import NotFound
from service.auth.declared import public

ROOT = Path(__file__).parent / "static"
MEDIA_TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}
"""What is served at all; licences and notes beside it are for whoever reads the package."""
FOR_EVER = "public, max-age=31536000, immutable"

router = APIRouter(include_in_schema=False)


@cache
def load_assets() -> Mapping[str, bytes]:
    """Path under `static/` → content, read once."""
    files = sorted(path for path in ROOT.rglob("*") if path.suffix in MEDIA_TYPES)
    return {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in files}


@cache
def digest() -> str:
    """Twelve hexadecimal digits that change when any file does."""
    seen = hashlib.sha256()
    for path, content in load_assets().items():
        seen.update(f"{path}\0{len(content)}\0".encode())
        seen.update(content)
    return seen.hexdigest()[:12]


def static(path: str) -> str:
    """The address of a file of `static/`; one that does not exist is a fault of ours (KeyError)."""
    load_assets()[path]
    return f"/static/{digest()}/{path}"


@router.get("/static/{version}/{path:path}", dependencies=[public()], include_in_schema=False)
def read_static(version: str, path: str) -> Response:
    """One file; an older version's address is answered with today's file and not kept."""
    content = load_assets().get(path)
    if content is None:
        raise NotFound("Siden findes ikke.", item="static", remedy="Gå tilbage til startsiden.")
    keep = FOR_EVER if version == digest() else "no-cache"
    media_type = MEDIA_TYPES[Path(path).suffix]
    return Response(content, media_type=media_type, headers={"Cache-Control": keep})

"""Where somebody goes on to after a log-in or a purpose: to a page of this service, and nowhere else."""

from __future__ import annotations

import re

LONGEST = 500
# a log-in that leads to itself would never end
_OWN_PATH = re.compile(r"/(?![/\\])(?!log-(?:ind|ud)(?:[/?#]|$))[\x21-\x5b\x5d-\x7e]*")


def safe_following(path: str) -> str:
    """The path with its query when it can only be ours; the start page for anything else."""
    return path if len(path) <= LONGEST and _OWN_PATH.fullmatch(path) else "/"

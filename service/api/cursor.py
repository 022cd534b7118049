"""Where the next page begins, as one opaque word: a client hands it back as it got it, and makes up none.

Holds keys of an order (a day, a place, a number), never a person. What does not read back to the letter is refused.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence

from governance.errors import InvalidForm

LONGEST = 200
Keys = tuple[str | int, ...]


def write_cursor(keys: Keys) -> str:
    """The word for these keys."""
    text = json.dumps(list(keys), separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(word: str, kinds: Sequence[type]) -> Keys:
    """The keys of a word, one of each kind in this order; `InvalidForm` for a word that was not written here."""
    try:
        found = json.loads(base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise _unknown() from None
    if not isinstance(found, list) or [type(each) for each in found] != list(kinds):
        raise _unknown()
    keys = tuple(found)
    if write_cursor(keys) != word or any(not _plausible(each) for each in keys):
        raise _unknown()
    return keys


def _plausible(key: str | int) -> bool:
    """Whether a database can compare with it."""
    return 0 <= key < 2**63 if isinstance(key, int) else key.isascii() and key.isprintable()


def _unknown() -> InvalidForm:
    return InvalidForm(
        "Sidemærket er ikke et, som tjenesten har givet.",
        item="after",
        remedy="Brug feltet next fra den forrige side, eller begynd forfra uden after.",
    )

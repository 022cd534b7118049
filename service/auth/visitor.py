"""A caller at the door: the rights that were proven, the purpose that was named, and by which way they came in.

Must not know how anything was proven, nor any route.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from governance.access.caller import Caller

Way = Literal["page", "api"]


@dataclass(frozen=True)
class Visitor(Caller):
    """A `Caller` on one request.

    `purpose` is a code of `governance.access.permissions.PURPOSES`, "" where none was needed: what an event of a
    personal read must carry. `csrf` belongs into every form of a page (field `csrf`); "" for the API. `emergency` says
    that only a broken glass lets them see this case.
    """

    purpose: str = ""
    csrf: str = field(default="", repr=False)
    session_id: str = field(default="", repr=False)
    way: Way = "page"
    emergency: bool = False

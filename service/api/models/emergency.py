"""What an emergency access is asked with and answered by."""

from __future__ import annotations

import datetime as dt

from service.api.models.base import Answer, Asked, SaidText, example
from service.api.models.cases import CASE


class GlassAsked(Asked):
    """Why it cannot wait; kept sealed with the case, and told to the data-protection officer."""

    model_config = example({"reason": "Kollegaen med sagen er syg, og høringsfristen udløber i dag."})
    reason: SaidText


class GlassBroken(Answer):
    """Until when the case may be read."""

    model_config = example({"case_id": CASE, "until": "2024-06-03T09:12:44.000000Z"})
    case_id: str
    until: dt.datetime

"""What every shape of the API shares: nothing unknown is taken, nothing unsaid is answered, and texts have an end."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

LONGEST_TEXT = 10_000
"""Characters of a text about a case: a few pages."""
LONGEST_LINE = 200
MOST_ORE = 10**11
"""One milliard kroner, beyond every claim on a household."""
FIRST_DAY, LAST_DAY = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
PAGE_SIZE = 50

Office = Literal["BIF", "BUF", "KFF"]
SEVERAL_LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""Control characters are no part of what a person writes, and no database keeps them all."""
ONE_LINE = r"^[^\x00-\x1f\x7f]*$"


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("må ikke være tom")
    return text


Text = Annotated[str, Field(max_length=LONGEST_TEXT, pattern=SEVERAL_LINES)]
SaidText = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT, pattern=SEVERAL_LINES), AfterValidator(_said)]
Line = Annotated[str, Field(max_length=LONGEST_LINE, pattern=ONE_LINE)]
SaidLine = Annotated[str, Field(min_length=1, max_length=LONGEST_LINE, pattern=ONE_LINE), AfterValidator(_said)]
OurId = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9._-]+$")]
Ore = Annotated[int, Field(ge=-MOST_ORE, le=MOST_ORE, description="Whole øre.")]
Day = Annotated[dt.date, Field(ge=FIRST_DAY, le=LAST_DAY, description="YYYY-MM-DD.")]


class Answer(BaseModel):
    """What the service says."""

    model_config = ConfigDict(from_attributes=True, extra="forbid", frozen=True)


class Asked(BaseModel):
    """What a client sends; a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def example(document: dict[str, Any]) -> ConfigDict:
    """The part of a model's configuration that shows it by an example."""
    return ConfigDict(json_schema_extra={"examples": [document]})

"""A tip or an own observation as it is typed in, and what is said of it afterwards."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from service.api.models.base import ONE_LINE, Answer, Asked, SaidText, example
from service.cases.states import LEAD_KINDS

# a type checker reads no mapping
_KIND: Any = Literal[tuple(LEAD_KINDS)]
_Id = Field(min_length=1, max_length=100, pattern=ONE_LINE)


class LeadAsked(Asked):
    """What somebody said or saw, about which address."""

    model_config = example(
        {
            "address_id": "9999-9999-999",
            "kind": "caseworker_notice",
            "text": "Navnet på postkassen er et andet end det registrerede.",
        }
    )
    address_id: Annotated[str, _Id] = Field(description="The address as the registers name it.")
    kind: _KIND
    text: SaidText
    person_id: Annotated[str, _Id] | None = Field(default=None, description="Whom it is about, where that is known.")


class LeadEntered(Answer):
    """The row of the register `signal` that the lead became."""

    model_config = example({"signal_id": "signal-00112233445566778899"})
    signal_id: str

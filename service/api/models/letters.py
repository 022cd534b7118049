"""What is filled in for each kind of letter, made from the fields of the kind, and what is said of one once made."""

from __future__ import annotations

import datetime as dt
from functools import cache, reduce
from operator import or_
from typing import Annotated, Any, Literal

from pydantic import Field, create_model

from service.api.models.base import Answer, Asked, example
from service.api.models.forms import fields_model
from service.letters.kinds import LETTER_KINDS, LetterKind


class LetterAsked(Asked):
    """A kind of letter and its fields; what each kind asks for, `letter_body` says."""

    kind: str
    fields: Asked


@cache
def letter_body() -> Any:
    """The union of every kind of letter, told apart by `kind`."""
    kinds = [_asked(kind) for kind in LETTER_KINDS.values()]
    return Annotated[reduce(or_, kinds), Field(discriminator="kind")]


def _asked(kind: LetterKind) -> Any:
    name = "".join(word.capitalize() for word in kind.code.split("_"))
    fields: dict[str, Any] = {
        "kind": (Literal[kind.code], ...),
        "fields": (fields_model(f"{name}Fields", kind.fields), ...),
    }
    return create_model(f"{name}Letter", __base__=LetterAsked, __doc__=kind.text_da, **fields)


class LetterMade(Answer):
    """A letter that was made and kept."""

    model_config = example(
        {
            "letter_id": "letter-00112233445566778899",
            "case_id": "sag-00112233445566778899",
            "kind": "hearing",
            "at": "2024-06-03T08:12:44.000000Z",
            "author": "kontrol-1",
            "sha256": "0" * 64,
            "deadline": "2024-07-01",
        }
    )
    letter_id: str
    case_id: str
    kind: str
    at: str
    author: str
    sha256: str = Field(description="Hash of the PDF, as the log has it.")
    deadline: dt.date | None

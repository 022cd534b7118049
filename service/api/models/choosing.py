"""The fields of a step or a letter with what can be chosen in one case."""

from __future__ import annotations

from pydantic import Field

from service.api.models.base import Answer, example
from service.cases.forms import FormField


class ChoiceShown(Answer):
    """What may be sent, and what it means."""

    code: str
    text_da: str


class FieldShown(Answer):
    """One field: what it asks for, and the choices that this case gives."""

    name: str
    label_da: str
    kind: str
    required: bool
    help_da: str
    choices: list[ChoiceShown]
    rows: list[FieldShown] = Field(description="The fields of a row, for a field of kind `rows`.")


class FieldsShown(Answer):
    """Every field, in order."""

    model_config = example(
        {
            "fields": [
                {
                    "name": "to", "label_da": "Medarbejder", "kind": "choice", "required": True, "help_da": "",
                    "choices": [{"code": "kontrol-1", "text_da": "Prøve Medarbejder"}], "rows": [],
                }
            ]
        }
    )  # fmt: skip
    fields: list[FieldShown]


def field_shown(asked: FormField) -> FieldShown:
    """A field of a form as the API tells of it."""
    return FieldShown(
        name=asked.name, label_da=asked.label_da, kind=asked.kind, required=asked.required, help_da=asked.help_da,
        choices=[ChoiceShown(code=code, text_da=text) for code, text in asked.choices],
        rows=[field_shown(each) for each in asked.rows],
    )  # fmt: skip

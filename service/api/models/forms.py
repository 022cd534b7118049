"""The body of each step, made from the one description of its form: the same fields as the page, strict for a machine.

Only shape and size are checked here; what the fields mean is the step's to judge. Must not know any step.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool, StrictInt, create_model

from service.api.models.base import FIRST_DAY, LAST_DAY, MOST_ORE, ONE_LINE, SEVERAL_LINES, Asked
from service.cases.forms import FormField, Kind, form_fields

LONGEST_CODE = 100
MOST_CHOSEN = 40
MOST_COUNTED = 10**6
MINUTES_A_DAY = 24 * 60


def model_name(code: str) -> str:
    """`first_look` → `FirstLookForm`."""
    return "".join(word.capitalize() for word in code.split("_")) + "Form"


@cache
def form_model(code: str, form: type) -> type[Asked]:
    """The pydantic model of a step's form; its examples are the fields' own."""
    return fields_model(model_name(code), form_fields(form))


def fields_model(name: str, fields: Iterable[FormField]) -> type[Asked]:
    """The pydantic model of described fields."""
    described: dict[str, Any] = {each.name: _described(name, each) for each in fields}
    model: type[Asked] = create_model(name, __base__=Asked, **described)
    return model


def _described(owner: str, asked: FormField) -> tuple[Any, Any]:
    """Type and default of one field as pydantic wants them."""
    told = f"{asked.label_da}. {asked.help_da}".strip() if asked.help_da else asked.label_da
    kind = _KINDS[asked.kind](owner, asked)
    shown = Field(description=told, examples=[_example(asked)])
    if asked.required:
        return Annotated[kind, shown], ...
    if asked.kind == "day":
        return Annotated[kind | None, shown], None
    return Annotated[kind, shown], _NOTHING[asked.kind]


def _text(_: str, asked: FormField) -> Any:
    return Annotated[str, Field(max_length=asked.most, pattern=ONE_LINE, min_length=int(asked.required))]


def _long(_: str, asked: FormField) -> Any:
    return Annotated[str, Field(max_length=asked.most, pattern=SEVERAL_LINES, min_length=int(asked.required))]


def _choice(_: str, asked: FormField) -> Any:
    codes = [code for code, _ in asked.choices]
    if not codes:
        return Annotated[str, Field(max_length=LONGEST_CODE, pattern=ONE_LINE)]
    # an optional choice is left open by the empty code
    return Literal[tuple(codes if asked.required else ["", *codes])]


def _choices(owner: str, asked: FormField) -> Any:
    one: Any = _choice(owner, asked)
    return Annotated[tuple[one, ...], Field(max_length=MOST_CHOSEN, min_length=int(asked.required))]


def _rows(owner: str, asked: FormField) -> Any:
    row: Any = fields_model(f"{owner.removesuffix('Form')}{asked.name.capitalize()}Row", asked.rows)
    return Annotated[tuple[row, ...], Field(max_length=asked.most)]


def _whole(least: int, most: int) -> Callable[[str, FormField], Any]:
    return lambda _, __: Annotated[StrictInt, Field(ge=least, le=most)]


def _day(_: str, __: FormField) -> Any:
    return Annotated[dt.date, Field(ge=FIRST_DAY, le=LAST_DAY)]


_KINDS: Mapping[Kind, Callable[[str, FormField], Any]] = {
    "text": _text,
    "long": _long,
    "choice": _choice,
    "choices": _choices,
    "rows": _rows,
    "day": _day,
    "number": _whole(-MOST_COUNTED, MOST_COUNTED),
    "money": _whole(-MOST_ORE, MOST_ORE),
    "minutes": _whole(0, 31 * MINUTES_A_DAY),
    "checkbox": lambda _, __: StrictBool,
}
_NOTHING: Mapping[Kind, Any] = {
    "text": "", "long": "", "choice": "", "choices": (), "rows": (), "number": 0, "money": 0, "minutes": 0,
    "checkbox": False,
}  # fmt: skip
_SHOWN: Mapping[Kind, Any] = {
    "text": "Borgeren", "long": "Lejligheden er ifølge BBR udlejet.", "day": "2024-06-03", "number": 1,
    "money": 125_000, "minutes": 45, "checkbox": True, "rows": [],
}  # fmt: skip

# the first kind of effect stops a benefit: less is paid
_SHOWN_BY_NAME: Mapping[str, Any] = {"monthly_change_ore": -125_000}


def _example(asked: FormField) -> Any:
    if asked.kind == "rows":
        return [{each.name: _example(each) for each in asked.rows}]
    if asked.kind in {"choice", "choices"}:
        named = "1" if asked.source == "adults" else f"{asked.source or 'code'}-1"
        code = asked.choices[0][0] if asked.choices else named
        return [code] if asked.kind == "choices" else code
    return _SHOWN_BY_NAME.get(asked.name, _SHOWN[asked.kind])

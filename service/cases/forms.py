"""What a step asks for: a frozen dataclass of plain fields, each with its Danish words, read from a page or from JSON.

One description makes the page, the check and the documentation of the API: `form_fields` says how a field is asked,
`read_form` turns what was filled in into the dataclass or refuses with every fault at once. Must not know any step.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

from governance.errors import InvalidForm
from service.cases.form_values import Fault, read_value

Kind = Literal["text", "long", "choice", "choices", "day", "number", "money", "minutes", "checkbox", "rows"]
TEXT_CHARACTERS = 200
LONG_CHARACTERS = 10_000
MOST_ROWS = 40
_META, _ROW = "form_field", "row"
Source = Literal["", "persons", "adults", "corrected", "grants", "effects", "letters", "colleagues", "grounds"]
"""Where the choices of a field come from when they belong to the one case."""


@dataclass(frozen=True)
class FormField:
    """How one field is asked for.

    kind: `text` one line · `long` several lines · `choice` one code of `choices` · `choices` several of them (a tuple)
    · `day` YYYY-MM-DD · `number` whole number · `money` whole øre in JSON, kroner as `1.234,50` on a page · `minutes`
    whole number · `checkbox` · `rows` a tuple of the dataclass described by `rows`, on a page as `name.0.field`.
    `choices` are (code, Danish text); where `source` is not empty they are those of the one case and come from
    `service.cases.choices`.
    """

    name: str
    label_da: str
    kind: Kind
    required: bool
    help_da: str
    choices: tuple[tuple[str, str], ...] = ()
    rows: tuple[FormField, ...] = ()
    source: Source = ""
    most: int | None = None


def _asked(kind: Kind, label: str, *, required: bool, default: Any, hint: str, **more: Any) -> Any:
    described = FormField("", label, kind, required, hint, **more)
    if required:
        return field(metadata={_META: described}, kw_only=True)
    return field(default=default, metadata={_META: described}, kw_only=True)


def text(label: str, *, hint: str = "", required: bool = True, source: Source = "") -> Any:
    """One line of text (str)."""
    return _asked("text", label, required=required, default="", hint=hint, most=TEXT_CHARACTERS, source=source)


def long(label: str, *, hint: str = "", required: bool = True) -> Any:
    """Several lines of text (str)."""
    return _asked("long", label, required=required, default="", hint=hint, most=LONG_CHARACTERS)


def choice(
    label: str, choices: Mapping[str, str] | None = None, *, hint: str = "", required: bool = True, source: Source = ""
) -> Any:
    """One code (str, "" for none)."""
    listed = tuple((choices or {}).items())
    return _asked("choice", label, required=required, default="", hint=hint, choices=listed, source=source)


def choices(
    label: str, codes: Mapping[str, str] | None = None, *, hint: str = "", required: bool = True, source: Source = ""
) -> Any:
    """Several codes (tuple of str)."""
    listed = tuple((codes or {}).items())
    return _asked("choices", label, required=required, default=(), hint=hint, choices=listed, source=source)


def day(label: str, *, hint: str = "", required: bool = True) -> Any:
    """A day (dt.date, None for none)."""
    return _asked("day", label, required=required, default=None, hint=hint)


def number(label: str, *, hint: str = "", required: bool = True, source: Source = "") -> Any:
    """A whole number (int, 0 for none)."""
    return _asked("number", label, required=required, default=0, hint=hint, source=source)


def money(label: str, *, hint: str = "", required: bool = True) -> Any:
    """Whole øre (int, 0 for none)."""
    return _asked("money", label, required=required, default=0, hint=hint)


def minutes(label: str, *, hint: str = "") -> Any:
    """Whole minutes (int)."""
    return _asked("minutes", label, required=True, default=0, hint=hint)


def checkbox(label: str, *, hint: str = "") -> Any:
    """A tick (bool); not ticked is False."""
    return _asked("checkbox", label, required=False, default=False, hint=hint)


def rows(label: str, row: type, *, hint: str = "") -> Any:
    """A tuple of `row`, perhaps empty."""
    described = form_fields(row)
    asked = FormField("", label, "rows", required=False, help_da=hint, rows=described, most=MOST_ROWS)
    return field(default=(), metadata={_META: asked, _ROW: row}, kw_only=True)


def form_fields(form: type) -> tuple[FormField, ...]:
    """The fields of a form in order; a field that is not described is a fault of ours (KeyError)."""
    return tuple(replace(each.metadata[_META], name=each.name) for each in dataclasses.fields(form))


@dataclass(frozen=True)
class NoFields:
    """The form of a step that asks for nothing."""


class Asking(Protocol):
    """A step, of which only the form matters here."""

    @property
    def form(self) -> type:
        """The dataclass to fill in."""
        ...


def read_form(step: Asking, filled: Mapping[str, Any]) -> Any:
    """The step's form from the fields of a page or the object of a JSON body; `InvalidForm` with every fault at once.

    An unknown field is a fault. Rows whose every field is empty are left out. A page's csrf token and version do not
    belong to the form.
    """
    faults: list[Fault] = []
    form = _read(step.form, _nested(filled), "", faults)
    if faults:
        raise invalid(*faults)
    return form


def invalid(*faults: Fault) -> InvalidForm:
    """The refusal of (field, Danish text) pairs."""
    return InvalidForm(
        " ".join(said for _, said in faults), item=faults[0][0], remedy="Ret felterne og prøv igen.", faults=faults
    )


def _read(form: type, filled: Any, prefix: str, faults: list[Fault]) -> Any:
    if not isinstance(filled, Mapping):
        faults.append((prefix.rstrip(".") or "form", "Her skal stå felter."))
        return None
    described = form_fields(form)
    before = len(faults)
    unknown = sorted(str(name) for name in filled if name not in {each.name for each in described})
    faults.extend((prefix + name, "Der er intet sådant felt.") for name in unknown)
    values = {each.name: _read_field(form, each, filled.get(each.name), prefix, faults) for each in described}
    return form(**values) if len(faults) == before else None


def _read_field(form: type, described: FormField, value: Any, prefix: str, faults: list[Fault]) -> Any:
    if described.kind == "rows":
        return _read_rows(_row_type(form, described.name), value, prefix + described.name, faults)
    try:
        return read_value(described, value)
    except ValueError as fault:
        faults.append((prefix + described.name, str(fault)))
        return None


def _read_rows(row: type, value: Any, name: str, faults: list[Fault]) -> tuple[Any, ...]:
    listed = [] if value in (None, "") else value
    if not isinstance(listed, list) or len(listed) > MOST_ROWS:
        faults.append((name, f"Her skal stå højst {MOST_ROWS} rækker."))
        return ()
    filled = [(number, each) for number, each in enumerate(listed) if not _blank(each)]
    return tuple(_read(row, each, f"{name}.{number}.", faults) for number, each in filled)


def _blank(row: Any) -> bool:
    return isinstance(row, Mapping) and all(value in (None, "", False) for value in row.values())


def _row_type(form: type, name: str) -> type:
    [row] = [each.metadata[_ROW] for each in dataclasses.fields(form) if each.name == name]
    return row  # type: ignore[no-any-return]


def _nested(filled: Mapping[str, Any]) -> dict[str, Any]:
    """`effects.0.benefit` as a page sends it becomes the list of mappings that JSON has."""
    nested: dict[str, Any] = {name: value for name, value in filled.items() if "." not in name}
    rows: dict[str, dict[int, dict[str, Any]]] = {}
    for name, value in filled.items():
        head, *rest = name.split(".")
        if len(rest) == 2 and rest[0].isascii() and rest[0].isdigit() and len(rest[0]) < 4:
            rows.setdefault(head, {}).setdefault(int(rest[0]), {})[rest[1]] = value
        elif rest:
            nested[name] = value
    return nested | {head: [numbered[each] for each in sorted(numbered)] for head, numbered in rows.items()}

"""How a step is declared: one decorated function with everything that page, API, documentation and check ask of it.

Must not know any step by name; the door to the steps that there are is `service.cases.step`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from governance.access.permissions import PERMISSIONS
from service.cases.forms import FormField, NoFields, form_fields
from service.cases.states import STATES, State

if TYPE_CHECKING:
    from service.cases.moving import Moving
    from service.cases.standing import Standing


@dataclass(frozen=True)
class Guard:
    """A condition that does not hang on what is filled in.

    `text` (English) documents it; `check` gives the Danish reason why the step cannot be taken now, or None.
    """

    text: str
    check: Callable[[Standing], str | None]


@dataclass(frozen=True)
class Step:
    """One thing that can be done with a case.

    `text_da` is the button, `help_da` what it means. `to_states` empty: the state stays. `form` is a dataclass of
    described fields (`service.cases.forms`); `form_rules` (English) say what `do` demands of what was filled in.
    `owner_only`: for whoever has the case. `purpose` is meant where none is named. `while_lapsed`: allowed although
    the list that brought a waiting case may no longer be used. `journal`: the journal gets a note of it. `do` changes
    and returns the new state.
    """

    code: str
    text_da: str
    help_da: str
    from_states: frozenset[State]
    to_states: tuple[State, ...]
    permission: str
    form: type
    owner_only: bool
    guards: tuple[Guard, ...]
    form_rules: tuple[str, ...]
    purpose: str
    while_lapsed: bool
    journal: bool
    do: Callable[[Moving, Any], State]

    @property
    def action(self) -> str:
        """The code of its event."""
        return f"case.{self.code}"

    @property
    def fields(self) -> tuple[FormField, ...]:
        """What it asks for, in order; choices that belong to one case are filled in by `service.cases.choices`."""
        return form_fields(self.form)


REGISTERED: dict[str, Step] = {}


def step(
    text_da: str,
    *,
    help_da: str,
    from_states: Collection[State],
    permission: str,
    to_states: tuple[State, ...] = (),
    form: type = NoFields,
    owner_only: bool = True,
    guards: tuple[Guard, ...] = (),
    form_rules: tuple[str, ...] = (),
    purpose: str = "case_work",
    while_lapsed: bool = False,
    journal: bool = False,
) -> Callable[[Callable[[Moving, Any], State]], Callable[[Moving, Any], State]]:
    """Register the decorated function as the step of its name; two of one name or an unknown word are a ValueError."""

    def register(do: Callable[[Moving, Any], State]) -> Callable[[Moving, Any], State]:
        code = do.__name__.strip("_")
        if code in REGISTERED or permission not in PERMISSIONS or not set(STATES) >= {*from_states, *to_states}:
            raise ValueError(f"the step {code} is declared twice, or with a word that is not known")
        REGISTERED[code] = Step(
            code, text_da, help_da, frozenset(from_states), to_states, permission, form, owner_only, guards,
            form_rules, purpose, while_lapsed, journal, do,
        )  # fmt: skip
        return do

    return register

"""The fields of a letter with the choices that the one case gives: its residents, its recorded facts, its rules."""

from __future__ import annotations

import sqlalchemy as sa

from governance.settings import Settings
from service.cases.forms import FormField


def letter_fields(connection: sa.Connection, *, case_id: str, kind: str, settings: Settings) -> tuple[FormField, ...]:
    """The fields of a kind with the choices of this case: residents, recorded facts, rules that its benefits allow.

    Personal (the facts' words): the caller of this function has a right, a purpose and an event for reading the case.
    """
    raise NotImplementedError

"""The details of an event in Danish: keys, known codes, days, numbers. What only the machinery needs stands apart.

Must not know a database or a page; an event is never changed, only read.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from governance.access.permissions import PURPOSES
from governance.audit.actions import ACTIONS
from governance.audit.details import DETAILS_DA, is_technical
from governance.audit.events import Event
from governance.rules.limits import LIMITS_DA
from governance.rules.rule import load_rules
from service.cases.happenings import REASONS
from service.cases.states import FACT_SOURCES, LEAD_KINDS, STATES
from service.letters.kinds import LETTER_KINDS
from service.rights.breaches import KINDS as BREACH_KINDS
from service.rights.breaches import STEPS as BREACH_STEPS
from service.rights.requests import KINDS as RIGHTS
from service.rights.requests import STEPS as RIGHT_STEPS
from service.web.danish import NOTHING, dansk_dato, dansk_tid, tal
from service.web.dpo_words import APPROVALS, GATES, PARTS, REGISTERS, ROLES
from service.web.finding_words import FORMS
from service.web.names import OFFICE_NAMES

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*")

NIGHT_STEPS: Mapping[str, str] = {
    "merge": "sammenlægning med egne sager",
    "protect": "skjul af beskyttede",
    "rank": "dannelse af listen",
    "renew": "fornyelse af sagers oplysninger",
    "gate": "kontrolporten",
    "take_in": "listen bliver til sager",
    "book": "bogføring af virkningen",
    "report": "rapporten om virkningen",
    "send": "udsendelse",
    "finish": "afslutning",
}
OUTBOX_KINDS: Mapping[str, str] = {
    "decision": "afgørelse til ydelsessystemet",
    "digital_post": "Digital Post",
    "journal": "journal",
}


@dataclass(frozen=True)
class DetailsShown:
    """`told`: (Danish name, value) of what a person can use; `technical`: (key, value) as they were written."""

    told: tuple[tuple[str, str], ...]
    technical: tuple[tuple[str, str], ...]


def details_shown(event: Event) -> DetailsShown:
    """The details of one event."""
    details: Mapping[str, Any] = json.loads(event.details)
    told = {key: value for key, value in details.items() if not is_technical(key)}
    technical = ((key, _as_written(value)) for key, value in details.items() if is_technical(key))
    return DetailsShown(
        tuple((DETAILS_DA[key], _value(key, value, details)) for key, value in told.items()),
        tuple(technical),
    )


def _value(key: str, value: object, beside: Mapping[str, Any]) -> str:
    if isinstance(value, Mapping):
        inner = (
            f"{DETAILS_DA.get(name) or REGISTERS.get(name, name)}: {_value(name, each, beside)}"
            for name, each in value.items()
        )
        return "; ".join(inner) or NOTHING
    if isinstance(value, list):
        return ", ".join(_value(key, each, beside) for each in value) or NOTHING
    if isinstance(value, str) and value:
        return _code(key, value, beside) or _plain(value)
    return _plain(value)


def _name(key: str) -> str:
    return DETAILS_DA.get(key) or REGISTERS.get(key, key)


def _plain(value: object) -> str:
    """A day, a moment, yes or no, a number; nothing is a dash."""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, int | float):
        return tal(value, 0 if float(value).is_integer() else 2)
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_plain(each)}" for name, each in value.items()) or NOTHING
    if isinstance(value, list):
        return ", ".join(map(_plain, value)) or NOTHING
    text = "" if value is None else str(value)
    if _DAY.fullmatch(text):
        return dansk_dato(dt.date.fromisoformat(text))
    return dansk_tid(text) if _MOMENT.fullmatch(text) else text or NOTHING


def _as_written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _code(key: str, value: str, beside: Mapping[str, Any]) -> str | None:
    """The Danish of a code of ours; None for what is no code."""
    if key == "reason" and value:
        return REASONS.get(str(beside.get("step", "")), {}).get(value)
    if key == "step" and f"case.{value}" in ACTIONS:
        return ACTIONS[f"case.{value}"].text_da
    if key in ("rule", "failed"):
        rule = load_rules().get(value)
        return f"{rule.text_da.rstrip('.')} ({value})" if rule else None
    return _words().get(key, {}).get(value)


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    """Key of a detail → its codes in Danish."""
    letters = {code: kind.text_da for code, kind in LETTER_KINDS.items()}
    states: Mapping[str, str] = {str(state): text for state, text in STATES.items()}
    return {
        "action": {code: action.text_da for code, action in ACTIONS.items()},
        "purpose": PURPOSES,
        "from": states,
        "to": states,
        "step": {**RIGHT_STEPS, **BREACH_STEPS, **NIGHT_STEPS},
        "gate": GATES,
        "limits_changed": LIMITS_DA,
        "kind": {**_text(RIGHTS), **BREACH_KINDS, **LEAD_KINDS, **OUTBOX_KINDS, **APPROVALS, **letters},
        "source": FACT_SOURCES,
        "office": OFFICE_NAMES,
        "committee": OFFICE_NAMES,
        "form": FORMS,
        "role": ROLES,
        "differing": PARTS,
        "mitigation": APPROVALS,
        "mitigated": APPROVALS,
        "scope": {"mine": "egne", "team": "holdet", "all": "alle"},
        "page": {"case": "sagen", "print": "sagen til udskrift"},
        "part": {"case": "sagen", "explanation": "forklaringen", "timeline": "forløbet", "fields": "felterne"},
        "of": {"list": "listen", "history, proxies": "tidligere sager og oplysninger"},
        "answer": RIGHT_STEPS,
    }


def _text(words: Mapping[Any, str]) -> Mapping[str, str]:
    return {str(code): text for code, text in words.items()}

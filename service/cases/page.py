"""`docs/cases.md`: the life of a case as the registry of steps declares it. Says nothing of its own about a step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from governance.access.permissions import PERMISSIONS
from service.cases import states
from service.cases.happenings import OF_THE_HOUSE
from service.cases.registry import Step
from service.cases.states import ACTIVE, FINISHED, OPEN, STATES, WAITING
from service.cases.step import STEPS

_HEAD = """# The life of a case

Generated from the registry of steps (`service.cases.step.STEPS`); do not edit it by hand. A case is one household at
one address, for all administrations together. It is moved by steps and by nothing else. A step is one transaction:
every condition, every word written and exactly one event in the audit log, or nothing at all.

What is asked of every step, in this order: there is such a case and it is not hidden (somebody at the address has
address protection: then nobody finds it); the caller holds the permission in one of the case's administrations; the
caller has declared no conflict of interest; nobody was faster (the version that the caller saw still stands); the case
is in a state in which the step can be taken; the caller has the case, where the step is the owner's; the list that
brought a waiting case has not lapsed; and then the conditions below. A refusal says why and leaves no trace.

Nothing here happens by itself towards a citizen: no score, list, deadline or job opens, decides, stops, reclaims or
sends anything. A case of the random arm takes the same steps, with the same words and forms, and nobody who works on
cases is told which it is.
"""
_STATES = """
## States
"""
_STEPS = """
## Steps

*own* in the third column: only for whoever has the case.
"""
_HOUSE = """
## What nobody does by hand

An intake (`adressekontrol nightly`, or the release of a list) writes these in the timeline. A case that was opened is
never moved by a list; its facts are renewed every night (`renewed`, see [nightly.md](nightly.md)).
"""
_CODES = """
## Reasons and codes
"""
_CODE_TABLES: Sequence[tuple[str, Mapping[str, str]]] = (
    ("first look", states.ASSESSMENTS),
    ("rejection", states.REJECTIONS),
    ("skip", states.SKIPS),
    ("source of a fact", states.FACT_SOURCES),
    ("ground of a visit", states.VISIT_GROUNDS),
    ("second look", states.SECOND_ASSESSMENTS),
    ("sent back", states.SENT_BACK),
    ("outcome", states.OUTCOMES),
    ("cause", states.CAUSES),
    ("effect", states.EFFECTS),
    ("referred to", states.REFERRED_TO),
    ("result of an appeal or a reopening", states.APPEAL_RESULTS),
    ("new facts", states.RENEWALS),
    ("write-off", states.WRITE_OFFS),
    ("lead", states.LEAD_KINDS),
)


def render_cases_page() -> str:
    """The page as Markdown."""
    lines = [
        _HEAD.rstrip(), _STATES,
        *_table(("state", "in Danish", "group"), ((f"`{code}`", said, _group(code)) for code, said in STATES.items())),
        _STEPS, *_table(("step", "from → to", "who", "conditions", "filled in"), map(_step_row, STEPS.values())),
        _HOUSE, *_table(("entry", "in Danish"), ((f"`{code}`", said) for code, said in OF_THE_HOUSE.items())),
        _CODES, *_table(("of what", "codes"), ((name, _codes(codes)) for name, codes in _CODE_TABLES)),
    ]  # fmt: skip
    return "\n".join(lines).rstrip() + "\n"


def _group(state: str) -> str:
    groups = {"waiting": WAITING, "open": OPEN, "finished": FINISHED, "active": ACTIVE}
    return next(name for name, members in groups.items() if state in members)


def _step_row(step: Step) -> tuple[str, ...]:
    froms = ", ".join(state for state in STATES if state in step.from_states)
    to = ", ".join(state for state in STATES if state in step.to_states) or "stays"
    roles = ", ".join(sorted(PERMISSIONS[step.permission].roles))
    own = " · own" if step.owner_only else ""
    conditions = [
        *(guard.text for guard in step.guards),
        *(["also when the list has lapsed"] if step.while_lapsed else []),
        *(["leaves a note for the journal"] if step.journal else []),
    ]
    fields = ", ".join(f"`{each.name}`{'' if each.required else '?'}" for each in step.fields)
    demands = "<br>".join([*([fields] if fields else []), *step.form_rules])
    return (
        f"`{step.code}`<br>{step.text_da}", f"{froms} → **{to}**", f"{roles}<br>`{step.permission}`{own}",
        "<br>".join(conditions), demands,
    )  # fmt: skip


def _codes(codes: Mapping[str, str]) -> str:
    return "<br>".join(f"`{code}` {said}" for code, said in codes.items())


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]

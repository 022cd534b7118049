"""The fields of a step with the choices that only the one case can give: its persons, grants, letters, effects, rules.

Persons and grants are numbers, as on the page. Must not know pages; whoever asks has a right and an event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from governance.as_of import danish_time
from service.cases.colleagues import load_colleagues
from service.cases.correcting import adult_numbers, correction_of
from service.cases.effects import BENEFITS_DA, announced_effects
from service.cases.forms import FormField
from service.cases.registry import Step
from service.cases.sending import sent_letters
from service.cases.standing import Standing
from service.cases.states import EFFECTS
from service.letters.kinds import LETTER_KINDS
from service.letters.opening import letters_of
from service.letters.rules import rule_choices

Choices = tuple[tuple[str, str], ...]


def fields_for(step: Step, standing: Standing) -> tuple[FormField, ...]:
    """The fields of a step, those with a `source` with the choices of this case, those of rows too."""
    return tuple(_filled(each, step, standing) for each in step.fields)


def _filled(field: FormField, step: Step, standing: Standing) -> FormField:
    if field.rows:
        return replace(field, rows=tuple(_filled(each, step, standing) for each in field.rows))
    return replace(field, choices=_CHOICES[field.source](step, standing)) if field.source else field


def _persons(_: Step, standing: Standing) -> Choices:
    return tuple(
        (str(each["person"]), f"Person {each['person']} (født {each['birth_year'] or 'ukendt år'})")
        for each in standing.snapshot.get("residents", ())
    )


def _adults(step: Step, standing: Standing) -> Choices:
    adults = {str(number) for number in adult_numbers(standing.snapshot, standing.today)}
    return tuple(each for each in _persons(step, standing) if each[0] in adults)


def _corrected(step: Step, standing: Standing) -> Choices:
    """Those whose registration a decision has corrected that no appeal has set aside."""
    corrected = {str(number) for number in correction_of(standing.history).standing}
    return tuple(each for each in _persons(step, standing) if each[0] in corrected)


def _grants(_: Step, standing: Standing) -> Choices:
    return tuple(
        (str(each["grant"]), f"{BENEFITS_DA[each['benefit']]}, person {each['person']}")
        for each in standing.snapshot.get("grants", ())
    )


def _effects(_: Step, standing: Standing) -> Choices:
    standing_ones = [
        each for each in announced_effects(standing.connection, standing.case.case_id) if each.reversed_on is None
    ]
    return tuple((each.effect_id, f"{BENEFITS_DA[each.benefit]} {EFFECTS[each.effect]}") for each in standing_ones)


def _letters(step: Step, standing: Standing) -> Choices:
    """The letters that are still to be sent; for an answer to a hearing those of hearings."""
    made = letters_of(standing.connection, standing.case.case_id)
    heard = {letter for each in standing.history for letter in each.details.get("deadlines", ())}
    sent = sent_letters(standing.history)
    wanted = [
        each
        for each in made
        if (each.letter_id in heard if step.code == "hearing_answer" else each.letter_id not in sent)
    ]
    return tuple((each.letter_id, f"{LETTER_KINDS[each.kind].text_da} ({_moment(each.at)})") for each in wanted)


def _moment(at: str) -> str:
    return f"{danish_time(at):%d.%m.%Y %H.%M}"


def _colleagues(_: Step, standing: Standing) -> Choices:
    return tuple(
        (known.user_id, known.name)
        for known in load_colleagues(standing.connection).values()
        if known.works_in(standing.case.offices) and known.user_id not in standing.in_conflict
    )


def _rules(_: Step, standing: Standing) -> Choices:
    return rule_choices(standing.settings, letter="decision", benefits=standing.case.benefits)


_CHOICES: Mapping[str, Callable[[Step, Standing], Choices]] = {
    "persons": _persons,
    "adults": _adults,
    "corrected": _corrected,
    "grants": _grants,
    "effects": _effects,
    "letters": _letters,
    "colleagues": _colleagues,
    "grounds": _rules,
}

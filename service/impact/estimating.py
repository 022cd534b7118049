"""From facts, and what runs logged, to the estimates of a day: one call for the report.

Prefers our own draws, where every candidate is logged; where there is none, the registers' cases drawn with a known
probability. Young draws are left out and counted. Must not know how an estimate is made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from governance.benefits import load_catalogue
from governance.impact.arm import build_arm_table
from governance.impact.drift import watch_promise
from governance.impact.estimates import Estimates
from governance.impact.facts import CaseFact, EffectFact, Facts
from governance.impact.maturation import RipeningCase, build_maturation, is_mature
from governance.impact.power import ArmDesign, build_power_rows
from governance.impact.prevalence import DrawnFinding, build_prevalence
from governance.impact.promise import PromisedCase, build_promise_rows
from governance.impact.saving import municipal_ore
from governance.settings import Settings
from service.impact.drawn_pools import make_logged_pools, make_register_pools, of_ripe_months, ripe_drawn
from service.impact.expected import CasePromise, Logged, promises_of

CONCLUDED = ("no_change", "registration_corrected", "benefit_changed")
USUAL_CASES_A_YEAR = 600
"""Controls a year that two full-time staff hold, where no year has been seen."""
NOTHING_LOGGED = Logged({}, ())
METHOD_DA = (
    (
        "Estimater",
        "Lodtrukne kontroller vægtes med 1/π, den sandsynlighed der blev logget før lodtrækningen (Horvitz-Thompson, "
        "Hájek, dobbelt robust). Intervallet tager summen som få, ulige store besparelser; hvor der er for få til et "
        "ærligt interval, står der kan ikke estimeres.",
    ),
    (
        "Naive tal",
        "Gennemsnittet af kontrollerede sager gange antallet af kandidater er misvisende, fordi listen vælger de mest "
        "lovende. Det vises kun ved siden af.",
    ),
    (
        "Modne sager",
        "En sag er moden, når den er gammel nok, afgjort, og klagefristen er gået; en sag, der stadig er åben efter et "
        "år, tælles, som den står. En lodtrækning tælles, når alle dens sager er modne, så de hurtige ikke tæller "
        "først. Umodne tælles ikke med og fremskrives ikke.",
    ),
)


def build_estimates(facts: Facts, logged: Logged = NOTHING_LOGGED, *, settings: Settings) -> Estimates:
    """Every estimate at `facts.as_of`; `facts` and `logged` by the ids of the registers."""
    savings = savings_of(facts)
    mature = mature_cases(facts, settings=settings)
    promises = promises_of(logged)
    promised = _promised(facts, promises, counted_cases(facts, promises, settings=settings))
    pools = make_logged_pools(facts, logged, savings, mature, settings=settings)
    if pools is None:
        pools = make_register_pools(facts, savings, mature)
    return Estimates(
        arm=build_arm_table(pools),
        prevalence=build_prevalence(_findings(facts, mature)),
        maturation=build_maturation(_ripening(facts), as_of=facts.as_of),
        promise=build_promise_rows(
            promised, benefits_da={code: each.name_da for code, each in load_catalogue().benefits.items()}
        ),
        drift=watch_promise(promised),
        power=build_power_rows(
            ArmDesign(cases_a_year=cases_a_year(facts), chosen_share=settings.random_share)
        ),
        method=METHOD_DA,
    )  # fmt: skip


def savings_of(facts: Facts) -> Mapping[str, float]:
    """Case → municipal saving of its standing effects, øre, by the definition of labels and ranking; 0 for none."""
    found = {case.case_id: 0.0 for case in facts.cases}
    for effect in facts.effects:
        found[effect.case_id] += effect_saving_ore(effect, facts.as_of)
    return found


def effect_saving_ore(effect: EffectFact, as_of: dt.date) -> int:
    """The municipal saving of one effect, øre; 0 of what was set aside, of an increase, and of the state's benefits."""
    set_aside = effect.reversed_on is not None and effect.reversed_on <= as_of
    if set_aside or effect.effect == "increased":
        return 0
    gross = -effect.monthly_change_ore * effect.months_forward + effect.reclaim_ore
    return municipal_ore(gross, effect.municipal_permille)


def mature_cases(facts: Facts, *, settings: Settings) -> frozenset[str]:
    """The cases that are old enough to count, decided, and beyond an appeal (`maturation.is_mature`)."""
    return frozenset(
        case.case_id
        for case in facts.cases
        if is_mature(
            case.opened_on, case.closed_on, as_of=facts.as_of, label_delay_days=settings.label_delay_days,
            appeal_days=settings.appeal_days,
        )
    )  # fmt: skip


def counted_cases(facts: Facts, promises: Mapping[str, CasePromise], *, settings: Settings) -> frozenset[str]:
    """The cases with a promise that it is held against: mature ones of months in which none still waits."""
    cases = [case for case in facts.cases if case.case_id in promises]
    return of_ripe_months(cases, mature_cases(facts, settings=settings))


def ripe_listed(facts: Facts, *, settings: Settings) -> frozenset[str]:
    """Cases from the model's own list, of months in which none still waits: those closed first are seldom hits."""
    listed = [case for case in facts.cases if case.channel == "model"]
    return of_ripe_months(listed, mature_cases(facts, settings=settings))


def cases_a_year(facts: Facts) -> int:
    """Cases opened from lists in the last year; the usual number where none was."""
    since = facts.as_of - dt.timedelta(days=365)
    opened = sum(case.channel in ("model", "random") and case.opened_on > since for case in facts.cases)
    return opened or USUAL_CASES_A_YEAR


def _promised(facts: Facts, promises: Mapping[str, CasePromise], mature: frozenset[str]) -> Sequence[PromisedCase]:
    effects = _effects_by_case(facts)
    return [
        _promised_case(case, promises[case.case_id], effects.get(case.case_id, []), facts.as_of, case.case_id in mature)
        for case in facts.cases
        if case.case_id in promises
    ]


def _promised_case(
    case: CaseFact, promise: CasePromise, effects: Sequence[EffectFact], as_of: dt.date, mature: bool
) -> PromisedCase:
    by_office: dict[str, float] = {}
    by_benefit: dict[str, float] = {}
    for effect in effects:
        saved = float(effect_saving_ore(effect, as_of))
        by_office[effect.administration] = by_office.get(effect.administration, 0.0) + saved
        by_benefit[effect.benefit] = by_benefit.get(effect.benefit, 0.0) + saved
    return PromisedCase(
        household=case.address_id, cohort=case.cohort, mature=mature, chance=promise.chance,
        promised_ore=promise.by_office, realised_ore=by_office, benefit_promised_ore=promise.by_benefit,
        benefit_realised_ore=by_benefit,
    )  # fmt: skip


def _effects_by_case(facts: Facts) -> Mapping[str, list[EffectFact]]:
    found: dict[str, list[EffectFact]] = {}
    for effect in facts.effects:
        found.setdefault(effect.case_id, []).append(effect)
    return found


def _findings(facts: Facts, mature: frozenset[str]) -> Sequence[DrawnFinding]:
    """Drawn in a month that is ripe, and concluded; referred and inconclusive cases tell nothing of what is wrong."""
    ripe = ripe_drawn(facts, mature)
    standing = {
        effect.case_id for effect in facts.effects if effect.reversed_on is None or effect.reversed_on > facts.as_of
    }
    return [
        DrawnFinding(
            probability=case.selection_probability,
            registration=case.outcome == "registration_corrected",
            payment=case.case_id in standing,
        )
        for case in facts.cases
        if case.case_id in ripe and case.selection_probability and case.outcome in CONCLUDED
    ]  # fmt: skip


def _ripening(facts: Facts) -> Sequence[RipeningCase]:
    effects = _effects_by_case(facts)
    return [
        RipeningCase(
            cohort=case.cohort, opened_on=case.opened_on, closed_on=case.closed_on,
            savings=tuple(
                (effect.recorded_on, float(effect_saving_ore(effect, facts.as_of)))
                for effect in effects.get(case.case_id, [])
            ),
        )
        for case in facts.cases
    ]  # fmt: skip

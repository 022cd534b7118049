"""Every limit that a rule holds a figure against, with its default, in one frozen object.

What an installation may choose is a setting of the same name; the rest is the house's own and changed here alone.
`today` has no default: whoever judges says which day it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from governance.settings import Settings

STATUTORY_GROUNDS = ("sex", "citizenship", "origin", "disability_pension")
"""What the law names and the `protected` register holds; other attributes (age, district) raise an alarm instead."""

RIVALS = ("rules", "logistic_by_p")
"""What a model must beat on the same time-split, by the names of the evaluation."""


LIMITS_DA: Mapping[str, str] = {
    "quarantine_share": "største andel rækker, der må sættes til side",
    "freshness_days": "højeste alder på den nyeste række i registrene, dage",
    "drift_stop": "hvor meget en oplysning må flytte sig, før porten lukker",
    "drift_alarm": "hvor meget en oplysning må flytte sig, før det vises",
    "calibration_factor": "faktor mellem forudsete og fundne fejl",
    "random_arm_cases": "mindste antal tilfældige kontroller med kendt udfald",
    "label_age_days": "højeste alder på den nyeste sag, modellen lærte af, dage",
    "ripe_share": "mindste andel gamle sager med kendt udfald",
    "model_age_days": "højeste alder på en model, dage",
    "stability_overlap": "mindste andel sager, der skal stå på begge lister",
    "twin_points": "største forspring for den samlede model, procentpoint",
    "twin_quarters": "antal kvartaler, modellerne sammenlignes over",
    "innocent_ratio": "højeste nedre grænse for kontrol uden grund i forhold til andre",
    "proxy_auc_feature": "hvor godt én oplysning må skelne en gruppe (AUC)",
    "proxy_auc_matrix": "hvor godt alle oplysninger tilsammen må skelne en gruppe (AUC)",
    "fairness_age_days": "højeste alder på en måling af ligebehandling, dage",
    "lapse_warning_days": "varsel, før noget udløber, dage",
    "random_arm_year_cases": "mindste antal tilfældige kontroller det seneste år",
    "looks_to_judge": "mindste antal første vurderinger, før de bedømmes",
    "override_low": "mindste andel vurderinger, der går imod listen",
    "override_high": "største andel vurderinger, der går imod listen",
    "blind_share": "andel blinde første vurderinger",
    "needless_per_1000": "højeste antal kontroller uden grund pr. 1.000 voksne om året",
    "churn_alarm": "hvor meget listen må skifte fra gang til gang",
    "verdict_hours": "timer, en portafgørelse kan bruges",
}
"""What each limit is called in Danish."""


@dataclass(frozen=True)
class Limits:
    """Limits of one judgement; ages in days, shares in [0, 1], ratios around 1."""

    today: dt.date
    # data
    quarantine_share: float = 0.02
    freshness_days: int = 45
    drift_stop: float = 0.25
    drift_alarm: float = 0.10
    # model
    calibration_factor: float = 1.5
    random_arm_cases: int = 15
    label_age_days: int = 450
    ripe_share: float = 0.5
    model_age_days: int = 200
    stability_overlap: float = 0.7
    twin_points: float = 1.5
    twin_quarters: int = 4
    # fairness
    innocent_ratio: float = 1.25
    proxy_auc_feature: float = 0.75
    proxy_auc_matrix: float = 0.85
    fairness_age_days: int = 100
    # law
    lapse_warning_days: int = 60
    # operation
    random_arm_year_cases: int = 5
    looks_to_judge: int = 30
    override_low: float = 0.05
    override_high: float = 0.60
    blind_share: float = 0.20
    needless_per_1000: float = 200.0
    churn_alarm: float = 0.60
    # verdicts
    verdict_hours: int = 24


def limits(settings: Settings, *, today: dt.date) -> Limits:
    """The limits in force: an installation's settings where it may choose, the house's own otherwise."""
    names = {setting.name for setting in fields(Settings)}
    chosen: dict[str, Any] = {
        limit.name: getattr(settings, limit.name) for limit in fields(Limits) if limit.name in names
    }
    return Limits(today=today, **chosen)


def changed_limits(limits: Limits) -> dict[str, tuple[Any, Any]]:
    """Name → (in force, the house's own) of every limit that an installation has set otherwise."""
    return {
        each.name: (getattr(limits, each.name), each.default)
        for each in fields(Limits)
        if each.name != "today" and getattr(limits, each.name) != each.default
    }

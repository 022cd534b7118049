"""Facts of an invented system, as plain values: what a record is built from in tests."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from governance.benefits import load_catalogue
from governance.legal_bases import load_legal_bases
from governance.records.facts import (
    AssessmentFact,
    FeatureFact,
    FigureFact,
    JudgedFact,
    ModelFact,
    RuleFact,
    SettingFact,
    SystemFacts,
    VerdictFact,
)
from governance.records.kodeks import load_kodeks


def a_model(**changes: Any) -> ModelFact:
    model = ModelFact(
        version="adressekontrol/3",
        run_id="run-3",
        trained_as_of=dt.date(2024, 6, 1),
        catalogue_hash="c" * 64,
        matrix_hash="m" * 64,
        seed="1",
        label_delay_days=180,
        hourly_cost_ore=70_000,
        labels=315,
        hits=31,
        unused_labels={"still_open": 4},
        inputs=("adults", "area_per_person"),
        figures=(a_figure("model"), a_figure("rules", mean=0.4321)),
        earlier=(("adressekontrol/3", "2024-06-01", "m" * 16),),
        measured=(("ensemble, calibration ratio", "1.0123 (0.8001 to 1.2345; 40)"),),
    )
    return replace(model, **changes)


def a_figure(method: str, mean: float = 0.8765) -> FigureFact:
    return FigureFact(method, "captured_saving_at_5%", mean, 0.0123, 3, 120, "later cases")


def a_feature(name: str = "adults", **changes: Any) -> FeatureFact:
    feature = FeatureFact(name, f"what {name} is", "household", "persons", "retssikkerhedsloven_11a", ("person",), 0)
    return replace(feature, **changes)


def a_verdict(**changes: Any) -> VerdictFact:
    judged = (
        JudgedFact("history_fair_by_law", "fairness", "failed", "1.62 (1.31 to 1.98)", "1.25", "origin: group_b"),
        JudgedFact("beats_what_it_replaces", "model", "passed", "0.21", "0", "rules"),
    )
    return replace(
        VerdictFact("promote-0123456789abcdef", "promote", False, "2024-06-02T08:00:00+00:00", judged), **changes
    )


def an_assessment(kind: str = "dpia") -> AssessmentFact:
    return AssessmentFact(kind, "1.0", dt.date(2024, 1, 1), dt.date(2025, 1, 1))


def some_facts(**changes: Any) -> SystemFacts:
    kodeks = load_kodeks()
    facts = SystemFacts(
        model=a_model(),
        catalogue_hash="c" * 64,
        features=(a_feature("adults"), a_feature("area_per_person", registers=("address", "residence"), direction=-1)),
        benefits=tuple(load_catalogue().benefits.values()),
        bases=load_legal_bases(),
        settings=(
            SettingFact("random_share", "share of the capacity that goes to the random arm", "0.05"),
            SettingFact("blind_share", "share of cases whose reasons stay hidden", "0.2"),
        ),
        limits=(SettingFact("innocent_ratio", "", "1.25"),),
        rules=(
            RuleFact("history_fair_by_law", "fairness", "Nobody bore more.", "Charter art. 21", "equality_and_justice",
                     "stop", ("promote",), "HistoryFairnessEvidence"),
        ),
        kodeks=kodeks.principles,
        kodeks_version=kodeks.version,
        software={"python": "3.11.7"},
        registers={"person": "1", "address": "1", "residence": "1"},
        audited_acts={"records.built": "Dokumentationen blev dannet"},
        in_use=False,
    )  # fmt: skip
    return replace(facts, **changes)

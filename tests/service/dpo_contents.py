"""Something on the officer's pages about the system: a verdict of every rule, a run whose fairness was measured, records.

The figures are made of plain tables; the records are of facts, without a model registry.
"""

from __future__ import annotations

import json

import polars as pl

from governance.fairness import measure
from governance.gate.documents import digest
from governance.gate.verdicts import judge_and_record
from governance.records.build import build_records
from governance.records.texts import load_record_texts
from governance.rules.evidence import StabilityEvidence
from governance.rules.limits import Limits
from governance.rules.rule import Gate, rules_of
from governance.store.opening import Store
from service.records_run import Built
from service.run_fairness import FIGURES, MEASURED, SEAL
from service.runs import keep_in_run
from tests.decision_tables import decided
from tests.service.town import DAY, RUN
from tests.unit.governance.record_facts import a_figure, a_model, a_verdict, an_assessment, some_facts


def judge_badly(store: Store, gate: Gate) -> str:
    """The id of a verdict on evidence that rules of the gate fail, one kind of it unmeasured, with another limit."""
    by_item_last = sorted(rules_of(gate), key=lambda rule: rule.per_item)
    evidence = {rule.evidence: rule.failing for rule in by_item_last if rule.evidence is not StabilityEvidence}
    limits = Limits(today=DAY, innocent_ratio=1.2)
    return judge_and_record(store, gate=gate, subject=RUN, evidence=evidence, limits=limits).id


def measure_fairness(store: Store, run_id: str = RUN) -> None:
    """Figures and event of a run by sex, citizenship and origin, with one group too small to show."""
    table = pl.concat([
        decided(tp=40, fp=30, fn=20, tn=300, unknown=5, sex="F", citizenship="dk", origin="danish"),
        decided(tp=45, fp=25, fn=25, tn=320, sex="M", citizenship="other", origin="immigrant"),
        decided(tp=2, fp=3, tn=10, sex="M", citizenship="eu", origin="descendant"),
    ])  # fmt: skip
    report = measure(table, groups=["sex", "citizenship", "origin"], min_cell=30, resamples=50)
    text = json.dumps(report.as_document(), ensure_ascii=False)
    with store.act(MEASURED, subject=run_id, details={"as_of": f"{DAY}T12:00:00Z", "of": "list", SEAL: digest(text)}):
        keep_in_run(store.settings, run_id, FIGURES).write_text(text, encoding="utf-8")


def some_records() -> Built:
    """Every record of a model that was evaluated, judged and assessed."""
    facts = some_facts(model=a_model(figures=(a_figure("model"),)), verdict=a_verdict(), assessments=(an_assessment(),))
    return Built("adressekontrol/1", build_records(facts, load_record_texts()))

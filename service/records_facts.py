"""The facts of the running system, gathered where each lives: registry, catalogues, settings, rules, our database.

Measures nothing and judges nothing: what nobody has measured stays absent.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import importlib.metadata
import platform
from collections import Counter
from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from features.definitions import load_catalogue_of_features
from governance.audit.actions import ACTIONS
from governance.benefits import load_catalogue
from governance.gate.assessments import load_assessments
from governance.gate.exceptions import standing_exceptions
from governance.gate.stop import stop_in_force
from governance.gate.verdicts import Verdict, latest_verdict
from governance.legal_bases import legal_bases_in_force
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
from governance.records.record import NOT_ASSESSED
from governance.registers import TABLES
from governance.rules.evidence import Interval
from governance.rules.limits import Limits, limits
from governance.rules.rule import Rule, load_rules
from governance.settings import Settings
from training.evidence import Form, TrainingEvidence
from training.pipeline import feature_catalogue_hash
from training.registry import RegisteredModel
from training.run_record import RunRecord

# where things lie, who works the command line and how fast: no result depends on them
NOT_STATED = frozenset({
    "home", "threads", "mlflow_uri", "database", "operator", "checkpoint_dir", "checkpoint_events", "record_texts_file",
    "legal_bases_file", "roles_file",
})  # fmt: skip
PACKAGES = (
    "adressekontrol", "polars", "narwhals", "pandas", "numpy", "scikit-learn", "lightgbm", "interpret-core", "shap",
    "scipy", "mlflow", "great-expectations", "fairlearn", "sqlalchemy", "cryptography",
)  # fmt: skip


def gather_facts(
    registered: RegisteredModel,
    run: RunRecord,
    connection: sa.Connection,
    *,
    settings: Settings,
    on: dt.date,
    in_use: bool,
    retired: str,
) -> SystemFacts:
    """Everything the records of this model are built from, as it stands on the day."""
    kodeks, rules = load_kodeks(), load_rules()
    stopped = stop_in_force(connection)
    exceptions = standing_exceptions(connection, on)
    return SystemFacts(
        model=_model(registered, run),
        catalogue_hash=feature_catalogue_hash(),
        features=_features(),
        benefits=tuple(load_catalogue().benefits.values()),
        bases=tuple(legal_bases_in_force(settings)),
        settings=_settings(settings),
        limits=_limits(settings),
        rules=tuple(_rule(each) for each in rules.values()),
        kodeks=kodeks.principles,
        kodeks_version=kodeks.version,
        software=_software(),
        registers=_registers(),
        audited_acts={code: action.text_da for code, action in ACTIONS.items()},
        in_use=in_use,
        verdict=_verdict(latest_verdict(connection, gate="promote", subject=registered.version), rules),
        assessments=_assessments(connection, on),
        exceptions=tuple((each.rule, each.item, each.expires.isoformat()) for each in exceptions),
        stopped="" if stopped is None else f"{stopped.role}: {stopped.reason}",
        retired=retired,
    )


def _model(registered: RegisteredModel, run: RunRecord) -> ModelFact:
    model = registered.model
    return ModelFact(
        version=registered.version,
        run_id=registered.run_id,
        trained_as_of=model.as_of,
        catalogue_hash=registered.tags.get("feature_catalogue", "unknown"),
        matrix_hash=registered.tags.get("matrix", "unknown"),
        seed=run.parameters.get("seed", "unknown"),
        label_delay_days=int(run.parameters["label_delay_days"]),
        hourly_cost_ore=model.hourly_cost_ore,
        labels=model.labels,
        hits=model.hits,
        unused_labels=run.unused,
        inputs=model.inputs.names,
        figures=tuple(_figure(row) for row in run.figures),
        earlier=run.earlier,
        form=registered.form,
        measured=tuple(_measured(run.evidence)),
    )


def _figure(row: Mapping[str, str]) -> FigureFact:
    error = row["standard_error"]
    return FigureFact(
        row["method"], row["metric"], float(row["mean"]), None if error in ("", "NaN") else float(error),
        int(row["folds"]), int(row["cases"]), row["rests_on"],
    )  # fmt: skip


def _measured(evidence: TrainingEvidence) -> Iterator[tuple[str, str]]:
    """Every figure that a gate would judge, for the ensemble and for its glass-box twin."""
    forms: tuple[Form, ...] = ("ensemble", "glass_box")
    for form in forms:
        for kind, found in evidence.of_form(form).items():
            yield from _flat(f"{form}, {kind.__name__.removesuffix('Evidence').lower()}", found)


def _flat(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Interval):
        yield name, f"{value.value:.4f} ({value.low:.4f} to {value.high:.4f}; {value.count})"
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _flat(f"{name} {key}", part)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _flat(f"{name} {field.name}", getattr(value, field.name))
    else:
        yield name, NOT_ASSESSED if value is None else f"{value:.4f}" if isinstance(value, float) else str(value) or "-"


def _features() -> tuple[FeatureFact, ...]:
    return tuple(
        FeatureFact(
            each.name, each.text, each.family, each.unit, each.legal_basis, tuple(each.registers), each.direction
        )
        for each in load_catalogue_of_features().values()
    )


def _registers() -> dict[str, str]:
    counted = Counter(name for each in load_catalogue_of_features().values() for name in set(each.registers))
    return {name: str(counted[name]) for name in TABLES if counted[name]}


def _settings(settings: Settings) -> tuple[SettingFact, ...]:
    return tuple(
        SettingFact(each.name, each.metadata["text"], str(getattr(settings, each.name)) or "-")
        for each in dataclasses.fields(settings)
        if each.name not in NOT_STATED
    )


def _limits(settings: Settings) -> tuple[SettingFact, ...]:
    # the day of a judgement is no limit: any day gives the same limits
    chosen = limits(settings, today=dt.date.min)
    names = [each.name for each in dataclasses.fields(Limits) if each.name != "today"]
    return tuple(SettingFact(name, "", str(getattr(chosen, name))) for name in names)


def _rule(rule: Rule) -> RuleFact:
    return RuleFact(
        rule.name, rule.family, rule.text, rule.authority, rule.principle, rule.severity, tuple(rule.gates),
        rule.evidence.__name__,
    )  # fmt: skip


def _software() -> dict[str, str]:
    return {"python": platform.python_version()} | {name: importlib.metadata.version(name) for name in PACKAGES}


def _verdict(verdict: Verdict | None, rules: Mapping[str, Rule]) -> VerdictFact | None:
    if verdict is None:
        return None
    judged = tuple(
        JudgedFact(each.rule, _family(each.rule, rules), each.outcome, each.figure, each.limit, each.item)
        for each in verdict.judged
    )
    return VerdictFact(verdict.id, verdict.gate, verdict.passed, verdict.at.isoformat(), judged)


def _family(name: str, rules: Mapping[str, Rule]) -> str:
    """A rule of an older rule book may be gone; its verdict still stands."""
    return rules[name].family if name in rules else "gone"


def _assessments(connection: sa.Connection, on: dt.date) -> tuple[AssessmentFact, ...]:
    found = load_assessments(connection, on).assessments
    return tuple(
        AssessmentFact(each.kind, each.version, each.valid_from, each.valid_to) for _, each in sorted(found.items())
    )

"""The `@rule` decorator and the rule book it fills.

A rule is one function over one kind of evidence. It knows no register, no model, no database and no clock: the day
comes in with the limits, so that every lapse can be tried beforehand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any, Literal, get_type_hints

from governance.rules.limits import Limits

Gate = Literal["develop", "promote", "publish", "fallback"]
Severity = Literal["stop", "alarm"]
Family = Literal["data", "model", "explanation", "fairness", "law", "operation"]
Principle = Literal[
    "self_determination", "dignity", "responsibility", "explainability", "equality_and_justice", "development",
    "legal_certainty", "lawfulness",
]  # fmt: skip
GATES: tuple[Gate, ...] = ("develop", "promote", "publish", "fallback")
FAMILIES: tuple[Family, ...] = ("data", "model", "explanation", "fairness", "law", "operation")
EXAMPLE_DAY = dt.date(2024, 6, 1)
"""The day on which the examples of the rules are judged."""


@dataclass(frozen=True)
class Finding:
    """What a rule says about its evidence.

    `figure` and `limit` are printable, `item` names the one thing meant (a feature, a group, an assessment; "" where
    the rule has one only), `reason` is an English sentence.
    """

    passed: bool
    figure: str
    limit: str
    item: str
    reason: str


Findings = Finding | tuple[Finding, ...]
Judge = Callable[[Any, Limits], Findings]


@dataclass(frozen=True)
class Rule:
    """One demand of law or of the code of conduct, executable.

    `text_da` is the demand in Danish; `finding_da` what was found, with `{figure}` and `{limit}` for the two; and
    `nothing_da` the same where there was no figure to hold against the limit ("" = there always is one).
    A failed `stop` closes the gate, a failed `alarm` is recorded and shown. `exceptable`: the DPO may let it stand for
    a time; `per_item`: it may yield several findings, and an exception names the item.
    """

    name: str
    family: Family
    text: str
    authority: str
    principle: Principle
    severity: Severity
    gates: tuple[Gate, ...]
    evidence: type
    exceptable: bool
    per_item: bool
    judge: Judge
    passing: Any
    failing: Any
    text_da: str
    finding_da: str
    nothing_da: str = ""

    def findings(self, evidence: object, limits: Limits) -> tuple[Finding, ...]:
        """What the rule finds, always at least one; evidence of another kind is a `TypeError`."""
        if not isinstance(evidence, self.evidence):
            raise TypeError(f"rule {self.name} judges {self.evidence.__name__}, not {type(evidence).__name__}")
        found = self.judge(evidence, limits)
        return (found,) if isinstance(found, Finding) else found


RULES: dict[str, Rule] = {}


def rule(
    *,
    family: Family,
    text: str,
    text_da: str,
    finding_da: str,
    nothing_da: str = "",
    authority: str,
    principle: Principle,
    gates: tuple[Gate, ...],
    passing: object,
    failing: object,
    severity: Severity = "stop",
    exceptable: bool = True,
    per_item: bool = False,
) -> Callable[[Judge], Judge]:
    """Declare a rule: its name is the function's, its kind of evidence the annotation of the first argument."""

    def register(judge: Judge) -> Judge:
        name = judge.__name__
        if name in RULES:
            raise ValueError(f"rule {name} is declared twice")
        evidence = next(iter(get_type_hints(judge).values()))
        RULES[name] = Rule(
            name, family, text, authority, principle, severity, gates, evidence, exceptable, per_item, judge,
            passing, failing, text_da, finding_da, nothing_da,
        )  # fmt: skip
        return judge

    return register


def load_rules() -> Mapping[str, Rule]:
    """Every rule by its name, family by family."""
    for family in FAMILIES:
        import_module(f"governance.rules.{family}_rules")
    return MappingProxyType(
        {name: RULES[name] for family in FAMILIES for name in RULES if RULES[name].family == family}
    )


def rules_of(gate: Gate) -> tuple[Rule, ...]:
    """The rules that a gate asks, in the order of the book."""
    return tuple(each for each in load_rules().values() if gate in each.gates)

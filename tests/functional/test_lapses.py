"""Everything lapses: each thing that a release rests on lets the list through on its last day and stops it on the next.

The clock is passed in; nothing but the day changes, and the verdict names the rule.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from governance.gate.assessments import record_assessment
from governance.gate.exceptions import sign_exception
from governance.gate.key_files import load_role_key
from governance.gate.verdicts import Verdict
from governance.rules.evidence import Assessment, ModelEvidence, RandomArmEvidence
from service.publication import publish
from service.run_files import load_made_run
from tests.functional.governed import DAY, Governed
from tests.gates import HandClock

NEVER = {
    "freshness_days": 4_000, "fairness_age_days": 4_000, "model_age_days": 4_000, "label_age_days": 4_000,
    "random_arm_year_cases": 0,
}  # fmt: skip
LAST = DAY + dt.timedelta(days=20)


@dataclass(frozen=True)
class Lapse:
    """One thing that lapses: the rules that then stop, settings under which it does after `last`, and what to do."""

    rules: tuple[str, ...]
    settings: dict[str, Any] = field(default_factory=dict)
    last: dt.date = LAST
    prepare: Callable[[Governed], None] = lambda _: None


def assessed(kind: str) -> Lapse:
    def prepare(home: Governed) -> None:
        with home.store().act("assessment.recorded") as act:
            record_assessment(act, Assessment(kind, "2.0", DAY, LAST), document_sha256="ab" * 32)

    return Lapse((f"{kind}_assessment_stands" if kind == "administrative_law" else f"{kind}_stands",), prepare=prepare)


def excepting(*rules: str, expires: dt.date) -> Callable[[Governed], None]:
    def prepare(home: Governed) -> None:
        for rule in rules:
            with home.store().act("exception.signed") as act:
                key = load_role_key(home.key("dpo"))
                sign_exception(act, rule=rule, item="", reason="Until it is mended.", expires=expires, key=key)

    return prepare


def evidence_of_the_model(home: Governed) -> ModelEvidence:
    shown = home.call("gate", "show", home.promotion, "--json").document["evidence"].values()
    (found,) = (each["figures"] for each in shown if each["kind"] == "ModelEvidence")
    days = {name: dt.date.fromisoformat(found[name]) for name in ("trained_as_of", "newest_label")}
    return ModelEvidence(**{**found, **days})


def the_arm(home: Governed) -> RandomArmEvidence:
    with home.store().reading() as connection:
        found = load_made_run(home.settings(), connection, home.run_id).evidence[RandomArmEvidence]
    assert isinstance(found, RandomArmEvidence)
    return found


LAPSES = {
    **{kind: assessed(kind) for kind in ("dpia", "fria", "risk_register", "administrative_law")},
    "fairness run": Lapse(
        ("fairness_run_recent",),
        {"fairness_age_days": 20},
        prepare=excepting("proxy_screen_recent", expires=LAST + dt.timedelta(days=9)),
    ),
    "proxy screen": Lapse(
        ("proxy_screen_recent",),
        {"fairness_age_days": 20},
        prepare=excepting("fairness_run_recent", expires=LAST + dt.timedelta(days=9)),
    ),
    "model age": Lapse(("model_recent",), {"model_age_days": 20}),
    "exception": Lapse(
        ("needless_burden_capped",),
        {"needless_per_1000": 1.0},
        prepare=excepting("needless_burden_capped", expires=LAST),
    ),
}


def judged_on(home: Governed, day: dt.date, into: Path, **settings: Any) -> Verdict:
    """The release asked for on the day, in a copy of its own."""
    copy = home.copy(into / day.isoformat())
    store = copy.store(HandClock(day))
    done = publish(copy.run_id, settings=copy.settings(**(NEVER | settings)), store=store)
    store.close()
    assert (done.folder is not None) == done.verdict.passed == ("list.published" in copy.actions())
    return done.verdict


def stops_after(home: Governed, lapse: Lapse, into: Path) -> Verdict:
    on_the_last_day = judged_on(home, lapse.last, into, **lapse.settings)
    assert on_the_last_day.passed, on_the_last_day.failed
    verdict = judged_on(home, lapse.last + dt.timedelta(days=1), into, **lapse.settings)
    assert tuple(sorted({each.rule for each in verdict.failed})) == lapse.rules
    assert all(each.figure and each.limit for each in verdict.failed)
    return verdict


@pytest.mark.parametrize("name", LAPSES)
def test_the_day_before_it_is_released_and_the_day_after_it_is_not(governed, tmp_path, name) -> None:
    lapse = LAPSES[name]
    lapse.prepare(governed)
    stops_after(governed, lapse, tmp_path)


def test_labels_grow_old(governed, tmp_path) -> None:
    newest = evidence_of_the_model(governed).newest_label
    lapse = Lapse(("labels_recent",), {"label_age_days": (LAST - newest).days})
    (closed,) = stops_after(governed, lapse, tmp_path).failed
    assert closed.figure == f"{(LAST - newest).days + 1} days"


def test_registers_grow_stale(governed, tmp_path) -> None:
    (worst,) = (each for each in judged_on(governed, DAY, tmp_path).judged if each.rule == "registers_fresh")
    days = int(worst.figure.removesuffix(" days"))
    (closed,) = stops_after(governed, Lapse(("registers_fresh",), {"freshness_days": days + 20}), tmp_path).failed
    assert closed.item == worst.item


def test_random_cases_leave_the_year_one_by_one(governed, tmp_path) -> None:
    known = sorted(the_arm(governed).known_on)
    still = len([day for day in known if day > known[0]])
    lapse = Lapse(
        ("random_arm_kept_up",), {"random_arm_year_cases": still + 1}, last=known[0] + dt.timedelta(days=365)
    )  # fmt: skip
    assert lapse.last >= DAY
    assert still + 1 == len(known)
    (closed,) = stops_after(governed, lapse, tmp_path).failed
    assert closed.figure == f"{still}"


END = LAST + dt.timedelta(days=1)
"""The first day without the basis."""


def ending(entry: str) -> list[str]:
    return [entry.replace("valid_from = 2015-01-01", f"valid_from = 2015-01-01\nvalid_to = {END}")]


def without_housing_from_then(entry: str) -> list[str]:
    return [*ending(entry), entry.replace("2015-01-01", f"{END}").replace('"boligstoette", ', "")]


def without_payments_from_then(entry: str) -> list[str]:
    lines = [line for line in entry.splitlines() if "benefit_payment" not in line]
    return [*ending(entry), "\n".join(lines).replace("2015-01-01", f"{END}")]


def bases(place: Path, code: str, change: Callable[[str], list[str]]) -> dict[str, str]:
    """The shipped bases with another entry for operation; returns the setting."""
    shipped = (files("governance") / "catalogue" / "legal_bases.toml").read_text(encoding="utf-8")
    head, *entries = shipped.split("[[basis]]\n")
    written = []
    for entry in entries:
        meant = f'code = "{code}"' in entry and 'phases = ["operation"]' in entry
        written += change(entry) if meant else [entry]
    place.write_text("[[basis]]\n".join([head, *written]), encoding="utf-8")
    assert len(written) > len(entries) or place.read_text(encoding="utf-8") != shipped
    return {"legal_bases_file": str(place)}


@pytest.mark.parametrize(
    ("code", "change", "named"),
    [
        ("retssikkerhedsloven_11a", ending, "basis retssikkerhedsloven_11a"),
        ("cpr_10", ending, "cpr_10"),
        ("retssikkerhedsloven_11a", without_housing_from_then, "benefit boligstoette"),
        ("retssikkerhedsloven_11a", without_payments_from_then, "column benefit_payment.amount_ore"),
    ],
)
def test_a_legal_basis_ends(governed, tmp_path, code, change, named) -> None:
    settings = bases(tmp_path / "legal_bases.toml", code, change)
    (closed,) = stops_after(governed, Lapse(("nothing_without_basis",), settings), tmp_path).failed
    assert named in closed.item


def test_a_verdict_does_not_outlive_what_it_rests_on(governed, tmp_path) -> None:
    """Passing verdicts say until when they may be used at all."""
    lapse = LAPSES["model age"]
    verdict = judged_on(governed, lapse.last, tmp_path, **lapse.settings)
    assert verdict.good_through == lapse.last
    assert judged_on(governed, DAY, tmp_path, **lapse.settings).good_through == DAY + dt.timedelta(days=1)

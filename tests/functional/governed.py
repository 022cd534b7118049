"""One small town with a model that passed its gate and a list that may be released: made once, copied for each test.

Limits that a town of this size cannot keep (random controls, needless ones) are set wider; all else is as shipped.
"""

from __future__ import annotations

import contextlib
import functools
import json
import shutil
import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from governance.benefits import load_catalogue
from governance.rules.evidence import HistoryFairnessEvidence, ProxyEvidence
from governance.rules.law_rules import ASSESSMENT_KINDS
from governance.settings import Settings
from governance.store.opening import Store, open_store
from service import promotion
from service.run_files import read_evidence_document
from synthetic_data.town import TownPlan, write_town
from tests.functional.calls import Called, call
from tests.gates import HandClock
from tests.small_plans import small_plan

PLAN = TownPlan(persons=6_000, seed=1, cases=900)
DAY = PLAN.as_of
KNOBS = {"invented_day": DAY.isoformat(), "threads": "1", "random_arm_cases": "5", "needless_per_1000": "1000"}
WIDE = {"threads": 1, "random_arm_cases": 5, "needless_per_1000": 1_000.0}
HOURS = 120
SEED = 20_240_601
ROLES = ("dpo", "owner", "counsel")


@dataclass(frozen=True)
class Governed:
    """A home with its model, its registers, the list that was made in it and the keys of the roles."""

    home: Path
    town: Path
    keys: Path
    run_id: str
    promotion: str = ""

    def call(self, *words: object, **settings: str) -> Called:
        return call(*words, home=self.home, **(KNOBS | settings))

    def key(self, role: str) -> Path:
        return self.keys / f"{role}.pem"

    def run_file(self, name: str) -> Path:
        return self.home / "runs" / self.run_id / name

    def promote(self, *words: object, town: Path | None = None, **settings: str) -> Called:
        return self.call("gate", "promote", town or self.town, "--as-of", DAY, "--json", *words, **settings)

    def publish(self, run_id: str = "", **settings: str) -> Called:
        return self.call("gate", "publish", run_id or self.run_id, "--json", **settings)

    def rank(self, *words: object, **settings: str) -> Called:
        out = self.home.parent / f"list-{len(list(self.home.parent.iterdir()))}"
        asked = ("rank", self.town, "--as-of", DAY, "--hours", HOURS, "--out", out)
        return self.call(*asked, *words, **settings)

    def settings(self, **chosen: Any) -> Settings:
        return replace(Settings(home=self.home, **WIDE), **chosen)

    def store(self, clock: HandClock | None = None, **chosen: Any) -> Store:
        return open_store(self.settings(**chosen), clock=clock or HandClock(DAY), actor="tester")

    def events(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Action, subject and details of every event, the oldest first."""
        store = self.store()
        with store.reading() as connection:
            rows = connection.exec_driver_sql("SELECT action, subject, details FROM audit_event ORDER BY seq").all()
        store.engine.dispose()
        return [(action, subject, json.loads(details)) for action, subject, details in rows]

    def actions(self) -> list[str]:
        return [action for action, _, _ in self.events()]

    def copy(self, into: Path) -> Governed:
        """The same state to spoil; MLflow's artifacts stay where they are."""
        shutil.copytree(self.home, into)
        return replace(self, home=into)


def refer(home: Path, *, former: Path, to: Path) -> None:
    """Let the registry of a copied home find its artifacts below another home than the one they were made in."""
    with contextlib.closing(sqlite3.connect(home / "mlflow.db")) as registry, registry:
        for (table,) in registry.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for column in [row[1] for row in registry.execute(f"PRAGMA table_info({table})")]:
                pointed = f'UPDATE "{table}" SET "{column}" = replace("{column}", ?1, ?2) WHERE instr("{column}", ?1)'
                registry.execute(pointed, (f"{former}/", f"{to}/"))


def learn_quickly(patch: pytest.MonkeyPatch) -> None:
    """Trainings and their judgements by the small plan."""
    from training import pipeline

    small = small_plan()
    patch.setattr(pipeline, "fit_ranking_model", functools.partial(pipeline.fit_ranking_model, base_plan=small))
    patch.setattr(pipeline, "fast_plan", lambda: small)


def measured(home: Governed) -> dict[type, object]:
    """What the promote gate was shown at the promotion of the home."""
    shown = home.call("gate", "show", home.promotion, "--json").document["evidence"].values()
    return dict(read_evidence_document(document) for document in shown)


def measure_quickly(patch: pytest.MonkeyPatch, promoted: Governed) -> None:
    """History and proxies as they were measured at that promotion: they take most of the time, and are the same."""
    known = measured(promoted)
    patch.setattr(promotion, "history_fairness", lambda *_, **__: known[HistoryFairnessEvidence])
    patch.setattr(promotion, "screen_proxies", lambda *_, **__: known[ProxyEvidence])


def assess(home: Governed, *, until: str = "2025-01-01", kinds: tuple[str, ...] = ASSESSMENT_KINDS) -> None:
    document = home.keys / "assessment.md"
    document.write_text("Assessed.")
    for kind in kinds:
        words = ("--version", "1.0", "--document", document, "--from", "2024-01-01", "--until", until)
        said = home.call("gate", "assess", kind, *words)
        assert said.code == 0, said.err


def make_trained(place: Path) -> Governed:
    """A town, keys, a model that was trained and judged on later cases, and a list of it; nothing promoted."""
    town, keys = place / "town", place / "keys"
    write_town(town, PLAN, catalogue=load_catalogue().as_rows())
    keys.mkdir()
    made = Governed(place / "home", town, keys, "")
    for role in ROLES:
        assert made.call("gate", "key", role, "--out", made.key(role)).code == 0
    with pytest.MonkeyPatch.context() as patch:
        learn_quickly(patch)
        said = made.call("train", town, "--as-of", DAY, "--json")
    assert said.code == 0, said.err
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("service.cli.runs.secrets.randbits", lambda _: SEED)
        listed = made.rank("--json")
    assert listed.code == 0, listed.err
    return replace(made, run_id=listed.document["run_id"])


def make_promoted(trained: Governed, into: Path) -> Governed:
    """The same with every assessment recorded and the model promoted."""
    made = trained.copy(into)
    assess(made)
    said = made.promote()
    assert said.code == 0, said.err
    return replace(made, promotion=said.document["id"])

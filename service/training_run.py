"""A training on the record: the develop gate before anything is learned, and the event of the model it made."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from features.input_screen import input_evidence
from features.lawful import basis_evidence
from governance.as_of import AsOf
from governance.gate.verdicts import fresh_passing_verdict, judge_and_record
from governance.legal_bases import Lawful, pull_of
from governance.rules.limits import limits
from governance.settings import Settings
from governance.store.opening import Store
from service.list_evidence import register_evidence
from service.log_checks import TRAINED, model_seals
from service.runs import register_snapshot
from training.checked import Checked
from training.inputs import Inputs
from training.labels import Labels
from training.pipeline import Training, Witness, train
from training.registry import RegisteredModel


class _OnRecord(Witness):
    """Judges by the develop gate on the day of the training, and records the model with its verdict."""

    def __init__(self, directory: Path, *, settings: Settings, store: Store) -> None:
        self.directory, self.settings, self.store = directory, settings, store
        self.verdict = ""
        self.pull: dict[str, str] = {}

    def admit(self, checked: Checked, inputs: Inputs, seen: Lawful) -> None:
        found = (register_evidence(checked), basis_evidence(seen, used=inputs.names), input_evidence(inputs.names))
        subject, by = register_snapshot(self.directory)[:16], limits(self.settings, today=seen.on)
        evidence: dict[type, object] = {type(each): each for each in found}
        judge_and_record(self.store, gate="develop", subject=subject, evidence=evidence, limits=by)
        with self.store.reading() as connection:
            now = self.store.clock.now()
            passed = fresh_passing_verdict(
                connection, gate="develop", subject=subject, now=now, verdict_hours=by.verdict_hours
            )
        self.verdict, self.pull = passed.id, pull_of(seen)

    @contextlib.contextmanager
    def registering(self) -> Iterator[Callable[[RegisteredModel, Labels], None]]:
        with self.store.act(TRAINED) as act:

            def told(registered: RegisteredModel, labels: Labels) -> None:
                act.subject = registered.version
                act.add(verdict=self.verdict, pull=self.pull, labels=labels.cases.height)
                act.add(**model_seals(registered, settings=self.settings))

            yield told


def train_on_record(
    directory: Path,
    *,
    as_of: AsOf,
    settings: Settings,
    store: Store,
    seed: int,
    report: Callable[[str], None],
    judge: bool = True,
    features: Sequence[str] = (),
) -> Training:
    """Train as `training.pipeline.train` does; `GateClosed` when the develop gate stays closed."""
    witness = _OnRecord(directory, settings=settings, store=store)
    return train(
        directory, as_of=as_of, settings=settings, seed=seed, report=report, judge=judge, features=features,
        witness=witness,
    )  # fmt: skip

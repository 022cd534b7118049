"""What the publish gate will ask of one list, measured while the list is made.

The registers, the inputs' drift, every explanation, the bases, the random arm, the burden and who bears it. Must not
judge: whether the list may be released is the gate's, by the clock of that day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from features.input_screen import input_evidence
from features.lawful import basis_evidence
from governance.as_of import AsOf
from governance.audit.search import last_subject
from governance.contracts import ContractReport
from governance.legal_bases import Lawful, LegalBasis
from governance.registers import TABLES, Registers
from governance.rules.evidence import (
    ListFairnessEvidence,
    OperationEvidence,
    RandomArmEvidence,
    RegisterEvidence,
)
from governance.settings import Settings
from governance.store.opening import Store
from service.burden import needless_per_1000, random_cases_known
from service.decisions import Cases
from service.log_checks import refuse_altered
from service.outcomes.looks import load_looks
from service.run_fairness import MEASURED, keep_run_fairness
from service.worklist import GENERAL_CONTROL, Worklist
from training.adults import adults_at
from training.checked import Checked
from training.drift import drift_evidence
from training.explanation_contract import check_explanations
from training.history_fairness import LEAST_PERSONS
from training.list_fairness import list_fairness
from training.protected import protected_if_lawful
from training.ranking_model import RankingModel
from training.registry import RegisteredModel, load_evidence
from training.stability import rank_biased_overlap

PUBLISHED = "list.published"


@dataclass(frozen=True)
class MadeList:
    """A list under way, with everything that it was made from."""

    run_id: str
    as_of: AsOf
    checked: Checked
    model: RankingModel
    registered: RegisteredModel
    seen: Lawful
    bases: tuple[LegalBasis, ...]
    matrix: pl.DataFrame
    scores: pl.DataFrame
    worklist: Worklist
    cases: Cases
    seed: int


def gather_list_evidence(made: MadeList, *, settings: Settings, store: Store) -> tuple[object, ...]:
    """Everything that can be said of the list when it is made; what cannot be measured is left out.

    `AuditLogBroken` when the model is not the one that was trained.
    """
    refuse_altered(made.registered, settings=settings, store=store)
    kept = load_evidence(made.registered, settings=settings)
    rng = np.random.default_rng(made.seed)
    found = (
        register_evidence(made.checked),
        drift_evidence(kept.profile, made.matrix) if kept.profile else None,
        check_explanations(
            made.model, made.cases.matrix, made.cases.reasons, as_of=made.as_of, rng=rng, unspoken=_unspoken(made)
        ),
        basis_evidence(made.seen, used=_looked_at(made)),
        input_evidence(made.model.inputs.names),
        _random_arm(made.checked, made.scores, made.worklist, made.as_of),
        _operation(made, settings=settings, store=store),
        _fairness(made, settings=settings, store=store, rng=rng),
    )
    return tuple(each for each in found if each is not None)


def gather_fallback_evidence(
    checked: Checked, seen: Lawful, matrix: pl.DataFrame, worklist: Worklist, *, as_of: AsOf
) -> tuple[object, ...]:
    """The same of a list that was made without a model: nothing is explained, because nothing was predicted."""
    return (
        register_evidence(checked),
        basis_evidence(seen, used=()),
        _random_arm(checked, matrix, worklist, as_of),
        _burden(checked, matrix.select("unit_id", "address_id", "as_of"), as_of, churn=None),
    )


def register_evidence(checked: Checked) -> RegisterEvidence:
    """The contract check as evidence; ages are those on the day of the check."""
    contract = checked.contract
    shares = {name: count.quarantined / count.rows if count.rows else 0.0 for name, count in contract.tables.items()}
    worst = max(sorted(shares), key=lambda name: shares[name])
    return RegisterEvidence(
        as_of=contract.as_of.day,
        rows=sum(count.rows for count in contract.tables.values()),
        worst_table=worst,
        worst_share=shares[worst],
        acceptable=contract.acceptable,
        newest_days=dict(_ages(contract, checked.registers)),
    )


def _ages(contract: ContractReport, registers: Registers) -> Iterator[tuple[str, int]]:
    for name, table in TABLES.items():
        if table.freshness_column is not None:
            column = pl.col(table.freshness_column)
            newest = registers.table(name).filter(column <= contract.as_of.day).select(column.max()).collect().item()
            if newest is not None:
                yield name, (contract.as_of.day - newest).days


def _looked_at(made: MadeList) -> tuple[str, ...]:
    """The model's inputs that hold anything: one without a basis was not built."""
    return tuple(name for name in made.model.inputs.names if made.matrix[name].null_count() < made.matrix.height)


def _unspoken(made: MadeList) -> tuple[str, ...]:
    return tuple(set(made.model.inputs.names) - set(_looked_at(made)))


def _random_arm(checked: Checked, candidates: pl.DataFrame, worklist: Worklist, as_of: AsOf) -> RandomArmEvidence:
    """`committed` is for the gate to look up in the log; here it is not yet known."""
    general = pl.col("legal_basis").str.contains(GENERAL_CONTROL)
    drawable = candidates.filter(general).select("unit_id").join(worklist.draws, on="unit_id", how="left")
    smallest = drawable["selection_probability"].min()
    days = random_cases_known(checked.registers, as_of=as_of)
    drawn = worklist.rows.filter(pl.col("arm") == "random")
    return RandomArmEvidence(
        listed=drawn.height,
        known_last_year=len(days),
        share_of_hours=float(drawn["expected_hours"].sum()) / max(float(worklist.rows["expected_hours"].sum()), 1e-9),
        smallest_probability=smallest if isinstance(smallest, float) else 0.0,
        committed=False,
        known_on=days,
    )


def _operation(made: MadeList, *, settings: Settings, store: Store) -> OperationEvidence:
    units = made.matrix.select("unit_id", "address_id", "as_of")
    with store.reading() as connection:
        looks = load_looks(connection, until=made.as_of.day)
    burden = _burden(made.checked, units, made.as_of, churn=_churn(made, settings=settings, store=store))
    return replace(burden, first_looks=looks.first, blind_first_looks=looks.blind, overrides=looks.overrides)


def _burden(checked: Checked, units: pl.DataFrame, as_of: AsOf, *, churn: float | None) -> OperationEvidence:
    """Of a list made without a model nobody asks how it is judged: there is no recommendation to follow."""
    return OperationEvidence(
        first_looks=0,
        blind_first_looks=0,
        overrides=0,
        needless_per_1000=needless_per_1000(checked.registers, checked.engine, units, as_of=as_of),
        churn=churn,
    )


def _churn(made: MadeList, *, settings: Settings, store: Store) -> float | None:
    """1 - rank-biased overlap with the list that was published last; None without one."""
    with store.reading() as connection:
        before = last_subject(connection, PUBLISHED)
    path = settings.home / "runs" / str(before) / "worklist.parquet"
    if before is None or not path.is_file():
        return None
    listed = made.worklist.rows.sort("rank")["address_id"].to_list()
    return 1.0 - rank_biased_overlap(pl.read_parquet(path).sort("rank")["address_id"].to_list(), listed)


def _fairness(
    made: MadeList, *, settings: Settings, store: Store, rng: np.random.Generator
) -> ListFairnessEvidence | None:
    """At the cut-off of this list; None when nobody is described in `protected`."""
    protected = protected_if_lawful(made.checked.registers, as_of=made.as_of, bases=made.bases)
    if protected is None or made.matrix.is_empty():
        return None
    adults = adults_at(made.checked.engine, made.matrix.select("unit_id", "address_id", "as_of"), protected=protected)
    with store.act(MEASURED, subject=made.run_id, details={"as_of": str(made.as_of), "of": "list"}) as act:
        keep_run_fairness(
            act, settings, scores=made.scores, listed=made.worklist.rows, adults=adults, min_cell=LEAST_PERSONS
        )  # fmt: skip
        return list_fairness(
            made.scores, made.worklist.rows, adults, measured_on=made.as_of.day, min_cell=LEAST_PERSONS, rng=rng
        )

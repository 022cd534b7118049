"""The matrix of the candidates, and the rows behind one address: what `features build` and `features explain` do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from features.build import build_matrix, matrix_hash
from features.candidates import Candidates, find_candidates
from features.definitions import load_catalogue_of_features
from features.engines import Engine, SparkEngine, make_local_spark
from features.lawful import candidate_grounds, lawful_features, lawful_registers, left_out, require_features
from features.reference import FeatureTrace, explain_address
from governance.as_of import AsOf
from governance.errors import PermissionDenied, UsageError
from governance.legal_bases import Lawful, lawful, legal_bases_in_force, pull_of
from governance.pseudonyms import load_pseudonyms
from governance.registers import Registers
from governance.settings import Settings
from governance.store.opening import Store
from training.checked import load_checked

Report = Callable[[str], None]
READS = "reads"


@dataclass(frozen=True)
class BuiltMatrix:
    """The candidates with their matrix and its hash; `seen` is what the run looked at, `left_out` what it did not."""

    candidates: Candidates
    matrix: pl.DataFrame
    lineage: str
    seen: Lawful
    left_out: tuple[str, ...]


def build_candidate_matrix(
    directory: Path,
    *,
    as_of: AsOf,
    engine_name: str,
    settings: Settings,
    report: Report,
    features: Sequence[str] = (),
) -> BuiltMatrix:
    """Check, find the candidates and build their matrix on the engine named (`polars` or `spark`).

    With `features` the matrix holds those alone; `GateClosed` for one without a legal basis for operation on the day.
    """
    bases = legal_bases_in_force(settings)
    seen = lawful(bases, on=as_of.day, phase="operation")
    candidate_grounds(seen)
    require_features(features, seen)
    registers, embedded = load_checked(directory, as_of=as_of, settings=settings, report=report)
    engine = _engine(engine_name, registers, embedded)
    report("finding candidates")
    candidates = find_candidates(engine, as_of=as_of, settings=settings, bases=bases)
    report("building features")
    matrix = build_matrix(engine, candidates.units, lawful=seen)
    if features:
        matrix = matrix.drop(name for name in load_catalogue_of_features() if name not in features)
    return BuiltMatrix(candidates, matrix, matrix_hash(matrix), seen, left_out(seen))


def _engine(name: str, registers: Registers, embedded: Engine) -> Engine:
    if name == "polars":
        return embedded
    if name == "spark":
        return SparkEngine(registers, make_local_spark())
    raise UsageError(f"There is no engine '{name}'.", item="--engine", remedy="Use polars or spark.")


def explain_address_of(
    directory: Path, address_id: str, *, as_of: AsOf, settings: Settings, store: Store, report: Report
) -> Sequence[FeatureTrace]:
    """The traces of one address, features without a legal basis left out; refused for a protected resident.

    One household's facts are read, so one event says that they were, by a pseudonym that only our key resolves.
    """
    registers, engine = load_checked(directory, as_of=as_of, settings=settings, report=report)
    found = registers.table("address").filter(pl.col("address_id") == address_id).select("address_id").head(1).collect()
    if found.is_empty():
        raise UsageError(
            "The registers know no such address.", item="ADDRESS", remedy="Give an address_id of the list."
        )
    bases = legal_bases_in_force(settings)
    seen = lawful(bases, on=as_of.day, phase="operation")
    candidates = find_candidates(engine, as_of=as_of, settings=settings, bases=bases)
    if address_id not in set(candidates.units["address_id"]):
        raise PermissionDenied(
            "The address is not a candidate on this day, so its rows may not be shown.",
            item="ADDRESS",
            remedy="Choose an address of the list; features build counts the reasons for leaving addresses out.",
        )
    report("finding the rows")
    traces = explain_address(lawful_registers(registers, seen), address_id, as_of=as_of)
    subject = load_pseudonyms(settings.home, purpose=READS).of("address", address_id)
    with store.act("rows.explained", subject=subject, details={"as_of": str(as_of), "pull": pull_of(seen)}):
        return [trace for trace in traces if trace.name in lawful_features(seen)]

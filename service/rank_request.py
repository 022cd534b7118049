"""What is asked of a run of the list, and what identifies it: the same request on the same registers has one id."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from governance.as_of import AsOf
from governance.errors import UsageError
from governance.settings import Settings
from service.random_arm import Seed
from service.runs import register_snapshot, run_identity, settings_hash
from training.pipeline import feature_catalogue_hash

NO_MITIGATION = "none"
# far beyond any wage, and the sums over a whole city still fit whole øre
MOST_HOURLY_COST_ORE = 10**12


@dataclass(frozen=True)
class RankRequest:
    """What is asked of a run; `hours` of caseworker time, `random_share` of them to the random arm.

    With `benefits` only their grants make candidates and are at stake; every one needs a basis. `fallback` says how
    cases are chosen while a stop is in force; `mitigation` (`service.mitigation`) needs a recorded approval.
    """

    directory: Path
    as_of: AsOf
    hours: float
    out: Path
    every_candidate: bool
    model: str | None
    random_share: float
    seed: Seed
    benefits: tuple[str, ...] = ()
    fallback: str = "random"
    mitigation: str = NO_MITIGATION


def require_sensible(request: RankRequest, settings: Settings) -> None:
    """Refuse hours, costs and shares that no run can be made with."""
    # not `<= 0`: that lets NaN through
    if not 0 < request.hours < math.inf:
        raise UsageError("The capacity must be more than zero hours.", item="--hours", remedy="Give the hours to fill.")
    if not 0 < settings.hourly_cost_ore <= MOST_HOURLY_COST_ORE:
        raise UsageError(
            f"An hour must cost something, at most {MOST_HOURLY_COST_ORE} øre.",
            item="--hourly-cost-ore",
            remedy="Give whole øre, as 70000.",
        )
    if not 0 <= request.random_share < 1:
        raise UsageError(
            "The share of the random arm lies outside 0 to 1.", item="--random-share", remedy="Give it as 0.05."
        )


def run_record(request: RankRequest, settings: Settings, *, bases: str, model: dict[str, object]) -> dict[str, object]:
    """The grounds of a run with its `run_id`; `model` says which model, in which form, or that there is none."""
    parts: dict[str, object] = {
        "as_of": str(request.as_of),
        "registers": register_snapshot(request.directory),
        "feature_catalogue": feature_catalogue_hash(),
        **model,
        "settings": settings_hash(settings),
        "legal_bases": bases,
        "benefits": list(request.benefits),
        "mitigation": request.mitigation,
        "hours": request.hours,
        "random_share": 0.0 if request.every_candidate else request.random_share,
        "every_candidate": request.every_candidate,
        "seed_commitment": None if request.every_candidate else request.seed.commitment,
    }
    return {"run_id": run_identity(parts)} | parts

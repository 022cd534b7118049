"""The matrix of the candidates of a day, or of a sample of them: what drift, stability and lists are measured on.

Where no legal basis lets the municipality look at candidates on the day there is none, and what rests on them is not
measured. Must not score anybody.
"""

from __future__ import annotations

import polars as pl

from features.build import build_matrix
from features.candidates import find_candidates
from features.engines import Engine
from governance.as_of import AsOf
from governance.errors import GateClosed
from governance.legal_bases import lawful, legal_bases_in_force
from governance.settings import Settings

MOST_CANDIDATES = 5_000
"""Enough for shares to a per cent; whole cities would only cost time."""


def sampled_candidates(
    engine: Engine, *, as_of: AsOf, settings: Settings, seed: int, most: int = MOST_CANDIDATES
) -> pl.DataFrame | None:
    """The matrix of at most `most` candidates at the close of `as_of`, drawn alike by `seed`; None without a basis."""
    bases = legal_bases_in_force(settings)
    try:
        units = find_candidates(engine, as_of=as_of, settings=settings, bases=bases).units
    except GateClosed:
        return None
    drawn = units.sample(min(most, units.height), seed=seed).sort("unit_id")
    return build_matrix(engine, drawn, lawful=lawful(bases, on=as_of.day, phase="operation"))

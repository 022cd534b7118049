"""The inputs as the screen reads them: all that is said of a feature, and every register column behind it.

One way for the build, for training and for the gates, so that none of them looks at less than the others. Must not
judge: what may not be an input is `governance.prohibited`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from features.definitions import load_catalogue_of_features
from features.lineage import feature_columns
from governance.errors import GateClosed
from governance.prohibited import prohibited_inputs
from governance.rules.evidence import InputEvidence


def feature_words(name: str) -> str:
    """Name, text, unit, both Danish sentences, and the view's columns that the expression reads, of one feature."""
    declared = load_catalogue_of_features()[name]
    sentences = (declared.fact_da.format(value=""), declared.absence_da)
    return ". ".join((declared.name, declared.text, declared.unit, *sentences, *declared.reads))


def input_evidence(names: Sequence[str]) -> InputEvidence:
    """The inputs by name, for the rule that screens them."""
    return InputEvidence(
        texts={name: feature_words(name) for name in names},
        columns={name: tuple(sorted(feature_columns(name))) for name in names},
    )


def refuse_prohibited(names: Sequence[str], *, on: dt.date) -> None:
    """Raise `GateClosed` when one of the features may never be an input, or its exception has lapsed on the day."""
    shown = input_evidence(names)
    struck = prohibited_inputs(shown.texts, shown.columns, on=on)
    if struck:
        raise GateClosed(
            f"An input rests on what may never be one, or its exception does not stand on {on}.",
            item=", ".join(struck),
            remedy="Take the feature out, or let the DPO review its entry in input_exceptions.toml.",
        )

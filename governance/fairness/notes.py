"""What a reader must know before using the figures: what they rest on, what is not shown, what they are compared with.

Sentences about the table as a whole. None has a count: a count of few rows would tell what the cells do not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from governance.fairness.decisions import Decisions
from governance.fairness.metrics import KINDS


def build_notes(
    typed: Decisions,
    *,
    references: Mapping[str, str | None],
    reference: str | None,
    hidden: Mapping[str, frozenset[str]],
    labels: Mapping[str, Sequence[str]],
    min_cell: int,
    seed: int,
    resamples: int,
) -> tuple[str, ...]:
    """The notes of one run, in the order in which they matter."""
    kinds = {KINDS[place] for place in typed.rows.get_column("kind").unique()}
    return (
        *_labels_notes(kinds),
        *_sample_notes(kinds),
        *_weight_notes(typed),
        *_reference_notes(references, reference=reference, hidden=hidden, labels=labels),
        *_suppression_notes(hidden, min_cell=min_cell),
        "Intervals are 95 %: Wilson for shares; for representation_ratio and for the ratios the percentiles of "
        f"{resamples} bootstrap resamples by row, seed {seed}.",
    )


def _labels_notes(kinds: set[str]) -> list[str]:
    unselected, selected = {"unselected_hit", "unselected_miss"}, {"selected_hit", "selected_miss"}
    notes = []
    if "unselected_unknown" in kinds or not unselected & kinds:
        notes.append(
            "precision and false_discovery_rate, false_positive_share and needless_per_1000 rest on labels that exist "
            "only for the controlled: they say how those who were selected fared, not how right the selection was."
        )
    if "unselected_unknown" in kinds:
        notes.append(_error_rates_note(labelled=bool(unselected & kinds)))
    if "selected_unknown" in kinds:
        notes.append(
            "Some of the selected have no known hit: precision and false_discovery_rate leave them out, and "
            "false_positive_share and needless_per_1000, which count only known misses, are lower bounds."
            if selected & kinds
            else "None of the selected has a known hit: only selection_rate and the shares are known."
        )
    if not kinds & {"unselected_hit", "unselected_miss", "unselected_unknown"}:
        notes.append(
            "Every row that is not random was selected: selection_rate and false_positive_rate are 1 and "
            "false_negative_rate is 0 by construction."
        )
    if not kinds & {"selected_unknown", "unselected_unknown"} and unselected & kinds:
        notes.append("Every row that is not random has a known hit: no figure rests on the controlled alone.")
    return notes


def _error_rates_note(*, labelled: bool) -> str:
    if not labelled:
        return (
            "No unselected row has a known hit: false_positive_rate and false_negative_rate cannot be known and have "
            "no figure (they would be 1 and 0 by construction)."
        )
    return (
        "Some unselected rows have no known hit: false_positive_rate and false_negative_rate rest on the rows with a "
        "known hit, and on how these came to be known; a group with none among its unselected has no figure."
    )


def _sample_notes(kinds: set[str]) -> list[str]:
    if "random" in kinds:
        return []
    return ["No row is marked random: share_random and representation_ratio have no figure."]


def _weight_notes(typed: Decisions) -> list[str]:
    if not typed.probabilities:
        return []
    if typed.table_weighted:
        return ["Rows are weighted by 1 / selection_probability, by 1 where it is empty; n counts rows, unweighted."]
    return [
        "share_random is weighted by 1 / selection_probability, which is under 1 in random rows only; in n and in "
        "needless_per_1000 a random row is one row."
    ]


def _reference_notes(
    references: Mapping[str, str | None],
    *,
    reference: str | None,
    hidden: Mapping[str, frozenset[str]],
    labels: Mapping[str, Sequence[str]],
) -> list[str]:
    notes = []
    for column, chosen in references.items():
        if chosen is not None:
            why = "" if chosen == reference else ", the largest group that is shown"
            notes.append(f"Ratios of '{column}' are to '{chosen}'{why}.")
        elif reference is not None and reference in labels[column] and reference in hidden[column]:
            notes.append(f"The reference '{reference}' of '{column}' is not shown, so its ratios have no figure.")
        else:
            notes.append(f"No group of '{column}' can be a reference, so its ratios have no figure.")
    return notes


def _suppression_notes(hidden: Mapping[str, frozenset[str]], *, min_cell: int) -> list[str]:
    columns = [f"'{column}'" for column, labels in hidden.items() if labels]
    if not columns:
        return []
    return [
        f"Groups of fewer than {min_cell} rows are not shown, nor are others, without which those could be worked out "
        f"by subtraction ({', '.join(columns)}). Not shown is not 0."
    ]

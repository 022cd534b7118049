"""What a reader must know before using the figures: what they rest on, what is not shown, what they are compared with.

Sentences about the table as a whole. None has a count: a count of few rows would tell what the cells do not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from governance.fairness import note_texts as texts
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
        texts.INTERVALS.said(resamples=resamples, seed=seed),
    )


def _labels_notes(kinds: set[str]) -> list[str]:
    unselected, selected = {"unselected_hit", "unselected_miss"}, {"selected_hit", "selected_miss"}
    notes = []
    if "unselected_unknown" in kinds or not unselected & kinds:
        notes.append(texts.CONTROLLED_ALONE)
    if "unselected_unknown" in kinds:
        notes.append(texts.SOME_ERROR_RATES if unselected & kinds else texts.NO_ERROR_RATES)
    if "selected_unknown" in kinds:
        notes.append(texts.LOWER_BOUNDS if selected & kinds else texts.NO_HIT_KNOWN)
    if not kinds & {"unselected_hit", "unselected_miss", "unselected_unknown"}:
        notes.append(texts.ALL_SELECTED)
    if not kinds & {"selected_unknown", "unselected_unknown"} and unselected & kinds:
        notes.append(texts.ALL_KNOWN)
    return [each.said() for each in notes]


def _sample_notes(kinds: set[str]) -> list[str]:
    return [] if "random" in kinds else [texts.NONE_RANDOM.said()]


def _weight_notes(typed: Decisions) -> list[str]:
    if not typed.probabilities:
        return []
    return [(texts.TABLE_WEIGHTED if typed.table_weighted else texts.SAMPLE_WEIGHTED).said()]


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
            note = texts.COMPARED if chosen == reference else texts.COMPARED_WITH_LARGEST
            notes.append(note.said(column=column, group=chosen))
        elif reference is not None and reference in labels[column] and reference in hidden[column]:
            notes.append(texts.REFERENCE_HIDDEN.said(column=column, group=reference))
        else:
            notes.append(texts.NO_REFERENCE.said(column=column))
    return notes


def _suppression_notes(hidden: Mapping[str, frozenset[str]], *, min_cell: int) -> list[str]:
    columns = [f"'{column}'" for column, labels in hidden.items() if labels]
    return [texts.SUPPRESSED.said(min_cell=min_cell, columns=", ".join(columns))] if columns else []

"""Every note that a fairness run may carry, once: in English for the stored figures, in Danish for whoever reads them.

The figures of a run keep the English sentence; its Danish is found by it, so that older figures read in Danish too.
Knows no figure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Note:
    """One note, with names in braces for what differs from run to run: the same names in both languages."""

    text: str
    text_da: str

    def said(self, **values: object) -> str:
        """The English sentence of one run."""
        return self.text.format(**values)

    def values_in(self, said: str) -> Mapping[str, str] | None:
        """What stood in the braces of an English sentence; None when it is not this note."""
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(self.text))
        found = re.fullmatch(pattern, said)
        return found.groupdict() if found else None


CONTROLLED_ALONE = Note(
    "precision and false_discovery_rate, false_positive_share and needless_per_1000 rest on labels that exist "
    "only for the controlled: they say how those who were selected fared, not how right the selection was.",
    "Andelene af kontroller med og uden medhold og tallene for, hvem der er kontrolleret uden grund, hviler på udfald, "
    "som kun kendes for de kontrollerede: de siger, hvordan det gik dem, der blev udvalgt, ikke om de rette blev "
    "udvalgt.",
)
NO_ERROR_RATES = Note(
    "No unselected row has a known hit: false_positive_rate and false_negative_rate cannot be known and have "
    "no figure (they would be 1 and 0 by construction).",
    "Udfaldet kendes ikke for nogen af dem, der ikke er udvalgt: »kontrolleret uden grund blandt dem uden fejl« og "
    "»overset blandt dem med fejl« kan ikke kendes og har intet tal.",
)
SOME_ERROR_RATES = Note(
    "Some unselected rows have no known hit: false_positive_rate and false_negative_rate rest on the rows with a "
    "known hit, and on how these came to be known; a group with none among its unselected has no figure.",
    "Udfaldet kendes ikke for alle, der ikke er udvalgt: »kontrolleret uden grund blandt dem uden fejl« og »overset "
    "blandt dem med fejl« hviler på de kendte udfald og på, hvordan de blev kendt. En gruppe uden kendte udfald blandt "
    "dem, der ikke er udvalgt, har intet tal.",
)
LOWER_BOUNDS = Note(
    "Some of the selected have no known hit: precision and false_discovery_rate leave them out, and "
    "false_positive_share and needless_per_1000, which count only known misses, are lower bounds.",
    "Udfaldet kendes ikke for alle udvalgte: andelene af kontroller med og uden medhold ser bort fra dem, og tallene "
    "for, hvem der er kontrolleret uden grund, tæller kun de kendte og er derfor det mindste, de kan være.",
)
NO_HIT_KNOWN = Note(
    "None of the selected has a known hit: only selection_rate and the shares are known.",
    "Udfaldet kendes ikke for nogen af de udvalgte: kun andelen udvalgt og andelene af de udvalgte og af stikprøven "
    "kendes.",
)
ALL_SELECTED = Note(
    "Every row that is not random was selected: selection_rate and false_positive_rate are 1 and "
    "false_negative_rate is 0 by construction.",
    "Alle uden for stikprøven er udvalgt: derfor er »andel udvalgt« og »kontrolleret uden grund blandt dem uden fejl« "
    "altid 1 og »overset blandt dem med fejl« altid 0.",
)
ALL_KNOWN = Note(
    "Every row that is not random has a known hit: no figure rests on the controlled alone.",
    "Udfaldet kendes for alle uden for stikprøven: intet tal hviler på de kontrollerede alene.",
)
NONE_RANDOM = Note(
    "No row is marked random: share_random and representation_ratio have no figure.",
    "Ingen er mærket som tilfældigt udtrukket: »andel af stikprøven« og »udvalgte i forhold til stikprøven« har intet "
    "tal.",
)
TABLE_WEIGHTED = Note(
    "Rows are weighted by 1 / selection_probability, by 1 where it is empty; n counts rows, unweighted.",
    "Hver række vægtes med 1 delt med sandsynligheden for at blive udtrukket, og med 1, hvor den ikke er oplyst. "
    "Antallet af personer er uden vægte.",
)
SAMPLE_WEIGHTED = Note(
    "share_random is weighted by 1 / selection_probability, which is under 1 in random rows only; in n and in "
    "needless_per_1000 a random row is one row.",
    "»Andel af stikprøven« vægtes med 1 delt med sandsynligheden for at blive udtrukket. I antallet af personer og i "
    "»kontrolleret uden grund pr. 1.000« tæller en tilfældigt udtrukket som én.",
)
COMPARED = Note(
    "Ratios of '{column}' are to '{group}'.",
    "Forholdstal for {column} er i forhold til {group}.",
)
COMPARED_WITH_LARGEST = Note(
    "Ratios of '{column}' are to '{group}', the largest group that is shown.",
    "Forholdstal for {column} er i forhold til {group}, den største gruppe, der er vist.",
)
REFERENCE_HIDDEN = Note(
    "The reference '{group}' of '{column}' is not shown, so its ratios have no figure.",
    "Den gruppe, som {column} skulle sammenlignes med ({group}), er ikke vist, og derfor er der ingen forholdstal.",
)
NO_REFERENCE = Note(
    "No group of '{column}' can be a reference, so its ratios have no figure.",
    "Ingen gruppe af {column} kan bruges til sammenligning, og derfor er der ingen forholdstal.",
)
SUPPRESSED = Note(
    "Groups of fewer than {min_cell} rows are not shown, nor are others, without which those could be worked out "
    "by subtraction ({columns}). Not shown is not 0.",
    "Grupper på færre end {min_cell} er ikke vist, og heller ikke andre, som de kunne regnes ud af ({columns}). Ikke "
    "vist er ikke 0.",
)
INTERVALS = Note(
    "Intervals are 95 %: Wilson for shares; for representation_ratio and for the ratios the percentiles of "
    "{resamples} bootstrap resamples by row, seed {seed}.",
    "Intervallerne er 95 %: Wilsons for andele; for »udvalgte i forhold til stikprøven« og for forholdstal percentiler "
    "af {resamples} gentagne udtræk (bootstrap, frø {seed}).",
)
NOTES: tuple[Note, ...] = (
    CONTROLLED_ALONE, NO_ERROR_RATES, SOME_ERROR_RATES, LOWER_BOUNDS, NO_HIT_KNOWN, ALL_SELECTED, ALL_KNOWN,
    NONE_RANDOM, TABLE_WEIGHTED, SAMPLE_WEIGHTED, COMPARED_WITH_LARGEST, COMPARED, REFERENCE_HIDDEN, NO_REFERENCE,
    SUPPRESSED, INTERVALS,
)  # fmt: skip
"""All of them; the longer before the shorter where one begins like another."""

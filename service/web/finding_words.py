"""The finding of a rule in Danish: the sentence of its declaration, with figure and limit as they read in Danish.

A verdict keeps figure and limit as text, so that one of years ago reads in Danish too. Must not know how a figure came
about, and judges nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal

from features.definitions import load_catalogue_of_features
from governance.gate.judge import Judged
from governance.money import as_danish_number
from governance.rules.rule import Rule
from service.web.danish import dansk_dato
from service.web.dpo_words import ASSESSMENTS, GROUPS, REGISTERS, ROLES, VALUES

NONE = "none"
NOT_MEASURED_DA = "Ikke målt. Det, der ikke er målt, regnes ikke som opfyldt."
PHRASES: tuple[tuple[str, str], ...] = (
    (r"\((\S+) to (\S+), n = (\S+)\)", r"(95 %-interval \1 til \2; bygger på \3)"),
    (r"^the interval meets ", "intervallet skal ramme "),
    (r"^lower end at most ", "intervallets nedre ende højst "),
    (r"^in force on ", "gældende "),
    (r"^at least ", "mindst "),
    (r"^at most ", "højst "),
    (r"^more than ", "større end "),
    (r"^after ", "efter "),
    (r"^every ground$", "alle grunde"),
    (r"^not estimable$", "ikke til at anslå"),
    (r"^no end$", "aldrig"),
    (r"^stopped$", "stoppet"),
    (r"^was not$", "var ikke"),
    (r"^was$", "var"),
    (r"^none$", "intet tal"),
    (r"^1 days$", "1 dag"),
    (r"^(\S+) looks$", r"\1 vurderinger i alt, for få til at sige noget"),
    (r" points over ", " point over "),
    (r" or later$", " eller senere"),
    (r" per (1[.,]000)$", r" pr. \1"),
    (r" quarters$", " kvartaler"),
    (r"^1 groups$", "1 gruppe"),
    (r" groups$", " grupper"),
    (r" inputs$", " oplysninger"),
    (r" cases$", " sager"),
    (r" days$", " dage"),
    (r" of ", " af "),
    (r" to ", " til "),
    (r"\bnan\b", "intet tal"),
    (r"\binf\b", "uendelig"),
)
"""How figures and limits are put in English by the rules → in Danish; held against every rule by a test."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"(?<![\w.,-])-?\d[\d,]*(?:\.\d+)?(?:e[+-]\d+)?(?![\w-])")
_DAY_OR_NUMBER = re.compile(f"{_DAY.pattern}|{_NUMBER.pattern}")

FORMS: Mapping[str, str] = {"ensemble": "den samlede model", "glass_box": "den gennemsigtige tvilling"}
ITEMS: Mapping[str, str] = {
    **REGISTERS,
    **ASSESSMENTS,
    **FORMS,
    **ROLES,
    "matrix": "alle oplysninger tilsammen",
    "rules": "regellisten",
    "logistic_by_p": "en almindelig logistisk regression",
    "operation": "drift",
    "development": "udvikling",
}
"""What a finding may be about, other than an input or a group."""
CHECKS: Mapping[str, str] = {
    "additivity": "går op",
    "tree_explainer": "samme tal ad en anden vej",
    "exact_shapley": "den nøjagtige",
    "stability": "den samme hver gang",
    "both_sides": "for og imod",
    "sentence": "hele sætninger",
    "source_and_date": "kilde og dato",
    "wording": "ordvalg",
}
"""The checks of an explanation."""


def figure_da(text: str) -> str:
    """A figure or limit of a finding in Danish: `46 days` → `46 dage`, `2024-06-01` → `1. juni 2024`."""
    for english, danish in PHRASES:
        text = re.sub(english, danish, text)
    return _DAY_OR_NUMBER.sub(lambda found: _value(found.group()), text)


def _value(text: str) -> str:
    if _DAY.fullmatch(text):
        return dansk_dato(dt.date.fromisoformat(text))
    exact = Decimal(text.replace(",", ""))
    exponent = exact.as_tuple().exponent
    return as_danish_number(float(exact), max(0, -exponent) if isinstance(exponent, int) else 0)


def finding_da(rule: Rule | None, judged: Judged) -> str:
    """What was found, as one Danish sentence; of a rule that is no longer in the book, its figures alone."""
    if judged.outcome == "not_measured":
        return NOT_MEASURED_DA
    figure, limit = figure_da(judged.figure), figure_da(judged.limit)
    if rule is None:
        return f"Tallet er {figure}. Grænsen er {limit}. Kravet findes ikke længere."
    if judged.figure == NONE and rule.nothing_da:
        return rule.nothing_da
    said = rule.finding_da.format(figure=figure, limit=limit)
    return said[:1].upper() + said[1:]


def item_da(item: str) -> str:
    """What a finding is about, in Danish: a register, an assessment, an input, a group; else the code as it stands."""
    place = re.fullmatch(r"place (\d+) \((\w+)\)", item)
    if place:
        return f"plads {place[1]} ({CHECKS.get(place[2], place[2])})"
    first, _, second = item.partition("|")
    if second and first in GROUPS:
        return f"{GROUPS[first].lower()}: {VALUES.get(second, second)}"
    named = ITEMS.get(first) or input_da(first) or first
    return f"{named} – {GROUPS.get(second, second).lower()}" if second else named


def input_da(name: str) -> str | None:
    """An input of the model by its sentence without the number, and its code; None for what is no input."""
    declared = load_catalogue_of_features().get(name)
    if declared is None:
        return None
    return f"»{declared.fact_da.removesuffix(': {value}').format(value='…')}« ({name})"

"""Whether a claim for repayment has a rule that it can be made by, and a cause of the error that the rule is met by.

Source: the acts on each benefit, as counsel marks their rules in the file of letter texts (`repayment`): an error in
good faith is not paid back under a rule that asks for better knowledge. Must not know the step that asks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Protocol

from service.cases.form_values import Fault
from service.letters.rules import REPAYMENTS, LegalRule, LetterTexts


class Claim(Protocol):
    """A change of a benefit, proposed or decided."""

    @property
    def benefit(self) -> str:
        """Code of the benefit."""
        ...

    @property
    def reclaim_ore(self) -> int:
        """What is claimed back, whole øre."""
        ...


def claimed_benefits(claims: Collection[Claim], texts: LetterTexts) -> Iterator[str]:
    """The benefits that the municipality claims back; what others decide about, they claim themselves."""
    yield from dict.fromkeys(
        each.benefit for each in claims if each.reclaim_ore > 0 and texts.claimed_here(each.benefit)
    )


def unfounded_claims(claims: Collection[Claim], rules: Collection[LegalRule], texts: LetterTexts) -> tuple[str, ...]:
    """The claimed benefits for which none of the rules is one for repayment."""
    return tuple(each for each in claimed_benefits(claims, texts) if not any(rule.repays(each) for rule in rules))


def repayment_faults(
    claims: Collection[Claim], *, cause: str, rules: Collection[str], texts: LetterTexts
) -> Iterator[Fault]:
    """What is wrong with the claims of a proposal that names these rules and this cause."""
    named = [texts.rules[code] for code in rules if code in texts.rules]
    if unfounded_claims(claims, named, texts):
        yield "rules", "Vælg en regel om tilbagebetaling for hver ydelse, der kræves tilbage."
    for benefit in claimed_benefits(claims, texts):
        by = [rule for rule in named if rule.repays(benefit)]
        if by and not any(cause in REPAYMENTS[rule.repayment] for rule in by):
            yield "cause", "Årsagen passer ikke til reglen om tilbagebetaling: den kræver, at borgeren vidste besked."
            return

"""The published page of the Kodeks: principle → rule → test → evidence, written from the rule set and the rule book.

Says nothing of its own, so that page and rules cannot disagree.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping

from governance.errors import SettingsError
from governance.records.kodeks import Kodeks, Principle, load_kodeks, unknown_rules
from governance.records.markdown import table_lines
from governance.rules.rule import Rule, load_rules

HEAD = """# The Kodeks: principle, rule, test, evidence

Generated from `governance/catalogue/kodeks.toml` and the rule book `governance.rules`; edit those, not this page.

It stands for: {document}. Version {version} of the rule set. The Kodeks is not published in full, so each phrase is
marked *quoted* or *to be confirmed by the city*, and no paragraph number is given. The readings are ours. Every rule is
judged on its passing and its failing example in `tests/spec/test_rules.py`; what it found for a model or a list is
shown by `adressekontrol gate show ID` and stated in the record `kodeks` of `adressekontrol records build`.
"""
EVERY_RULE = "tests/spec/test_rules.py"


def render_kodeks_page() -> str:
    """The Markdown of `docs/kodeks.md`."""
    return render(load_kodeks(), load_rules())


def render(kodeks: Kodeks, rules: Mapping[str, Rule]) -> str:
    """The page of a rule set over a rule book; `SettingsError` when the set names a rule that is not in the book."""
    unknown = unknown_rules(kodeks, rules)
    if unknown:
        raise SettingsError(
            "The Kodeks names a rule that does not exist.", item=unknown[0], remedy="Correct catalogue/kodeks.toml."
        )
    lines = [HEAD.format(document=kodeks.document, version=kodeks.version), *_summary(kodeks)]
    for principle in kodeks.principles:
        lines += _section(principle, rules)
    return "\n".join(lines).rstrip() + "\n"


def _summary(kodeks: Kodeks) -> Iterator[str]:
    rows = [
        (each.title, each.title_da, ", ".join(phrase.standing for phrase in each.phrases), len(each.rules))
        for each in kodeks.principles
    ]
    yield from table_lines(("principle", "Danish", "phrases", "rules"), rows)
    yield ""


def _section(principle: Principle, rules: Mapping[str, Rule]) -> Iterator[str]:
    yield from (f"## {principle.title} (*{principle.title_da}*)", "")
    for phrase in principle.phrases:
        yield f"- »{phrase.text_da}« - **{phrase.standing}** ({phrase.source})"
    yield from ("", f"Our reading: {principle.reading}", "", f"*{principle.reading_da}*", "")
    if principle.no_rule:
        yield from (f"No executable rule yet: {principle.no_rule}", "")
    else:
        header = ("rule", "what it demands", "authority", "gates", "severity", "what it looks at")
        yield from table_lines(header, [_rule_row(rules[name]) for name in principle.rules])
        yield ""
    yield from (f"Tests: {_codes((*principle.tests, EVERY_RULE) if principle.rules else principle.tests)}", "")
    yield from (f"Evidence: {'; '.join(principle.evidence)}", "")


def _rule_row(rule: Rule) -> tuple[str, ...]:
    looked_at = (inspect.getdoc(rule.evidence) or "").split("\n\n")[0].split(". ")[0].replace("\n", " ").rstrip(".")
    return (f"`{rule.name}`", rule.text, rule.authority, ", ".join(rule.gates), rule.severity, looked_at)


def _codes(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)

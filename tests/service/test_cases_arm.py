"""Nothing that anybody works with may ask how a case was drawn: what cannot be asked cannot be told."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import service

ASKED = {"arm", "selection_probability", "hit_probability", "expected_net_ore", "expected_municipal_ore"}
PLACES = ("cases", "web", "api", "letters", "outbox", "auth", "identities")
ROOT = Path(service.__file__).parent


def asked_in(source: str) -> Iterator[str]:
    """What a module asks of a case by these names, as an attribute."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in ASKED:
            yield node.attr


def test_no_step_page_answer_or_letter_asks_for_the_arm() -> None:
    files = [path for place in PLACES for path in (ROOT / place).rglob("*.py")]
    assert len(files) > 50
    assert {str(path): [*asked_in(path.read_text(encoding="utf-8"))] for path in files if
            [*asked_in(path.read_text(encoding="utf-8"))]} == {}  # fmt: skip


def test_no_template_asks_for_the_arm() -> None:
    templates = [*(ROOT / "web").rglob("*.html"), *(ROOT / "letters").rglob("*.typ")]
    assert templates
    told = [path.name for path in templates for name in ASKED if f".{name}" in path.read_text(encoding="utf-8")]
    assert told == []


def test_asking_is_seen() -> None:
    assert [*asked_in("def shown(case):\n    return case.arm == 'random'")] == ["arm"]

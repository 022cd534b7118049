"""A day is derived from a moment in one module; everywhere else moments are moments and days are days."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.source_tree import ROOT, dotted, module_files, shown, tree_of

THE_PLACE = "governance/as_of.py"
DAY_LENGTH = 10
OURS = [path for path in module_files("governance", "features", "training", "service") if shown(path) != THE_PLACE]
DERIVING = re.compile(r"\.date\(\)|\[: ?10\]|strftime")
FORMATS_OF_A_DAY = re.compile(r"%[dDFxcYmjUWVGuaAbB]")
ALLOWED = {
    # the one form in which moments are kept, in UTC
    ("governance/audit/events.py", "astimezone"),
    ("governance/audit/events.py", "strftime"),
    # a person reads there which zone it is
    ("service/cli/verdicts.py", "a format of a moment"),
    ("service/cli/gate.py", "a format of a moment"),
    # the other way round: a PDF is dated by its day, at midnight of no place in particular
    ("service/letters/rendering.py", "combine"),
}


def found_in(tree: ast.AST) -> Iterator[str]:
    """Every way of making a day of a moment, or of comparing one with the other, by its name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _of_call(node)
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            yield from _of_slice(node, node.slice)
        elif isinstance(node, ast.Compare):
            yield from _of_comparison(node)
        elif isinstance(node, ast.FormattedValue):
            yield from _of_format(node)
        elif isinstance(node, ast.Name | ast.Attribute | ast.alias) and _names_a_zone(node):
            yield "ZoneInfo"


def _of_call(call: ast.Call) -> Iterator[str]:
    name = dotted(call.func).rpartition(".")[2] or getattr(call.func, "attr", "")
    if name == "date" and not call.args and not call.keywords:
        yield "date()"
    if name in {"strftime", "combine", "astimezone"}:
        yield name
    if re.search(r"\bfunc\.(date|strftime|date_trunc|substr|left)$", dotted(call.func)):
        yield "a day in SQL"


def _of_slice(node: ast.Subscript, part: ast.Slice) -> Iterator[str]:
    ends = part.upper.value if isinstance(part.upper, ast.Constant) else None
    hashed = isinstance(node.value, ast.Call) and dotted(node.value.func).endswith("hexdigest")
    if part.lower is None and ends == DAY_LENGTH and not hashed:
        yield "[:10]"


def _of_comparison(node: ast.Compare) -> Iterator[str]:
    """A column that holds moments may be compared with a moment's own form, and with another column."""
    if not dotted(node.left).endswith(".c.at") or isinstance(node.ops[0], ast.Eq):
        return
    for other in node.comparators:
        if isinstance(other, ast.JoinedStr) or (isinstance(other, ast.Call) and "iso" in dotted(other.func)):
            yield "a day beside a moment"


def _of_format(node: ast.FormattedValue) -> Iterator[str]:
    spec = "".join(str(part.value) for part in ast.walk(node) if isinstance(part, ast.Constant))
    moment = dotted(node.value).rpartition(".")[2] == "at"
    if moment and FORMATS_OF_A_DAY.search(spec):
        yield "a format of a moment"


def _names_a_zone(node: ast.Name | ast.Attribute | ast.alias) -> bool:
    named = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else node.name
    return named in {"ZoneInfo", "zoneinfo"}


@pytest.mark.parametrize("path", OURS, ids=shown)
def test_no_module_makes_its_own_day_of_a_moment(path: Path) -> None:
    assert {(shown(path), way) for way in found_in(tree_of(path))} <= ALLOWED


def test_what_is_allowed_is_there() -> None:
    assert {(shown(path), way) for path in OURS for way in found_in(tree_of(path))} >= ALLOWED


@pytest.mark.parametrize(
    "path", sorted((ROOT / "service").rglob("*.html")), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_no_page_makes_its_own_day_of_a_moment(path: Path) -> None:
    assert DERIVING.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("code", "way"),
    [
        ("store.clock.now().date()", "date()"),
        ("dt.datetime.fromisoformat(row.at).date()", "date()"),
        ("row['at'][:10]", "[:10]"),
        ("moment.strftime('%Y')", "strftime"),
        ("EVENTS.c.at >= day.isoformat()", "a day beside a moment"),
        ("LOOKS.c.at < f'{day}'", "a day beside a moment"),
        ("sa.func.date(EVENTS.c.at)", "a day in SQL"),
        ("dt.datetime.combine(day, time, zone)", "combine"),
        ("moment.astimezone(zone)", "astimezone"),
        ("from zoneinfo import ZoneInfo", "ZoneInfo"),
        ("f'{letter.at:%d.%m.%Y}'", "a format of a moment"),
    ],
)
def test_every_such_way_is_seen(code: str, way: str) -> None:
    assert set(found_in(ast.parse(code))) == {way}


@pytest.mark.parametrize(
    "code", ["danish_day(act.at)", "dt.date(2024, 6, 1)", "digest.hexdigest()[:10]", "EVENTS.c.at >= instant(moment)"]
)
def test_what_is_no_such_way_is_left_alone(code: str) -> None:
    assert set(found_in(ast.parse(code))) == set()

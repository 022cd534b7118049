"""No page of the documentation leads nowhere, and none is left where nobody is led to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.source_tree import ROOT, shown

README = ROOT / "README.md"
DOCS = ROOT / "docs"
LINK = re.compile(r"\[[^\[\]]*\]\((?P<to>[^()\s]+)\)")
FENCED = re.compile(r"^( *)```.*?^\1```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6} (?P<text>.+)$", re.MULTILINE)


def pages() -> list[Path]:
    """Whatever a person reads as a page: those beside the code and those below docs/."""
    return [README, ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]


EVERY_PAGE = pytest.mark.parametrize("page", pages(), ids=shown)


def prose(page: Path) -> str:
    """The page without its fenced blocks, in which a bracket is a bracket and a hash is a comment."""
    return FENCED.sub("", page.read_text(encoding="utf-8"))


def links_of(page: Path) -> Iterator[tuple[Path, str]]:
    """Where each link within the repository leads: a path and an anchor, which may be empty."""
    for match in LINK.finditer(prose(page)):
        address, _, anchor = match["to"].partition("#")
        if "://" not in address:
            yield (page.parent / address).resolve() if address else page, anchor


def anchors_of(text: str) -> set[str]:
    """The anchors of a page's headings, as code hosts make them; a heading that comes again has a number."""
    found: dict[str, int] = {}
    for match in HEADING.finditer(text):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", match["text"].strip().lower())
        name = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        found[name] = found.get(name, -1) + 1
    return {f"{name}-{number}" if number else name for name, most in found.items() for number in range(most + 1)}


def test_anchors_are_made_as_code_hosts_make_them() -> None:
    assert anchors_of("# The `draw`, once\n## Money\n### Money\n") == {"the-draw-once", "money", "money-1"}


@EVERY_PAGE
def test_every_link_leads_to_a_file_of_the_repository_and_a_heading_in_it(page: Path) -> None:
    for target, anchor in links_of(page):
        assert target.is_relative_to(ROOT), target
        assert target.exists(), f"{shown(page)} leads to {target}"
        if anchor:
            assert anchor in anchors_of(prose(target)), f"{shown(target)} has no heading #{anchor}"


def reached() -> set[Path]:
    """Every file to which links lead from the README; a link to a folder leads to each page in it."""
    seen: set[Path] = set()
    ahead = [README]
    while ahead:
        here = ahead.pop()
        if here in seen:
            continue
        seen.add(here)
        ahead += list(here.glob("*.md")) if here.is_dir() else []
        ahead += [target for target, _ in links_of(here)] if here.suffix == ".md" else []
    return seen


def test_every_page_is_reached_from_the_readme() -> None:
    assert [shown(page) for page in pages() if page not in reached()] == []


def test_every_picture_is_shown_by_a_page() -> None:
    pictures = sorted(DOCS.rglob("*.png"))
    assert len(pictures) > 50
    assert [shown(picture) for picture in pictures if picture not in reached()] == []

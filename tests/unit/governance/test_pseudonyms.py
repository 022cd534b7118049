"""One key a purpose, made once, readable by its owner alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from governance.errors import SettingsError
from governance.pseudonyms import Pseudonyms, load_pseudonyms


def test_a_pseudonym_is_the_same_under_one_key_and_another_under_another(tmp_path: Path) -> None:
    first, again = (load_pseudonyms(tmp_path, purpose="decisions") for _ in range(2))
    other = load_pseudonyms(tmp_path, purpose="audit")
    name = first.of("case", "run", "address")
    assert name == again.of("case", "run", "address")
    assert re.fullmatch(r"case-[0-9a-f]{20}", name)
    assert name != other.of("case", "run", "address")
    assert len({path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} | {0o600}) == 1
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


def test_no_two_sequences_of_parts_meet() -> None:
    names = Pseudonyms(b"k" * 32)
    told = [("ab", "c"), ("a", "bc"), ("abc",), ("a", "b", "c"), ("", "abc"), ("abc", "")]
    assert len({names.of("case", *parts) for parts in told} | {names.of("cas", "eab", "c")}) == len(told) + 1


def test_the_key_is_never_shown(tmp_path: Path) -> None:
    assert "key" not in repr(load_pseudonyms(tmp_path, purpose="decisions"))


@pytest.mark.parametrize("text", ["", "00", "zz" * 32, "00" * 33])
def test_a_damaged_key_is_refused_and_not_replaced(tmp_path: Path, text: str) -> None:
    load_pseudonyms(tmp_path, purpose="decisions")
    (path,) = (tmp_path / "keys").iterdir()
    path.write_text(text, encoding="ascii")
    with pytest.raises(SettingsError):
        load_pseudonyms(tmp_path, purpose="decisions")
    assert path.read_text(encoding="ascii") == text
    assert [each.name for each in (tmp_path / "keys").iterdir()] == ["pseudonyms-decisions.key"]

"""What is installed is what stands here: five packages, their files, one command, and a lock file that names no host."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.contract.source_tree import PACKAGES, ROOT, module_files, shown

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("requirements.lock", "requirements-dev.lock")}
EVERY_LOCK = pytest.mark.parametrize("name", LOCKS)
REQUIREMENT = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+)")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_of_this_name_is_the_one_here(name: str) -> None:
    spec = find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin) == ROOT / name / "__init__.py"


def test_the_wheel_is_made_of_the_five_packages() -> None:
    assert tuple(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == PACKAGES


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> zipfile.ZipFile:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = out.glob("*.whl")
    return zipfile.ZipFile(built)


def test_the_wheel_holds_every_module_and_nothing_else_at_the_top(wheel) -> None:
    names = set(wheel.namelist())
    assert {shown(path) for path in module_files()} <= names
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == set(PACKAGES)


def read_files() -> set[str]:
    """Whatever lies in the five packages and is no module: catalogues, cases, migrations, templates, fonts, licences."""
    return {
        shown(path)
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix != ".py" and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_the_files_that_the_code_reads(wheel) -> None:
    assert read_files() <= set(wheel.namelist())


@pytest.mark.parametrize(
    "kind",
    [
        "governance/catalogue/*.toml",
        "governance/impact/business_case/cases/parkeringsbutik.toml",
        "governance/impact/business_case/cases/address_control.toml",
        "governance/store/migrations/statements/*.sql",
        "service/letters/templates/*",
        "service/web/templates/impact/*.html",
        "fonts/IBMPlexSans/complete/woff2/*.woff2",
        "service/web/static/dkfds/LICENSE.md",
        "service/web/static/dkfds/fonts/IBMPlexSans/license.txt",
        "*/py.typed",
    ],
)
def test_nothing_of_a_kind_that_is_needed_is_overlooked(wheel, kind: str) -> None:
    assert any(Path(name).match(kind) for name in read_files() & set(wheel.namelist()))


def test_the_wheel_carries_the_licence_and_the_command(wheel) -> None:
    (entry,) = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]
    assert "adressekontrol = service.cli:main" in wheel.read(entry).decode()
    assert any(name.endswith("licenses/LICENSE") for name in wheel.namelist())


def test_the_console_script_is_a_function() -> None:
    module, _, function = PROJECT["project"]["scripts"]["adressekontrol"].partition(":")
    assert callable(getattr(importlib.import_module(module), function))


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.match(r"[A-Za-z0-9._-]+", name).group()).lower()


def blocks(lock: str) -> list[list[str]]:
    """The lock file's requirements, each with its own lines, comments left out."""
    found: list[list[str]] = []
    for line in lock.splitlines():
        if REQUIREMENT.match(line):
            found.append([line])
        elif line.strip() and not line.lstrip().startswith("#"):
            found[-1].append(line)
    return found


@EVERY_LOCK
def test_every_locked_requirement_is_pinned_by_hash(name: str) -> None:
    requirements = blocks(LOCKS[name])
    assert len(requirements) > 100
    for first, *hashes in requirements:
        assert hashes, first
        assert all(HASH.match(line) for line in hashes), first


def locked(name: str) -> dict[str, str]:
    """Name → version of a lock file."""
    pins = [REQUIREMENT.match(block[0]) for block in blocks(LOCKS[name])]
    return {normalised(pin["name"]): pin["version"] for pin in pins}


def test_every_dependency_is_locked() -> None:
    project = PROJECT["project"]
    to_run = [*project["dependencies"], *project["optional-dependencies"]["build"]]
    to_develop = [name for extra in project["optional-dependencies"].values() for name in extra]
    assert {normalised(name) for name in to_run} <= set(locked("requirements.lock"))
    assert {normalised(name) for name in [*to_run, *to_develop]} <= set(locked("requirements-dev.lock"))


def test_what_is_tested_is_what_runs() -> None:
    assert locked("requirements.lock").items() <= locked("requirements-dev.lock").items()


@EVERY_LOCK
def test_a_lock_file_names_no_host(name: str) -> None:
    assert "://" not in LOCKS[name]
    assert not re.search(r"^\s*(-i|-f|--(extra-)?index|--find-links|--trusted-host)", LOCKS[name], re.MULTILINE)

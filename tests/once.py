"""What takes long to make is made once in a run of the tests, however many processes share the run."""

from __future__ import annotations

import fcntl
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

Made = TypeVar("Made")


def made_once(request: pytest.FixtureRequest, name: str, make: Callable[[Path], Made]) -> Made:
    """What `make` returned of an empty directory of that name, from the first process of this run that asked for it.

    Another process waits for it and gets an equal one about the same files, which nobody may change: copy them first.
    One that could not be made is tried again by whoever asks next.
    """
    factory: pytest.TempPathFactory = request.getfixturevalue("tmp_path_factory")
    alone = not hasattr(request.config, "workerinput")
    shared = factory.getbasetemp() if alone else factory.getbasetemp().parent
    place, kept = shared / f"once-{name}", shared / f"once-{name}.made"
    with (shared / f"once-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            kept.write_bytes(pickle.dumps(make(place)))
        made: Made = pickle.loads(kept.read_bytes())
        return made

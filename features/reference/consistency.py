"""Second route of the family *consistency*: where the grant says one household and CPR another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from features.definitions import load_catalogue_of_features
from features.reference.findings import REFERENCE, Finding, counted, largest, once, reference, smallest
from features.reference.grants import Grant
from features.reference.household import is_near, kin_in_role, rows_of
from features.reference.people import Resident
from features.reference.rows import Row
from features.reference.scene import Scene

PROVIDERS = ("single_provider", "couple_provider")
YEAR_DAYS = 365
QUARTER_DAYS = 92


def _grants(scene: Scene, *conditions: Callable[[Grant], Sequence[Row] | bool]) -> Finding:
    """Grants that meet every condition; a condition answers with the rows that meet it, or with yes or no."""
    found = []
    for grant in scene.grants:
        answers = [condition(grant) for condition in conditions]
        if all(answers):
            found.append(_behind(grant, answers))
    return counted(found)


def _behind(grant: Grant, answers: Iterable[Sequence[Row] | bool]) -> tuple[Row, ...]:
    extra = [answer for answer in answers if not isinstance(answer, bool)]
    return once([[grant.version], *extra])


def _is_single(grant: Grant) -> bool:
    return grant.is_single


def _has_basis(*bases: str) -> Callable[[Grant], bool]:
    return lambda grant: grant.version["basis"] in bases


def _lives_with(scene: Scene, role: str) -> Callable[[Grant], Sequence[Row]]:
    return lambda grant: kin_in_role(scene, grant.holder, role)


def _person(holder: Resident) -> tuple[Row, ...]:
    return (holder.person,) if holder.person else ()


def _other_adults(scene: Scene, holder: Resident) -> tuple[Row, ...]:
    return tuple(chain.from_iterable(rows_of(scene.unrelated_adults(holder))))


@reference
def single_with_other_adult(scene: Scene) -> Finding:
    """Single grants of a holder with an unrelated adult here."""
    return _grants(scene, _is_single, lambda grant: _other_adults(scene, grant.holder))


@reference
def provider_with_one_adult(scene: Scene) -> Finding:
    """Single-provider grants of a holder with exactly one unrelated adult, and a child, here."""
    one_adult: Callable[[Grant], Sequence[Row]] = lambda grant: (  # noqa: E731  reads as a condition among others
        _other_adults(scene, grant.holder) if len(scene.unrelated_adults(grant.holder)) == 1 else ()
    )
    return _grants(scene, _has_basis("single_provider"), one_adult, _lives_with(scene, "child"))


@reference
def single_with_spouse(scene: Scene) -> Finding:
    """Single grants of a holder with a spouse here."""
    return _grants(scene, _is_single, _lives_with(scene, "spouse"))


@reference
def single_but_married(scene: Scene) -> Finding:
    """Single grants of a holder who is married or a registered partner by CPR."""
    return _grants(scene, _is_single, lambda grant: _person(grant.holder) if grant.holder.is_married else ())


@reference
def living_out_with_parent(scene: Scene) -> Finding:
    """Living-out grants of a holder with a parent here."""
    return _grants(scene, _has_basis("living_out"), _lives_with(scene, "parent"))


@reference
def living_out_near_parent(scene: Scene) -> Finding:
    """Living-out grants of a holder with a parent registered elsewhere on the same road."""
    return _grants(scene, _has_basis("living_out"), lambda grant: _parents_near(scene, grant.holder))


def _parents_near(scene: Scene, holder: Resident) -> tuple[Row, ...]:
    parents = [kin for kin in scene.relatives if kin.tie.resident is holder and kin.tie.role == "parent"]
    return once([*kin.rows, kin.dwelling] for kin in parents if kin.dwelling and is_near(scene, kin))


@reference
def living_out_grants(scene: Scene) -> Finding:
    """Living-out grants."""
    return _grants(scene, _has_basis("living_out"))


@reference
def children_not_registered(scene: Scene) -> Finding:
    """Most children that a grant counts beyond the children registered here; 0 where none does."""
    minors = len(scene.minors)
    return largest((max(grant.version["children"] - minors, 0), [grant.version]) for grant in scene.grants)


@reference
def not_resident_persons(scene: Scene) -> Finding:
    """Residents with a CPR status other than 1 and 3."""
    return counted(rows_of(resident for resident in scene.residents if resident.not_resident))


def _is_alone(scene: Scene, holder: Resident) -> bool:
    others = [adult for adult in scene.adults if adult is not holder]
    return not others and not kin_in_role(scene, holder, "spouse")


@reference
def children_not_counted(scene: Scene) -> Finding:
    """Most children registered here beyond those that a grant to a provider counts; unknown without such a grant."""
    providers = [grant for grant in scene.grants if grant.version["basis"] in PROVIDERS]
    minors = list(chain.from_iterable(rows_of(scene.minors)))
    beyond = [(max(len(scene.minors) - grant.version["children"], 0), [grant.version, *minors]) for grant in providers]
    return largest(beyond)


@reference
def provider_grants(scene: Scene) -> Finding:
    """Single-provider grants."""
    return _grants(scene, _has_basis("single_provider"))


@reference
def single_nearest_age_years(scene: Scene) -> Finding:
    """Fewest whole years of 365 days between the births of an adult single holder and an unrelated adult here."""
    pairs = [
        (grant, other)
        for grant in scene.grants
        if grant.is_single and grant.holder.is_adult
        for other in scene.unrelated_adults(grant.holder)
    ]
    return smallest(
        (_days_between_births(grant.holder, other) // YEAR_DAYS, [grant.version, *grant.holder.rows, *other.rows])
        for grant, other in pairs
    )


def _days_between_births(one: Resident, other: Resident) -> int:
    born = [resident.person["birth_date"] for resident in (one, other) if resident.person]
    return int((max(born) - min(born)).days)


@reference
def grants_soon_after_move(scene: Scene) -> Finding:
    """Grants whose unbroken run began on the day of the holder's move here or up to 92 days later."""
    return _grants(scene, lambda grant: (*grant.run, *grant.holder.stay) if _is_soon(grant) else ())


def _is_soon(grant: Grant) -> bool:
    return 0 <= grant.holder.stay_days - grant.run_days <= QUARTER_DAYS


@reference
def observations(scene: Scene) -> Finding:
    """How many of the features that can only raise the probability are above 0."""
    names = [each.name for each in load_catalogue_of_features().values() if each.direction > 0 and each.view != "unit"]
    found = [REFERENCE[name](scene) for name in names]
    return counted(each.rows for each in found if each.value)

"""Second route of the family *consistency*: where the grant says one household and CPR another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from features.reference.findings import Finding, counted, largest, once, reference
from features.reference.grants import Grant
from features.reference.history import TWO_YEARS, YEAR_DAYS, moves_out_within
from features.reference.household import is_near, kin_in_role, other_parents, rows_of
from features.reference.household import unrelated_adults as trace_unrelated_adults
from features.reference.payments import single_grants as trace_single_grants
from features.reference.people import Relative, Resident
from features.reference.rows import Row
from features.reference.scene import Scene

COUPLE = ("couple", "couple_provider")


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


@reference
def grants_to_not_resident(scene: Scene) -> Finding:
    """Grants of a holder with a CPR status other than 1 and 3."""
    return _grants(scene, lambda grant: _person(grant.holder) if grant.holder.not_resident else ())


@reference
def recent_single_grants(scene: Scene) -> Finding:
    """Single grants whose unbroken run began within a year."""
    return _grants(scene, _is_single, lambda grant: grant.run_days < YEAR_DAYS)


@reference
def grants_from_before_move(scene: Scene) -> Finding:
    """Grants of a holder registered here within a year, whose run began before that registration."""
    return _grants(
        scene,
        lambda grant: [grant.holder.residence] if grant.holder.stay_days < YEAR_DAYS else [],
        lambda grant: grant.run if grant.run_days > grant.holder.stay_days else (),
    )


@reference
def couple_alone(scene: Scene) -> Finding:
    """Couple grants of a holder without a spouse here and without any other adult here."""
    return _grants(scene, _has_basis(*COUPLE), lambda grant: _is_alone(scene, grant.holder))


def _is_alone(scene: Scene, holder: Resident) -> bool:
    others = [adult for adult in scene.adults if adult is not holder]
    return not others and not kin_in_role(scene, holder, "spouse")


@reference
def moved_out_parents(scene: Scene) -> Finding:
    """Moves out within two years by a parent, now elsewhere, of a child here."""
    parents: dict[str, Relative] = {kin.tie.kin_id: kin for kin in other_parents(scene)}
    moves = [row for row in moves_out_within(scene, TWO_YEARS) if row["person_id"] in parents]
    return counted([row, *parents[row["person_id"]].tie.relations] for row in moves)


@reference
def single_grants_among_unrelated(scene: Scene) -> Finding:
    """Single grants, where two or more adults here have no family here."""
    adults, grants = trace_unrelated_adults(scene), trace_single_grants(scene)
    if (adults.value or 0) < 2 or not grants.value:
        return Finding(0.0)
    return Finding(grants.value, once([grants.rows, adults.rows]))

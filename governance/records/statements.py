"""What the running system states of itself: one function a statement, from the facts and from nothing else.

Each names its source. What was not measured is *not yet assessed*, never a guess. Knows no record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from governance.money import as_danish_number, as_kroner
from governance.records.danish import METHODS, REGISTERS, in_danish
from governance.records.facts import SystemFacts
from governance.records.governed_statements import GOVERNED, not_assessed
from governance.records.record import NOT_ASSESSED, NOT_ASSESSED_DA, Statement, Table

REGISTRY = "model registry"
EVALUATION = "evaluation.csv of the model's run in the registry"
EVIDENCE = "evidence.json of the model's run in the registry"
CATALOGUE = "feature catalogue (features/definitions)"
BASES = "legal bases in force (catalogue/legal_bases.toml or the installation's own file)"
BENEFITS = "benefit catalogue (catalogue/benefits.toml)"
SETTINGS = "settings in force (governance.settings)"
FORMS = {
    "ensemble": ("the whole ensemble", "hele ensemblet"),
    "glass_box": ("its glass-box twin", "dens gennemsigtige tvilling"),
}
DIRECTIONS = {1: "more can only raise the probability", -1: "more can only lower it", 0: "free"}


def figures(facts: SystemFacts) -> Mapping[str, str]:
    """The figures that a text may name in braces."""
    settings = {each.name: each.value for each in facts.settings}
    model = facts.model
    methods = tuple(dict.fromkeys(each.method for each in model.figures))
    return {
        "version": model.version,
        "trained_as_of": model.trained_as_of.isoformat(),
        "features": str(len(facts.features)),
        "inputs": str(len(model.inputs)),
        "labels": str(model.labels),
        "hits": str(model.hits),
        "label_delay_days": str(model.label_delay_days),
        "hourly_cost": f"{model.hourly_cost_ore / 100:.2f} kr.",
        "hourly_cost_da": as_kroner(model.hourly_cost_ore, decimals=2),
        "methods": ", ".join(methods) or NOT_ASSESSED,
        "methods_da": in_danish(methods, METHODS) or NOT_ASSESSED_DA,
        "random_share": as_percent(float(settings["random_share"])),
        "blind_share": as_percent(float(settings["blind_share"])),
        "benefits": str(len(facts.benefits)),
        "bases": str(len(facts.bases)),
        "registers": str(len(facts.registers)),
        "rules": str(len(facts.rules)),
        "acts": str(len(facts.audited_acts)),
    }


def as_percent(share: float) -> str:
    """`0.05` as `5 %`, to one decimal where it needs one."""
    return f"{100 * share:.1f}".removesuffix(".0") + " %"


def model_version(facts: SystemFacts) -> Statement:
    """Which model it is and what it learned from."""
    model = facts.model
    return Statement(
        f"{model.version}, trained on what was known at {model.trained_as_of} from {model.labels} closed cases, "
        f"{model.hits} of them with a finding; used as {FORMS[model.form][0]}; seed {model.seed}, run {model.run_id}, "
        f"matrix {model.matrix_hash[:16]}, feature catalogue {model.catalogue_hash[:16]}.",
        f"{REGISTRY}, {model.version}",
        f"{model.version}, trænet på {as_danish_number(model.labels)} afsluttede sager, som registrene kendte dem den "
        f"{model.trained_as_of}, {as_danish_number(model.hits)} af dem med fund; bruges som {FORMS[model.form][1]}.",
    )


def versions(facts: SystemFacts) -> Statement:
    """Every version of the model up to this one."""
    table = Table(("version", "trained as of", "matrix"), facts.model.earlier)
    said_da = f"{len(table.rows)} udgaver til og med denne."
    return Statement(f"{len(table.rows)} versions up to this one.", REGISTRY, said_da, table=table)


def inputs(facts: SystemFacts) -> Statement:
    """The declared features, and how many the model takes."""
    rows = tuple(
        (each.name, each.text, each.unit, each.legal_basis, ", ".join(each.registers), DIRECTIONS[each.direction])
        for each in facts.features
    )
    known = {each.name for each in facts.features}
    strange = sorted(set(facts.model.inputs) - known)
    same = facts.model.catalogue_hash == facts.catalogue_hash and not strange
    unlike = "" if same else f"{facts.model.version} was trained on another catalogue of features than is declared now"
    table = Table(("feature", "what it is", "unit", "legal basis", "registers", "direction"), rows)
    count = f"{len(rows)} features are declared; the model takes {len(facts.model.inputs)} of them as inputs."
    count_da = f"{len(rows)} oplysninger er erklæret; modellen bruger {len(facts.model.inputs)} af dem."
    return Statement(count, CATALOGUE, count_da, table=table, open_point=unlike)


def input_names(facts: SystemFacts) -> Statement:
    """The inputs by name."""
    named = ", ".join(facts.model.inputs)
    return Statement(
        f"Inputs of the model: {named}.", f"{REGISTRY}, {facts.model.version}", f"Modellens input: {named}."
    )


def registers(facts: SystemFacts) -> Statement:
    """The registers that the features read."""
    table = Table(("register", "features that read it"), tuple(facts.registers.items()))
    named = ", ".join(facts.registers)
    return Statement(
        f"Registers read: {named}.", CATALOGUE, f"Registre: {in_danish(facts.registers, REGISTERS)}.", table=table
    )


def register_grouping(facts: SystemFacts) -> Statement:
    """The registers in the grouping of the Dutch standard."""
    grouping = [{"title": name, "link": None} for name in facts.registers]
    return Statement(", ".join(facts.registers), CATALOGUE, value=grouping)


def legal_bases(facts: SystemFacts) -> Statement:
    """Every legal basis with its phases, dates and benefits."""
    rows = tuple(
        (
            f"{each.code}, {'+'.join(each.phases)}, from {each.valid_from}", str(each.valid_to or "further notice"),
            f"{each.act} {each.paragraph}", each.purpose, ", ".join(each.benefits) or "-",
            ", ".join(each.columns) or "-",
        )
        for each in facts.bases
    )  # fmt: skip
    named = "; ".join(_acts(facts))
    table = Table(("basis", "to", "act", "purpose", "benefits", "register columns"), rows)
    return Statement(f"Bases: {named}.", BASES, f"Hjemler: {named}.", table=table)


def basis_grouping(facts: SystemFacts) -> Statement:
    """The legal bases in the grouping of the Dutch standard."""
    grouping = [{"title": act, "link": None} for act in _acts(facts)]
    return Statement("; ".join(_acts(facts)), BASES, value=grouping)


def _acts(facts: SystemFacts) -> list[str]:
    """Act and paragraph of every basis, each once, in the order of the file."""
    return list(dict.fromkeys(f"{each.act} {each.paragraph}" for each in facts.bases))


def benefits(facts: SystemFacts) -> Statement:
    """The benefits whose amounts are at stake."""
    rows = tuple((each.code, each.name_da, each.name_en, each.act, each.administration) for each in facts.benefits)
    table = Table(("benefit", "Danish", "English", "act", "administration"), rows)
    return Statement(f"{len(rows)} benefits.", BENEFITS, f"{len(rows)} ydelser.", table=table)


def labels(facts: SystemFacts) -> Statement:
    """How many closed cases were used, and why others were not."""
    model = facts.model
    table = Table(("not used because", "cases"), tuple((why, str(n)) for why, n in sorted(model.unused_labels.items())))
    said = f"{model.labels} closed cases used, {model.hits} with a finding."
    said_da = f"{model.labels} afsluttede sager brugt, {model.hits} med fund."
    return Statement(said, f"labels.json of run {model.run_id}", said_da, table=table)


def evaluation(facts: SystemFacts) -> Statement:
    """Every figure of the evaluation; not yet assessed when there is none."""
    if not facts.model.figures:
        return not_assessed(EVALUATION, "the model was registered without an evaluation: train without --no-evaluate")
    rows = tuple(
        (
            f"{each.method}, {each.metric}", f"{each.mean:.4f}",
            "-" if each.standard_error is None else f"{each.standard_error:.4f}",
            str(each.folds), str(each.cases), each.rests_on,
        )
        for each in facts.model.figures
    )  # fmt: skip
    table = Table(("method, metric", "mean", "standard error", "folds", "cases", "rests on"), rows)
    said = f"{len(rows)} figures on later cases than each method learned from."
    return Statement(said, EVALUATION, f"{len(rows)} tal på senere sager, end hver metode lærte af.", table=table)


def measured(facts: SystemFacts) -> Statement:
    """What training measured for the gates to judge; not yet assessed when it gathered nothing."""
    if not facts.model.measured:
        return not_assessed(EVIDENCE, "the model was registered without evidence for the gates")
    said = f"{len(facts.model.measured)} figures for the gates, with 95 % intervals where they have one."
    said_da = f"{len(facts.model.measured)} tal til portene, med 95 %-intervaller hvor de har et."
    return Statement(said, EVIDENCE, said_da, table=Table(("figure", "value"), facts.model.measured))


def settings(facts: SystemFacts) -> Statement:
    """The settings a result depends on."""
    table = Table(("setting", "meaning", "value"), tuple((each.name, each.text, each.value) for each in facts.settings))
    said = f"{len(facts.settings)} settings that a result depends on."
    return Statement(said, SETTINGS, f"{len(facts.settings)} indstillinger, som et resultat afhænger af.", table=table)


def software(facts: SystemFacts) -> Statement:
    """The versions of what it runs on."""
    table = Table(("package", "version"), tuple(facts.software.items()))
    said_da = f"{len(facts.software)} programpakker."
    return Statement(f"{len(facts.software)} packages.", "installed packages", said_da, table=table)


STATED: Mapping[str, Callable[[SystemFacts], Statement]] = {
    told.__name__: told
    for told in (
        model_version, versions, inputs, input_names, registers, register_grouping, legal_bases, basis_grouping,
        benefits, labels, evaluation, measured, settings, software,
    )
}  # fmt: skip
STATEMENTS = {**STATED, **GOVERNED}

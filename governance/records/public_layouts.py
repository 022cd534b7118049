"""Layouts of what the public reads: the model card, the Dutch algorithm register, the British transparency record.

Headings are the standards' own; sources with the day they were looked up stand in docs/records.md.
"""

from __future__ import annotations

from governance.records.layout import Layout, slot

STATUSES = ("In gebruik", "In ontwikkeling", "Buiten gebruik")
CATEGORIES = ("Hoog-risico AI-systeem", "Impactvolle algoritmes", "Overige algoritmes")
MONTH = r"\d{4}-(0[1-9]|1[0-2])"
ADDRESS = r"https://\S+"
CONTACT = r"https://\S+|[^@\s]+@[^@\s]+\.[^@\s]+"
# "Tekst (<2500 tekens)" in the standard for goal and impact; ours for the other long texts
LONG = 2500

MODEL_CARD = Layout(
    "model_card",
    "Model card",
    "Model cards for model reporting (Mitchell et al. 2019)",
    (
        slot("details", "Model details", "fact:model_version", "methods", "municipality.provider_name"),
        slot("versions", "Earlier versions", "fact:versions"),
        slot("intended_use", "Intended use", "purpose", "users", "not_intended"),
        slot("factors", "Factors", "affected", "sensitive"),
        slot("inputs", "Inputs", "fact:inputs", "fact:registers"),
        slot("metrics", "Metrics", "metric_choice"),
        slot("evaluation_data", "Evaluation data", "selection_bias"),
        slot("training_data", "Training data", "labels_how", "fact:labels", "data_cleaning"),
        slot("quantitative_analyses", "Quantitative analyses", "accuracy_note", "fact:evaluation", "fact:measured"),
        slot("groups", "Quantitative analyses by group", "group_performance", "fact:fairness"),
        slot("ethical_considerations", "Ethical considerations", "risks", "mitigations"),
        slot("caveats", "Caveats and recommendations", "caveats", "misuse"),
        slot("settings", "Settings in force", "fact:settings"),
    ),
    title_da="Modelkort",
    summary_da="Beskriver modellen: hvad den er trænet på, hvor godt den virker, og hvad den ikke må bruges til.",
    standard_da="Modelkort, et forslag fra forskere (Mitchell m.fl., 2019)",
    language="en",
)  # fmt: skip

ALGORITHM_REGISTER = Layout(
    "algorithm_register",
    "Algorithm register entry",
    "Dutch algorithm register, publication standard 1.0",
    (
        slot("name", "Naam", "name", mandatory=True, longest=100),
        slot("description_short", "Korte omschrijving", "summary", mandatory=True, longest=350),
        slot("organization", "Organisatie", "municipality.organisation", mandatory=True, longest=100),
        slot("category", "Thema", "=Sociale zekerheid"),
        slot("status", "Status", "fact:status", mandatory=True, allowed=STATUSES),
        slot("begin_date", "Begindatum", "municipality.begin_date", form=MONTH),
        slot("end_date", "Einddatum", "municipality.end_date", form=MONTH),
        slot("contact_email", "Contactgegevens", "municipality.contact_email", mandatory=True, form=CONTACT),
        slot("website", "Link naar publiekspagina", "municipality.website", form=ADDRESS),
        slot("publication_category", "Publicatiecategorie", f"={CATEGORIES[0]}", mandatory=True, allowed=CATEGORIES),
        slot("url", "Link naar bronregistratie", "municipality.register_url", form=ADDRESS),
        slot("goal", "Doel en impact", "purpose", "goal", longest=LONG),
        slot("proportionality", "Afwegingen", "proportionality", "alternatives", longest=LONG),
        slot("human_intervention", "Menselijke tussenkomst", "human_oversight", longest=LONG),
        slot("risks", "Risicobeheer", "risks", "mitigations", longest=LONG),
        slot("lawful_basis", "Wettelijke basis", "lawful_basis", "fact:legal_bases", longest=LONG),
        slot("lawful_basis_grouping", "Links naar wettelijke basis", "fact:basis_grouping"),
        slot("process_index_url", "Link naar verwerkingsregister", "municipality.process_index_url", form=ADDRESS),
        slot("impacttoetsen", "Toelichting op impacttoetsen", "fact:assessments"),
        slot("impacttoetsen_grouping", "Impacttoetsen", "fact:assessment_grouping"),
        slot("source_data", "Gegevens", "source_data", "fact:registers", longest=LONG),
        slot("source_data_grouping", "Links naar gegevensbronnen", "fact:register_grouping"),
        slot(
            "methods_and_models", "Technische werking", "operating_logic", "methods", "fact:model_version", longest=LONG
        ),
        slot("provider", "Leverancier", "municipality.provider_name"),
        slot("publiccode", "Link naar broncode", "municipality.publiccode", form=ADDRESS),
        slot("lang", "Taal", "=ENG", allowed=("ENG", "NLD", "FRY")),
        slot("standard_version", "Versie van de standaard", "=1.0", allowed=("1.0",)),
        slot("source_id", "Bron-id", "municipality.source_id"),
        slot("tags", "Tags", "=address registration; social benefits; control; prioritisation"),
    ),
    flat=True,
    title_da="Oplysninger til algoritmeregistret",
    summary_da="Fortæller offentligheden kort, hvad systemet gør, hvorfor det bruges, og hvem der har ansvaret.",
    standard_da="Det nederlandske algoritmeregister, standard 1.0",
    language="nl",
)  # fmt: skip

_TIER_1 = (
    slot("tier1.name", "Name", "name"),
    slot("tier1.description", "Description", "summary", "purpose"),
    slot("tier1.website", "Website URL", "municipality.website"),
    slot("tier1.contact_email", "Contact email", "municipality.contact_email"),
)
_OWNER = (
    slot("1.1", "Organisation or department", "municipality.organisation", "municipality.department"),
    slot("1.2", "Team", "municipality.team"),
    slot("1.3", "Senior responsible owner", "municipality.senior_responsible_owner"),
    slot("1.4", "External supplier involvement", "forms"),
    slot("1.4.1", "External supplier", "municipality.provider_name"),
    slot("1.4.2", "Companies House Number", "municipality.supplier_number"),
    slot("1.4.3", "External supplier role", "municipality.provider_contact"),
    slot("1.4.4", "Procurement procedure type", "municipality.procurement"),
    slot("1.4.5", "Data access terms", "municipality.supplier_access"),
)
_RATIONALE = (
    slot("2.1", "Detailed description", "operating_logic", "methods"),
    slot("2.2", "Scope", "users", "not_intended"),
    slot("2.3", "Benefit", "benefits_of_use", "fact:evaluation"),
    slot("2.4", "Previous process", "previous_process"),
    slot("2.5", "Alternatives considered", "alternatives"),
)
_DECISION = (
    slot("3.1", "Process integration", "integration"),
    slot("3.2", "Provided information", "interface", "output_interpretation"),
    slot("3.3", "Frequency and scale of usage", "municipality.frequency"),
    slot("3.4", "Human decisions and review", "human_oversight"),
    slot("3.5", "Required training", "training_required", "municipality.training_given"),
    slot("3.6", "Appeals and review", "appeals", "municipality.complaints"),
)
_TOOL = (
    slot("4.1.1", "System architecture", "architecture", "fact:software"),
    slot("4.1.2", "Phase", "fact:status"),
    slot("4.1.3", "Maintenance", "maintenance"),
    slot("4.1.4", "Models", "fact:model_version"),
    slot("4.2.1", "Model name", "=adressekontrol"),
    slot("4.2.2", "Model version", "fact:versions"),
    slot("4.2.3", "Model task", "purpose"),
    slot("4.2.4", "Model input", "fact:inputs"),
    slot("4.2.5", "Model output", "output_interpretation"),
    slot("4.2.6", "Model architecture", "methods", "design_choices"),
    slot("4.2.7", "Model performance", "accuracy_note", "fact:evaluation", "group_performance", "fact:fairness"),
    slot("4.2.8", "Datasets", "source_data"),
    slot("4.2.9", "Dataset purposes", "labels_how", "metric_choice"),
)
_DATA = (
    slot("4.3.1", "Source data name", "fact:registers"),
    slot("4.3.2", "Data modality", "=Tabular"),
    slot("4.3.3", "Data description", "source_data", "fact:benefits"),
    slot("4.3.4", "Data quantities", "fact:labels"),
    slot("4.3.5", "Sensitive attributes", "sensitive"),
    slot("4.3.6", "Data completeness and representativeness", "selection_bias"),
    slot("4.3.7", "Source data URL", "=None: the registers are not published."),
    slot("4.3.8", "Data collection", "lawful_basis", "fact:legal_bases"),
    slot("4.3.9", "Data cleaning", "data_cleaning"),
    slot("4.3.10", "Data sharing agreements", "municipality.data_sharing"),
    slot("4.3.11", "Data access and storage", "municipality.data_storage", "municipality.retention"),
)
_RISKS = (
    slot("5.1", "Impact assessment", "fact:assessments", "municipality.dpia_url"),
    slot("5.2", "Risks and mitigations", "risks", "harms", "mitigations", "fact:rules"),
)

TRANSPARENCY_RECORD = Layout(
    "transparency_record",
    "Algorithmic transparency record",
    "UK Algorithmic Transparency Recording Standard (ATRS), version 3.0",
    (*_TIER_1, *_OWNER, *_RATIONALE, *_DECISION, *_TOOL, *_DATA, *_RISKS),
    flat=True,
    title_da="Åbenhed om algoritmen",
    summary_da=(
        "Beskriver for offentligheden, hvordan systemet bruges, hvilke oplysninger det ser på, og hvordan mennesker "
        "afgør sagerne."
    ),
    standard_da="Den britiske standard for åbenhed om algoritmer (ATRS), version 3.0",
    language="en",
)  # fmt: skip

"""Layouts of what a municipality needs for its own assessments: annexes to DPIA and FRIA, and the Kodeks.

GDPR Article 35(7) and AI Act Article 27(1). The annexes state what the system is and does; the weighing is the
municipality's and stays open until it has done it.
"""

from __future__ import annotations

from governance.records.layout import Layout, slot

DPIA = Layout(
    "dpia_annex",
    "Annex to the data-protection impact assessment",
    "Regulation (EU) 2016/679, Article 35(7)",
    (
        slot("35(7)(a)", "Processing operations and purposes", "dpia_operations", "operating_logic", "fact:registers",
             "fact:benefits", "fact:legal_bases", "municipality.retention", "municipality.data_storage"),
        slot("35(7)(b)", "Necessity and proportionality", "proportionality", "lawful_basis", "fact:inputs",
             "sensitive"),
        slot("35(7)(c)", "Risks to rights and freedoms", "risks", "harms", "municipality.harms_weighed",
             "fact:fairness"),
        slot("35(7)(d)", "Measures to address the risks", "dpia_measures", "mitigations", "fact:rules", "fact:verdict",
             "fact:exceptions", "logs"),
        slot("35(2)", "Advice of the data-protection officer", "municipality.dpo_advice",
             "municipality.data_protection_officer"),
        slot("35(9)", "Views of the persons concerned", "municipality.views_of_citizens"),
        slot("35(11)", "Review: what the assessment was made for", "fact:assessments", "fact:model_version"),
    ),
    title_da="Bilag til konsekvensanalysen vedrørende databeskyttelse",
    summary_da=(
        "Beskriver behandlingen, dens nødvendighed, risiciene og foranstaltningerne som grundlag for kommunens egen "
        "vurdering."
    ),
    standard_da="Forordning (EU) 2016/679, artikel 35, stk. 7",
    headings_da={
        "35(7)(a)": "Behandlingerne og deres formål",
        "35(7)(b)": "Nødvendighed og proportionalitet",
        "35(7)(c)": "Risici for rettigheder og frihedsrettigheder",
        "35(7)(d)": "Foranstaltninger mod risiciene",
        "35(2)": "Databeskyttelsesrådgiverens råd",
        "35(9)": "De registreredes synspunkter",
        "35(11)": "Fornyet gennemgang: hvad analysen blev lavet for",
    },
)  # fmt: skip

FRIA = Layout(
    "fria_annex",
    "Annex to the fundamental-rights impact assessment",
    "Regulation (EU) 2024/1689, Article 27(1)",
    (
        slot("27(1)(a)", "Processes in which it is used", "purpose", "integration", "fact:benefits"),
        slot("27(1)(b)", "Period and frequency of use", "municipality.begin_date", "municipality.frequency",
             "fact:limits"),
        slot("27(1)(c)", "Categories of persons and groups affected", "affected"),
        slot("27(1)(d)", "Specific risks of harm", "harms", "risks", "municipality.harms_weighed", "fact:fairness"),
        slot("27(1)(e)", "Human oversight, according to the instructions for use", "human_oversight",
             "training_required",
             "municipality.training_given"),
        slot("27(1)(f)", "What is done when risks materialise: governance and complaints", "on_materialisation",
             "appeals",
             "municipality.complaints", "fact:rules"),
        slot("27(3)", "Notification of the market surveillance authority", "municipality.authority_notified"),
        slot("27(4)", "What the data-protection impact assessment already covers", "fact:assessments"),
    ),
    title_da="Bilag til konsekvensanalysen vedrørende grundlæggende rettigheder",
    summary_da="Beskriver brugen, de berørte, risiciene og tilsynet som grundlag for kommunens egen vurdering.",
    standard_da="Forordning (EU) 2024/1689, artikel 27, stk. 1",
    headings_da={
        "27(1)(a)": "De processer, systemet bruges i",
        "27(1)(b)": "Brugens periode og hyppighed",
        "27(1)(c)": "Kategorier af berørte personer og grupper",
        "27(1)(d)": "Særlige risici for skade",
        "27(1)(e)": "Menneskeligt tilsyn efter brugsanvisningen",
        "27(1)(f)": "Hvad der gøres, når risici viser sig: styring og klager",
        "27(3)": "Underretning af markedsovervågningsmyndigheden",
        "27(4)": "Hvad konsekvensanalysen vedrørende databeskyttelse allerede dækker",
    },
)  # fmt: skip

KODEKS = Layout(
    "kodeks",
    "The Kodeks as executable rules, with their evidence",
    "The city's code of conduct for AI (Kodeks of 23 January 2020), rule set of this version",
    (
        slot("principles", "Principles, phrases and rules", "fact:kodeks"),
        slot("rules", "The rule book", "fact:rules"),
        slot("limits", "Limits in force", "fact:limits"),
        slot("verdict", "Evidence: the last promote verdict", "fact:verdict"),
        slot("exceptions", "Exceptions in force", "fact:exceptions"),
        slot("assessments", "Impact assessments", "fact:assessments"),
        slot("status", "Status", "fact:status"),
    ),
    title_da="Kodeks som udførbare krav, med beviser",
    summary_da=(
        "Viser for hvert princip i byens kodeks for kunstig intelligens de krav, der håndhæver det, og hvordan de "
        "faldt ud."
    ),
    standard_da="Byens kodeks for kunstig intelligens (23. januar 2020), kravene i denne version",
    headings_da={
        "principles": "Principper, formuleringer og krav",
        "rules": "Kravene",
        "limits": "Grænser, der gælder",
        "verdict": "Beviser: den seneste afgørelse om ibrugtagning",
        "exceptions": "Undtagelser, der gælder",
        "assessments": "Konsekvensanalyser",
        "status": "Status",
    },
)  # fmt: skip

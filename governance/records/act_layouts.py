"""Layouts of what the AI Act asks of a high-risk system: technical file, EU-database record, instructions for use.

Regulation (EU) 2024/1689: Annex IV, Annex VIII sections A and C, Article 13(3). Points are numbered as there; the words
are ours.
"""

from __future__ import annotations

from governance.records.layout import Layout, slot

TECHNICAL_FILE = Layout(
    "technical_file",
    "Technical documentation",
    "Regulation (EU) 2024/1689, Article 11(1) and Annex IV",
    (
        slot("1(a)", "Intended purpose, provider, version", "purpose", "ai_act_class", "municipality.provider_name",
             "fact:model_version", "municipality.ai_act_dates"),
        slot("1(b)", "Interaction with hardware or software outside it", "interaction"),
        slot("1(c)", "Versions of software, and what updates require", "fact:software", "maintenance"),
        slot("1(d)", "Forms in which it is put into service", "forms"),
        slot("1(e)", "Hardware it is to run on", "compute"),
        slot("1(f)", "Photographs where it is part of a product", "=Not applicable: it is no component of a product."),
        slot("1(g)", "User interface given to the deployer", "interface"),
        slot("1(h)", "Instructions for use for the deployer", "=See the record instructions_for_use."),
        slot("2(a)", "Methods and steps of development, third-party tools", "methods", "fact:software"),
        slot("2(b)", "Design specifications: logic, choices, assumptions, what is optimised, trade-offs",
             "operating_logic",
             "design_choices", "affected"),
        slot("2(c)", "Architecture and computational resources", "architecture", "compute"),
        slot("2(d)", "Data requirements: provenance, selection, labelling, cleaning", "source_data", "fact:registers",
             "labels_how", "fact:labels", "data_cleaning", "selection_bias"),
        slot("2(e)", "Assessment of the human oversight measures needed (art. 14)", "human_oversight", "explanation"),
        slot("2(f)", "Pre-determined changes", "predetermined_changes"),
        slot("2(g)", "Validation and testing: data, metrics, discriminatory impact, signed reports", "metric_choice",
             "fact:evaluation", "fact:measured", "fact:fairness",
             "municipality.signed_test_reports"),
        slot("2(h)", "Cybersecurity measures", "cybersecurity"),
        slot("3", "Monitoring, functioning and control: accuracy by group, foreseeable risks, oversight, input data",
             "accuracy_note", "group_performance", "fact:fairness", "risks", "human_oversight", "fact:inputs"),
        slot("4", "Appropriateness of the performance metrics", "metric_choice", "fact:limits"),
        slot("5", "Risk management system (art. 9)", "risk_management", "fact:rules", "fact:verdict",
             "fact:exceptions"),
        slot("6", "Relevant changes through the lifecycle", "fact:versions", "predetermined_changes"),
        slot("7", "Harmonised standards applied, or the solutions in their place", "municipality.harmonised_standards",
             "standards_solution"),
        slot("8", "EU declaration of conformity (art. 47)", "municipality.declaration_of_conformity"),
        slot("9", "Post-market monitoring system and plan (art. 72)", "post_market", "fact:limits"),
    ),
)  # fmt: skip

EU_DATABASE = Layout(
    "eu_database",
    "EU database record",
    "Regulation (EU) 2024/1689, Article 49 and Annex VIII, sections A (provider) and C (deployer that is an authority)",
    (
        slot("A.1", "Name, address and contact details of the provider", "municipality.provider_name",
             "municipality.provider_contact"),
        slot("A.2", "Person who submits on the provider's behalf", "municipality.submitter"),
        slot("A.3", "Authorised representative", "municipality.authorised_representative"),
        slot("A.4", "Trade name and unambiguous reference", "=adressekontrol", "fact:model_version"),
        slot("A.5", "Intended purpose, components and functions supported", "purpose", "architecture"),
        slot("A.6", "Information used (data, inputs) and operating logic, in short", "operating_logic",
             "fact:input_names",
             "fact:registers"),
        slot("A.7", "Status", "fact:status"),
        slot("A.8", "Certificate of a notified body", "municipality.certificate"),
        slot("A.9", "Scanned copy of the certificate", "municipality.certificate"),
        slot("A.10", "Member States", "municipality.member_states"),
        slot("A.11", "Copy of the EU declaration of conformity", "municipality.declaration_of_conformity"),
        slot("A.12", "Electronic instructions for use", "=See the record instructions_for_use."),
        slot("A.13", "Address for additional information (optional)", "municipality.website"),
        slot("C.1", "Name, address and contact details of the deployer", "municipality.organisation",
             "municipality.postal_address", "municipality.contact_email"),
        slot("C.2", "Person who submits on the deployer's behalf", "municipality.submitter"),
        slot("C.3", "Address of the provider's entry in the EU database", "municipality.eu_database_url"),
        slot("C.4", "Summary of the fundamental-rights impact assessment (art. 27)", "municipality.fria_findings",
             "fact:assessments"),
        slot("C.5", "Summary of the data-protection impact assessment", "municipality.dpia_findings",
             "fact:assessments"),
    ),
)  # fmt: skip

INSTRUCTIONS = Layout(
    "instructions_for_use",
    "Instructions for use",
    "Regulation (EU) 2024/1689, Article 13(3)",
    (
        slot("(a)", "Provider and authorised representative", "municipality.provider_name",
             "municipality.provider_contact",
             "municipality.authorised_representative"),
        slot("(b)(i)", "Intended purpose", "purpose", "users", "not_intended"),
        slot("(b)(ii)", "Accuracy, robustness and cybersecurity it was tested for", "accuracy_note", "fact:evaluation",
             "fact:measured", "robustness", "cybersecurity"),
        slot("(b)(iii)", "Foreseeable circumstances and misuse that may lead to risks", "risks", "misuse"),
        slot("(b)(iv)", "What helps to explain its output", "explanation"),
        slot("(b)(v)", "Performance regarding persons and groups", "group_performance", "fact:fairness"),
        slot("(b)(vi)", "Input data, and the data of training and testing", "fact:inputs", "source_data", "labels_how",
             "fact:labels"),
        slot("(b)(vii)", "How to interpret its output", "output_interpretation", "interface"),
        slot("(c)", "Pre-determined changes", "predetermined_changes"),
        slot("(d)", "Human oversight measures", "human_oversight", "training_required"),
        slot("(e)", "Resources, lifetime, maintenance and care", "compute", "maintenance", "fact:settings",
             "fact:limits"),
        slot("(f)", "Collecting, storing and reading the logs (art. 12)", "logs", "fact:audited_acts"),
    ),
)  # fmt: skip

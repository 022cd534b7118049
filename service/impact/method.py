"""How the report is worked out, in Danish, for whoever reads a figure of it without having been told.

Must not know a figure.
"""

from __future__ import annotations

from service.impact.basis import Basis

DEFINITIONS = (
    (
        "Besparelse",
        "For hver afgørelse, der står ved magt: fremadrettet er det, der ikke længere udbetales pr. måned, gange de "
        "måneder, ydelsen ellers havde løbet (højst ydelsens horisont); tilbagebetaling er kravet mod borgeren. En "
        "måned tælles aldrig to gange. Den kommunale andel er resten, når statens refusion er trukket fra; for "
        "samfundet tælles begge.",
    ),
    (
        "Rettelser til borgerens fordel",
        "Hvor borgeren fik for lidt, bogføres rettelsen med sit fortegn og vises for sig. Den er en udgift og en "
        "rigtig afgørelse.",
    ),
    (
        "Klage",
        "Omgøres en afgørelse, tages præcis det, der blev bogført, tilbage. Betalte krav bliver betalt tilbage.",
    ),
    (
        "Udgifter",
        "Sagstimer gange timeprisen, løbende udgifter og investeringer.",
    ),
    (
        "Sagstype",
        "Udledt af det, der er registreret i sagen: den mest indgribende afgørelse om ydelsen (stoppet, nedsat, kun "
        "tilbagebetaling, rettet til borgerens fordel), også hvis den er omgjort; uden afgørelse er det sagens udfald.",
    ),
    (
        "Skjulte celler",
        "Et tal, der bygger på 1 til 9 sager, vises ikke. Der skjules så mange andre, at det ikke kan regnes ud ved at "
        "lægge sammen og trække fra, heller ikke på tværs af tabeller, afsnit, forvaltninger og tidligere versioner "
        "(de 24 nyeste, og af de ældre dem, der sidst viste et tal). Er for få sager ændret siden en version, der "
        "viste tallet, vises det nye tal ikke. Et tal, der ikke bygger på nogen sag, vises.",
    ),
    (
        "Estimater gøres op kvartalsvis",
        "Afsnit, der bygger på modne sager, gøres op én gang i kvartalet og står uændret imellem; datoen står i "
        "afsnittet.",
    ),
    (
        "Slå et tal op",
        "Alle tal fra regnskabet har en kode (kilde). Kommandoen adressekontrol impact explain KODE viser hver post "
        "bag tallet under pseudonym. Koder, der begynder med estimate, er estimater; business_case er sagens egne tal; "
        "cases_, expected_municipal og mature er optælling af sager og løfter.",
    ),
)  # fmt: skip


def build_method(basis: Basis) -> tuple[tuple[str, str], ...]:
    """(heading, text): definitions, how estimates are made, and what the figures rest on."""
    versions = ", ".join(basis.model_versions) or "ingen"
    estimates = () if basis.estimates is None else basis.estimates.method
    return (
        *DEFINITIONS,
        *estimates,
        ("Regnskabet", f"Bogføring {basis.booking}, hash {basis.ledger_hash or 'ingen'}."),
        ("Modelversioner", f"Sager i regnskabet er udvalgt af: {versions}."),
    )

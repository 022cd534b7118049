"""The code lists of the register contract, as tuples: a state array holds the index, a file holds the word.

Knows nothing of persons, time or probabilities.
"""

from __future__ import annotations

BENEFITS = (
    "kontanthjaelp",
    "uddannelseshjaelp",
    "friplads",
    "soeskenderabat",
    "enkeltydelse",
    "helbredstillaeg",
    "boligstoette",
    "boernetilskud",
    "folkepension_enlig",
)
KONTANTHJAELP, UDDANNELSESHJAELP, FRIPLADS, SOESKENDERABAT, ENKELTYDELSE = range(5)
HELBREDSTILLAEG, BOLIGSTOETTE, BOERNETILSKUD, FOLKEPENSION_ENLIG = range(5, 9)

BASES = ("single", "single_provider", "couple", "couple_provider", "living_at_home", "living_out")
SINGLE, SINGLE_PROVIDER, COUPLE, COUPLE_PROVIDER, LIVING_AT_HOME, LIVING_OUT = range(6)

RESIDENCE_CHANNELS = ("self_service", "counter", "authority", "import")
SELF_SERVICE, COUNTER, AUTHORITY, IMPORT = range(4)

CIVIL = ("U", "G", "F", "E")
UNMARRIED, MARRIED, DIVORCED, WIDOWED = range(4)

RELATIONS = ("spouse", "registered_partner", "parent", "custody")
SPOUSE, REGISTERED_PARTNER, PARENT, CUSTODY = range(4)

SIGNALS = (
    "citizen_tip",
    "returned_mail",
    "moving_notice_mismatch",
    "landlord_notice",
    "other_authority",
    "data_unit_list",
    "caseworker_notice",
)
CITIZEN_TIP, RETURNED_MAIL, MISMATCH, LANDLORD, OTHER_AUTHORITY, DATA_UNIT_LIST, CASEWORKER_NOTICE = range(7)

# the old policy knows all but the last, which is opened from outside only (`synthetic_data.stepping`)
CASE_CHANNELS = ("rule_list", "own_lead", "tip", "data_unit", "random", "model")
RULE_LIST, OWN_LEAD, TIP, DATA_UNIT, RANDOM, MODEL = range(6)

OUTCOMES = ("no_change", "registration_corrected", "benefit_changed", "referred", "inconclusive")
NO_CHANGE, REGISTRATION_CORRECTED, BENEFIT_CHANGED, REFERRED, INCONCLUSIVE = range(5)

EFFECTS = ("stopped", "reduced", "increased", "reclaim")
STOPPED, REDUCED, INCREASED, RECLAIM = range(4)

TENURES = ("rented", "owner", "cooperative", "unused", "unknown")
SEXES = ("M", "F")
CITIZENSHIPS = ("dk", "eu", "other")
ORIGINS = ("danish", "immigrant", "descendant")

DISTRICTS = (
    "Indre By",
    "Østerbro",
    "Nørrebro",
    "Vesterbro-Kongens Enghave",
    "Valby",
    "Vanløse",
    "Brønshøj-Husum",
    "Bispebjerg",
    "Amager Øst",
    "Amager Vest",
)
POSTAL_CODES = ("1300", "2100", "2200", "1700", "2500", "2720", "2700", "2400", "2300", "2450")
DISTRICT_SHARES = (0.09, 0.13, 0.13, 0.12, 0.10, 0.07, 0.07, 0.09, 0.09, 0.11)

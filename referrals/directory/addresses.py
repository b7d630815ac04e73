"""Tell an address of a function from one that looks like a person's, which is gone when the person is."""

from __future__ import annotations

import re

FUNCTION_WORDS = re.compile(
    "avhopp|bra|central|elev|enhet|ersatt|exit|funktion|grupp|halso|hälso|info|jour|kansli|kommun|kontakt|lan|mottag|"
    "myndighet|orosanmalan|polis|preventi|region|registrator|reception|sakerhet|samordn|skol|social|stod|stöd|team|"
    "trygg|vard|vård"
)
NAME_PARTS = 2


def looks_personal(address: str) -> bool:
    """Say whether an address is made of two names and no word that functions go by; it may be wrong both ways."""
    local = address.partition("@")[0].lower()
    parts = re.split(r"[._-]", local)
    is_named = len(parts) == NAME_PARTS and all(part.isalpha() and len(part) > 1 for part in parts)
    return is_named and FUNCTION_WORDS.search(local) is None

"""What Swedish personal numbers, e-mail and street addresses look like in running text; every repetition is bounded."""

import re

PERSONNUMMER = re.compile(
    r"(?<![\d+-])(?P<date>(?:18|19|20)?\d{2}(?:\d{4}|-\d{2}-\d{2}))(?P<sign>[-+–]?|(?<!-\d\d)\s)(?P<number>\d{4})(?!-?\d)"
)
"""A date and four digits more; a blank parts them only where the date has no dashes, else it is a time of day."""

EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[^\W_][\w-]{0,62}(?:\.[^\W_][\w-]{0,62}){1,8}")

_LETTERS = "[a-zåäöéü]"
_NAME = f"[A-ZÅÄÖÉ]{_LETTERS}{{1,30}}"
_JOINED = "gatan|gata|vägen|väg|gränden|gränd|stigen|stig|allén|torget|torg|backen|esplanaden|promenaden|kajen|stråket"
_WHICH = "stora|lilla|norra|södra|östra|västra|nya|gamla|övre|nedre|långa"
_APART = "väg|gata|gränd|allé"
_APART_AFTER_A_NAME = "stig|torg|plats|backe|led|plan|kaj"
_UNIT = r"min|tim|dag|dygn|veck|mån|år|km|meter|mil|gång|person|kr|procent|%"
_HOUSE = rf"\s{{1,3}}\d{{1,3}}(?!\d)(?:\s?[A-Ha-h](?!\w))?(?!\s?(?:{_UNIT}))"

STREET = re.compile(
    rf"\b(?:(?:{_NAME}\s{{1,3}}){{0,2}}(?i:{_LETTERS}{{2,30}}(?:{_JOINED}))"
    rf"|(?i:(?:{_WHICH})\s{{1,3}}(?:gatan|vägen|torget|gränden|stigen|allén))"
    rf"|(?i:{_LETTERS}{{2,30}}s\s{{1,3}}(?:{_APART}))"
    rf"|{_NAME}s\s{{1,3}}(?:{_APART_AFTER_A_NAME})){_HOUSE}"
)
"""`Storgatan 12`, `norra ringvägen 3 B`, `Drottning Kristinas väg 3`; not `omvägen 15 minuter`."""

TOWN = re.compile(
    r"(?<![\d+-])(?<!\d )(?:SE?-)?[1-9]\d{2}\s?\d{2}\s{1,3}(?!Kr\b|KR\b|Kronor\b|SEK\b)"
    r"(?:[A-ZÅÄÖ][a-zåäöé]{2,30}|[A-ZÅÄÖ]{3,30})\b"
)
"""`114 55 Stockholm`: a postcode counts only with its town."""

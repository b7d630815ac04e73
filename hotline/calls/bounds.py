"""How large a request may be before anything of it is read; what lies beyond comes from no telephone provider.

The body's bound is each provider's own (`max_body`), the number of fields is `telephony.forms.MAX_FIELDS`.
"""

from collections.abc import Mapping
from typing import Any

MAX_ADDRESS = 512
MAX_QUERY = 2048
MAX_HEADERS = 64
MAX_HEADERS_LENGTH = 16 * 1024


def is_within_bounds(environ: Mapping[str, Any]) -> bool:
    """Tell whether address, query and headers are of a size that a provider's are."""
    if len(environ.get("PATH_INFO", "")) > MAX_ADDRESS or len(environ.get("QUERY_STRING", "")) > MAX_QUERY:
        return False
    headers = [len(value) for name, value in environ.items() if name.startswith("HTTP_")]
    return len(headers) <= MAX_HEADERS and sum(headers) <= MAX_HEADERS_LENGTH

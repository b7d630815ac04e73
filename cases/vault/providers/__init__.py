"""Who holds the wrapping keys: the local keyring, or a key service that never gives them out."""

import functools

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from cases.vault.keyring import LocalKeyring
from cases.vault.providers.base import KeyProvider, Wrapped
from cases.vault.providers.local import LocalProvider

__all__ = ["KeyProvider", "Wrapped", "provider"]

TRANSIT_SETTINGS = ("TRANSIT_URL", "TRANSIT_TOKEN", "TRANSIT_MOUNT", "TRANSIT_PREFIX")


def provider() -> KeyProvider:
    """Give the provider that the settings name (`KEY_PROVIDER`: local or transit)."""
    if settings.KEY_PROVIDER == "local":
        return LocalProvider(LocalKeyring(settings.KEYRING_DIR))
    if settings.KEY_PROVIDER == "transit":
        return _transit(*(str(getattr(settings, setting, "")) for setting in TRANSIT_SETTINGS))
    message = (
        f"KEY_PROVIDER is “{settings.KEY_PROVIDER}”; it can be “local” (files) or “transit” (Vault, OpenBao)."
    )
    raise ImproperlyConfigured(message)


@functools.cache
def _transit(url: str, token: str, mount: str, prefix: str) -> KeyProvider:
    from cases.vault.providers import transit  # noqa: PLC0415 - its client takes a moment to load

    if not url or not token:
        message = (
            "KEY_PROVIDER is “transit”: TRANSIT_URL and TRANSIT_TOKEN must say where it is and who we are."
        )
        raise ImproperlyConfigured(message)
    return transit.TransitProvider(
        url=url, token=token, mount=mount or transit.DEFAULT_MOUNT, prefix=prefix or transit.DEFAULT_PREFIX
    )

"""The database backend `hotline.embedded`: Django's PostgreSQL, on a server that is started when first asked for."""

from typing import Any

from django.db.backends.postgresql import base

from hotline.embedded.server import ensure_running


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's PostgreSQL wrapper with the address of the private server filled in."""

    def get_connection_params(self) -> dict[str, Any]:
        """Start the server where it is not running, and connect over its socket."""
        self.settings_dict["HOST"] = str(ensure_running(self.settings_dict["DATA_DIR"]))
        return super().get_connection_params()

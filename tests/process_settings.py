"""The tests' settings for a web process of its own: on the databases of the test that starts it."""

import os

from tests.settings import *  # noqa: F403 - the same, but for the databases' names
from tests.settings import DATABASES

for alias, database in DATABASES.items():
    database["NAME"] = os.environ[f"TEST_DATABASE_{alias.upper()}"]

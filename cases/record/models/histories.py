"""How a row's history keeps the lists that the row has."""

from typing import Any

from django.db import models
from simple_history.models import HistoricalRecords
from simple_history.utils import get_m2m_field_name


class HistoryWithLists(HistoricalRecords):
    """A history that copies the rows of a list as they are, without reading all that they point to."""

    def create_historical_record_m2ms(self, history_instance: Any, instance: models.Model) -> None:
        """Copy each list to the history row."""
        for field in history_instance._history_m2m_fields:  # noqa: SLF001 - how simple-history names the lists
            rows = field.remote_field.through.objects.filter(**{get_m2m_field_name(field): instance})
            copies = self.m2m_models[field]
            copies.objects.bulk_create(copies(history=history_instance, **row) for row in rows.values())

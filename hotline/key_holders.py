"""Say which data keys the door's rows name: duty telephones, call-back numbers, second factors."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from hotline.calls.models import CallBack
from hotline.lines.models import DutyEndpoint
from hotline.people import second_factor


def of_the_door() -> Mapping[str, Iterable[UUID]]:
    """Give the keys by kind of owner; a call-back whose number is gone names none, nor does a retired telephone."""
    sealed = CallBack.objects.filter(number_sealed__isnull=False).values_list("key", flat=True)
    return {
        "endpoint": list(DutyEndpoint.objects.filter(retired_at=None).values_list("key", flat=True)),
        "callback": [key for key in sealed if key],
        **second_factor.keys_named(),
    }

"""What a supervisor plans."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from hotline.lines.models import Line
from hotline.lines.shifts import moment
from hotline.people.roles import Role


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Somebody by name."""

    def label_from_instance(self, obj: User) -> str:
        """Say the name, or the username where there is none."""
        return obj.get_full_name() or obj.get_username()


class ShiftForm(forms.Form):
    """Who answers which line, on which day, from when to when; an end before the beginning is the next day's."""

    person = PersonField(label=_("Who"), queryset=User.objects.none(), empty_label=_("Choose"))
    line = forms.ModelChoiceField(label=_("Line"), queryset=Line.objects.all(), empty_label=None)
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    begins = forms.TimeField(
        label=_("Begins"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(label=_("Ends"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    client_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer those who take calls."""
        super().__init__(*args, **kwargs)
        staff = User.objects.filter(is_active=True, groups__name=Role.COUNSELLOR)
        self.fields["person"].queryset = staff.order_by("first_name", "username")  # type: ignore[attr-defined]

    def stretch(self) -> tuple[datetime, datetime]:
        """Give the moments of beginning and end."""
        day: date = self.cleaned_data["day"]
        begins, ends = self.cleaned_data["begins"], self.cleaned_data["ends"]
        last_day = day if ends > begins else day + timedelta(days=1)
        return moment(day, begins), moment(last_day, ends)


def new_shift(day: date) -> dict[str, object]:
    """Give what an empty form begins from."""
    return {"day": day, "begins": "09:00", "ends": "15:00", "client_id": uuid.uuid4()}

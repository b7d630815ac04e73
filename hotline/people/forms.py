"""Forms of the people's pages: they check shapes, the services check rules."""

from typing import Any

from allauth.account.forms import LoginForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.models import User
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.record.colleagues import colleagues_of
from hotline.people.invitations import has_account, is_taken
from hotline.people.models import Invitation
from hotline.people.roles import Role
from referrals.directory.models import ContactPoint


class SignInForm(LoginForm):
    """allauth's form with labels that say what to type, and nothing that vanishes while one types."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Username or e-mail")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class AddPasskeyForm(AddWebAuthnForm):
    """allauth's form in our words; a passkey replaces the password unless somebody wants it otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        alone = self.fields["passwordless"]
        alone.initial = True
        alone.label = _("Sign in with it alone, without a password")
        alone.help_text = _(
            "It asks for your fingerprint, your face or a PIN. Without the tick it is asked for after your password."
        )


class RenamePasskeyForm(EditWebAuthnForm):
    """allauth's form in our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")


class PointField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Contact points by their function and place."""

    def label_from_instance(self, obj: ContactPoint) -> str:
        """Write what a person recognises."""
        return f"{obj.area_name or _('Whole country')}: {obj.function}"


class InvitationForm(forms.ModelForm):  # type: ignore[type-arg]
    """Whom to invite, as what."""

    contact_point = PointField(
        label=_("Contact point"),
        queryset=ContactPoint.objects.select_related("municipality", "county"),
        required=False,
        help_text=_("Only for a municipal recipient: the function the person answers for."),
    )

    class Meta:
        model = Invitation
        fields = ("name", "username", "email", "role", "contact_point")
        help_texts = {
            "username": _("Stands in the trail. Letters a–z, figures, dots and hyphens."),
            "email": _("The link is sent here. It works once, for three days."),
            "role": _(
                "A role that reads about callers or manages people needs a second person's approval before the letter"
                " leaves."
            ),
        }

    def clean_username(self) -> str:
        """Refuse a name that somebody has."""
        username = str(self.cleaned_data["username"]).lower()
        ASCIIUsernameValidator()(username)
        if is_taken(username):
            raise ValidationError(_("This username is taken. Choose another."))
        return username

    def clean_email(self) -> str:
        """Refuse an address that somebody signs in with: two accounts would share one name."""
        email = str(self.cleaned_data["email"])
        if has_account(email):
            raise ValidationError(_("Somebody has an account with this address. Choose another."))
        return email

    def clean(self) -> dict[str, object]:
        """Demand a contact point for recipients, and for them only."""
        cleaned = super().clean() or self.cleaned_data
        needs_point = cleaned.get("role") == Role.RECIPIENT
        if needs_point and cleaned.get("contact_point") is None:
            self.add_error("contact_point", _("Choose the contact point the person answers for."))
        if not needs_point:
            cleaned["contact_point"] = None
        return cleaned


class ColleagueField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Somebody by name."""

    def label_from_instance(self, obj: User) -> str:
        """Say the name, or the username where there is none."""
        return obj.get_full_name() or obj.get_username()


class SuccessorForm(forms.Form):
    """Who takes over the cases of somebody who leaves; nobody named is the supervisors."""

    successor = ColleagueField(
        User.objects.none(),
        label=_("Who takes over the cases"),
        required=False,
        empty_label=_("The supervisors find them owners"),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        """Offer everybody else who works with cases."""
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = colleagues_of(person)  # type: ignore[attr-defined]


class RoleForm(forms.Form):
    """Another role for somebody; recipients are invited, since they belong to a contact point."""

    role = forms.ChoiceField(
        label=_("New role"), choices=[choice for choice in Role.choices if choice[0] != Role.RECIPIENT]
    )


class PasswordForm(forms.Form):
    """The password an invited person chooses."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. A few words in a row are easy to remember and hard to guess."),
    )
    again = forms.CharField(
        label=_("Password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: object, person: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.person = person

    def clean_password(self) -> str:
        """Apply the house's password rules."""
        password = str(self.cleaned_data["password"])
        password_validation.validate_password(password, self.person)
        return password

    def clean(self) -> dict[str, object]:
        """Compare both."""
        cleaned = super().clean() or {}
        if "password" in cleaned and cleaned.get("again") != cleaned["password"]:
            self.add_error("again", _("The two passwords differ. Type the same one twice."))
        return cleaned

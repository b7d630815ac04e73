"""The people's pages: who works here, who is asked to, and what waits for a second person."""

from collections.abc import Callable

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action
from audit.gate import actor_of, requires
from audit.refusals import count_refusal
from audit.services import Subject, record_durably
from cases.rehoming.queries import belongings_of
from hotline.people import changes, invitations, queries
from hotline.people.demo_sign_in import demo_person
from hotline.people.forms import InvitationForm, PasswordForm, RoleForm, SuccessorForm
from hotline.people.models import Change, Invitation
from hotline.people.off_boarding import CannotOffBoardOneself, off_board_person
from hotline.people.roles import Role
from hotline.people.sources import is_loopback, source_of

PEOPLE_A_PAGE = 50


@require_GET
@requires("hotline.invite_people")
def people_list(request: HttpRequest) -> HttpResponse:
    """Show everybody, open invitations, and what waits."""
    page = Paginator(queries.people(), PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    waiting = [(change, changes.may_decide(_user(request), change)) for change in queries.waiting_changes()]
    context = {"page": page, "waiting": waiting, "invitations": queries.open_invitations()}
    return render(request, "hotline/people/list.html", context)


@require_http_methods(["GET", "POST"])
@requires("hotline.invite_people")
@reauthentication_required
def invite(request: HttpRequest) -> HttpResponse:
    """Ask for a name and a role, and invite."""
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        invitation = invitations.invite_person(
            actor=actor_of(request), user=_user(request), **form.cleaned_data
        )
        sent = _("The invitation is on its way.")
        waits = _("The invitation leaves when a second person has approved it.")
        messages.success(request, sent if invitation.sent_at else waits)
        return redirect("people:list")
    return render(request, "hotline/people/invite.html", {"form": form})


@require_GET
@requires("hotline.manage_people")
def person(request: HttpRequest, username: str) -> HttpResponse:
    """Show one person and what can be done; the look is in the trail, for the page names the person's cases."""
    found = get_object_or_404(queries.people(), username=username)
    return _person_page(request, found, RoleForm())


@require_POST
@requires("hotline.manage_people")
@reauthentication_required
def change_role(request: HttpRequest, username: str) -> HttpResponse:
    """Give another role, or ask for it."""
    found, form = _active(username), RoleForm(request.POST)
    if not form.is_valid():
        return _person_page(request, found, form)
    try:
        waiting = changes.request_role(
            actor=actor_of(request), user=_user(request), person=found, role=form.cleaned_data["role"]
        )
    except changes.RoleNotChangeable:
        return _back(
            request, username, _("This role cannot be changed here. Invite the person anew instead.")
        )
    except changes.AlreadyAsked:
        return _back(request, username, _("The same change is already waiting for a second person."))
    messages.success(
        request, _("The change waits for a second person.") if waiting else _("The role is changed.")
    )
    return redirect("people:list")


@require_POST
@requires("hotline.manage_people")
@reauthentication_required
def new_credentials(request: HttpRequest, username: str) -> HttpResponse:
    """Ask that somebody may choose a new password and second factor."""
    try:
        changes.request_new_credentials(
            actor=actor_of(request), user=_user(request), person=_active(username)
        )
    except changes.AlreadyAsked:
        return _back(request, username, _("The same change is already waiting for a second person."))
    messages.success(request, _("The change waits for a second person."))
    return redirect("people:list")


@require_POST
@requires("hotline.manage_people")
@reauthentication_required
def off_board(request: HttpRequest, username: str) -> HttpResponse:
    """Close an account, now; what the person leaves behind goes to whoever was named."""
    person = _active(username)
    form = SuccessorForm(request.POST, person=person)
    if not form.is_valid():
        return _back(request, username, _("Choose somebody who works with cases."))
    successor = form.cleaned_data["successor"]
    try:
        off_board_person(actor=actor_of(request), user=_user(request), person=person, successor=successor)
    except CannotOffBoardOneself:
        return _back(request, username, _("Somebody else must close your account."))
    messages.success(request, _("The account is closed and every session has ended."))
    return redirect("people:list")


@require_POST
@requires("hotline.invite_people")
@reauthentication_required
def approve(request: HttpRequest, reference: str) -> HttpResponse:
    """Approve as the second person."""
    return _decide(request, reference, changes.approve_change, _("Approved and carried out."))


@require_POST
@requires("hotline.invite_people")
def refuse(request: HttpRequest, reference: str) -> HttpResponse:
    """Refuse as the second person."""
    return _decide(request, reference, changes.refuse_change, _("Refused. Nothing was changed."))


@require_POST
@requires("hotline.invite_people")
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Take an invitation back."""
    invitation = get_object_or_404(Invitation, reference=reference)
    try:
        invitations.withdraw_invitation(actor=actor_of(request), invitation=invitation)
    except invitations.InvitationUnusable:
        messages.error(request, _("This invitation has been used or withdrawn already."))
    else:
        messages.success(request, _("The invitation is withdrawn."))
    return redirect("people:list")


@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Let an invited person choose a password; the second factor is asked for right after signing in."""
    try:
        invitation = invitations.find_invitation(token)
        form = PasswordForm(
            request.POST or None, person=User(username=invitation.username, email=invitation.email)
        )
        if request.method == "POST" and form.is_valid():
            invitations.accept_invitation(invitation=invitation, password=form.cleaned_data["password"])
            messages.success(request, _("Your account is ready. Sign in with the password you chose."))
            return redirect("account_login")
    except invitations.InvitationUnusable:
        count_refusal(reason="invitation", source=source_of(request))
        return render(request, "hotline/people/invitation_unusable.html", status=404)
    return render(request, "hotline/people/accept.html", {"invitation": invitation, "form": form})


@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by one press: in the demo only, from this machine only."""
    role = request.POST.get("role", "")
    if not settings.HOTLINE_DEMO or not is_loopback(request) or role not in Role.values:
        raise Http404
    somebody = demo_person(role)
    record_authentication(
        request, somebody, "demo"
    )  # else enrolling would ask for a proof that these accounts lack
    return perform_login(request, Login(user=somebody))


def _decide(request: HttpRequest, reference: str, act: Callable[..., Change], done: str) -> HttpResponse:
    change = get_object_or_404(Change, reference=reference)
    try:
        act(actor=actor_of(request), user=_user(request), change=change)
    except changes.SecondPersonNeeded:
        messages.error(
            request, _("Another person, with another role than the one who asked, must decide this.")
        )
    except changes.AlreadyDecided:
        messages.error(request, _("Somebody has decided this already."))
    else:
        messages.success(request, done)
    return redirect("people:list")


def _person_page(request: HttpRequest, found: User, form: RoleForm) -> HttpResponse:
    belongings = belongings_of(found)
    subject, cases = Subject("person", found.get_username()), len(belongings.cases)
    record_durably(actor=actor_of(request), action=Action.PERSON_VIEWED, subject=subject, cases=cases)
    context = {
        "person": found,
        "form": form,
        "belongings": belongings,
        "successor_form": SuccessorForm(person=found),
    }
    return render(request, "hotline/people/detail.html", context)


def _back(request: HttpRequest, username: str, sentence: str) -> HttpResponse:
    messages.error(request, sentence)
    return redirect("people:person", username=username)


def _active(username: str) -> User:
    return get_object_or_404(queries.people(), username=username, is_active=True)


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user

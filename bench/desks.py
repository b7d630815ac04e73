"""Run once in a furnished world: so many counsellors who are signed in; prints their sessions' cookies as JSON."""

import json
import sys

import django


def main() -> None:
    """Make them."""
    django.setup()
    from allauth.mfa.models import Authenticator  # noqa: PLC0415 - models load after the setup
    from django.conf import settings  # noqa: PLC0415 - the same
    from django.contrib.auth.models import User  # noqa: PLC0415 - the same
    from django.test import Client  # noqa: PLC0415 - the same

    from hotline.people.roles import Role, set_role  # noqa: PLC0415 - the same

    cookies = []
    for number in range(int(sys.argv[1])):
        user = User.objects.create_user(f"desk{number}")
        set_role(user, Role.COUNSELLOR)
        Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={})
        client = Client()
        client.force_login(user, backend="hotline.people.backend.RoleBackend")
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}")
    sys.stdout.write(json.dumps(cookies))


if __name__ == "__main__":
    main()

"""The event stream as an ASGI application; everything else is served over WSGI."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotline.settings")

_django = get_asgi_application()

from hotline.desk.admission import Admission  # noqa: E402 - the desk's room loads with the models

application = Admission(_django)

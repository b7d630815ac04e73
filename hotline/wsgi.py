"""The pages as a WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotline.settings")

application = get_wsgi_application()

from audit.refusals import start_flushing  # noqa: E402 - models load with the application

start_flushing()

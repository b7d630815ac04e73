import logging
import sys

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from hotline.logs import CarefulFormatter, configuration

NUMBER, NOTE = "+46701740605", "PLANTED-NOTE-TEXT"


def written(message: object, *args: object, exc_info: object = None) -> str:
    record = logging.LogRecord("hotline", logging.ERROR, __file__, 1, message, args, exc_info)  # type: ignore[arg-type]
    return CarefulFormatter().format(record)


@pytest.mark.django_db
def test_a_failing_constraint_is_named_and_the_row_is_not() -> None:
    User.objects.create_user(NOTE)
    try:
        with transaction.atomic():
            User.objects.create_user(NOTE)
    except IntegrityError:
        text = written("It failed", exc_info=sys.exc_info())

    assert "psycopg.errors.UniqueViolation SQLSTATE 23505 constraint auth_user_username_key" in text
    assert "test_logs.py" in text
    assert NOTE not in text


def test_what_an_exception_quotes_is_not_written() -> None:
    try:
        int(NOTE)
    except ValueError as error:
        inside = written("Could not read: %s", error)
        alone = written(error, exc_info=sys.exc_info())

    assert "builtins.ValueError" in inside
    assert NOTE not in inside + alone


def test_the_secret_in_a_providers_address_is_left_out_and_the_step_is_not() -> None:
    text = written(
        "Forbidden: %s, Forbidden: %s", "/webhooks/46elks/s3cret-path/voice/", "/webhooks/twilio/voice/"
    )
    assert "s3cret" not in text
    assert "/webhooks/46elks/…/voice/" in text
    assert "/webhooks/twilio/voice/" in text


def test_numbers_link_tokens_and_query_strings_are_taken_out() -> None:
    text = written("GET /people/welcome/P-ABC123:signature/ and /desk/?q=%s from %s", NOTE, NUMBER)

    assert "/people/welcome/…/" in text
    assert not {NOTE, NUMBER, "signature"} & set(text.replace("/", " ").split())


def test_the_providers_client_is_silenced_and_no_error_page_is_mailed() -> None:
    loggers = configuration()["loggers"]

    assert loggers["twilio"]["level"] == "CRITICAL"
    assert loggers["twilio.http_client"]["propagate"] is False
    assert {name for each in loggers.values() for name in each.get("handlers", [])} == {"stderr"}

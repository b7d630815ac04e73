"""The same intake built the usual way: Django, a REST view, three saves, django-simple-history and django-auditlog."""

"""Contacts, cases and notes: what was told on the line, and who may open it."""

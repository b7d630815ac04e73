"""Drafts: what is being typed, kept sealed for the one who types it."""

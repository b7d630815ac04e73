"""Finds personal data in free text before it is saved, so that the writer can take it out."""

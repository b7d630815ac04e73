"""Searching: among the cases one may open, and for words inside a single one; nothing is indexed."""

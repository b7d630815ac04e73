"""Recomputes the whole trail and compares it with everything that was ever signed."""

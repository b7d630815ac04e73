"""Merging: two cases turn out to be one; what moved is known row by row, so that it can be undone."""

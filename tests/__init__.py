"""The tests: the same tree as the house, again."""

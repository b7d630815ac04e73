"""The way out: from a case to the help that a municipality gives, and back with an outcome."""

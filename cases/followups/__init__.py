"""Follow-ups: what was promised in a case, by when and by whom."""

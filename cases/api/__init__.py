"""Cases for other programs: what the lists and pages show of them, without a word of what was said."""

"""What every room's programs' addresses have in common: the gate, the pages of a list, the words of a refusal."""

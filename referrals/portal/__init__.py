"""What a municipality's recipient sees."""

"""What is coded: the lists that answers are chosen from, and the country's counties and municipalities."""

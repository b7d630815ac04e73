"""Working days, and how long each state may stand."""

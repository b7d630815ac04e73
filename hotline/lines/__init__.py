"""The lines, their hours, who is on duty, and what a caller hears next."""

"""The supervisor's morning and the plan of shifts."""

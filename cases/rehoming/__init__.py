"""Rehoming: what somebody leaves behind goes to a named colleague, or waits for a supervisor to find it an owner."""

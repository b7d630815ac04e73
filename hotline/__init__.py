"""The door: lines, calls, the desk, people and figures."""

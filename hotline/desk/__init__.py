"""The desk: the live board, and logging a call."""

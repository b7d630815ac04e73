"""Hand-over: a case goes to a colleague with a written note, and is theirs once they acknowledge it."""

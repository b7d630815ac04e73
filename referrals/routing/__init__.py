"""Which contact point a case is sent to, and why."""

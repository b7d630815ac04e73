"""The way out: directory, routing, referrals and the portal."""

"""Referrals and the directory for other programs: staff's own, and the systems of municipalities."""

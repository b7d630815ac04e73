"""Municipalities' own systems: which of them may speak to us, for which contact points, with which secret."""

"""Calls, as most projects would keep them."""

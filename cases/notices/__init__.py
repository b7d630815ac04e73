"""Notices: telling a user that something happened, by reference only."""

"""A second look: a colleague opens a case for a while, to answer one question about it."""

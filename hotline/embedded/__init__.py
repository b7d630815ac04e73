"""A private PostgreSQL for the demo and the tests: a database backend that starts its own server."""

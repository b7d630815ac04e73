"""Every call becomes one record with exactly one outcome."""

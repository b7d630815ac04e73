"""Benchmarks: what the intake and the live board cost, beside what they could cost. They never gate a test."""

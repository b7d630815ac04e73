"""Figures in two classes: operational ones in full, ones about persons protected."""

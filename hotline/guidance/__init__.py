"""What helps a counsellor while a caller speaks: short texts, checklists, the knowledge shelf and news."""

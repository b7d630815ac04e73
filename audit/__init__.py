"""The foundation: who did what, when; append-only and proven."""

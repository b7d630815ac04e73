"""A function's first day: invited by the first referral, let in by a letter's link and a code read out by phone."""

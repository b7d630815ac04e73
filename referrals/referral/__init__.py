"""One referral: its states, its moves and what leaves with it."""

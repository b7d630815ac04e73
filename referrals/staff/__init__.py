"""What the line's own staff see of referrals and of the directory."""

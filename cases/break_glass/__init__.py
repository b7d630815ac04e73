"""Emergency opening: a case is opened without assignment, with a reason, for a while, and looked at afterwards."""

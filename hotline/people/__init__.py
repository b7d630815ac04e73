"""Who works here: roles, invitations, sign-in, sessions and saying goodbye."""

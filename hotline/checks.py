"""System checks of the whole house."""

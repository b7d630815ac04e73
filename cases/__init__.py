"""The rooms: contacts, cases, notes and the vault."""

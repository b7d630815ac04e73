"""The pages of the room: find, ask the form, call one service, render."""

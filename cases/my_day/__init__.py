"""My day: what waits for one person today, from every room, and the letter that says so without saying what."""

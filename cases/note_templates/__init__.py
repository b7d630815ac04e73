"""Note templates: headings to write a note under, in both languages, versioned."""

"""One file for each change of a section's tables."""

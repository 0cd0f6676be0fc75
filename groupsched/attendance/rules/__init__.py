"""The rules of attendance, by subject: marks, times, names, tally."""

"""Who cares for whom: the care team of a person, by date."""

"""Moving through time: the walk, its stops, the scale on which they are drawn."""

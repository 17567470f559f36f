"""What the screens are made of, one file for each thing shown."""

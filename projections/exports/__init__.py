"""What leaves the program as a file for others, one format a module, with one door a format for outside text."""

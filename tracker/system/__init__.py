"""What the machine gives: processes, files, memory."""

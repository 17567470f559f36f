"""Entries and logs that go from place to place: bundles, copies, backups."""

"""What can be said: pure functions from the claims that stand at a cut to frozen views of a negotiation.

No module here reads a clock or knows a screen; the same log and the same cut give the same answer to everyone.
"""

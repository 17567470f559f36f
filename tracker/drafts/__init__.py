"""Drafts: proposals that wait for a person, in a queue beside the log; none of them changes what can be said."""

"""The screens: the workspace, and what opens over it."""

"""A script as the rules see it: its task calls in either style, and what its names hold."""

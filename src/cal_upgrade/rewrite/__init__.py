"""Rewrites task calls by the rules, and keeps account of every edit."""

"""Shows what was done to scripts: text, unified diff, page, JSON, SARIF and annotations, from the same records."""

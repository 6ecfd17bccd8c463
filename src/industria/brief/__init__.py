"""Prose, tables and figures bound to a run."""

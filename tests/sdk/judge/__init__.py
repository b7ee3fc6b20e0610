"""Judges two recordings: whether the new program asks Azure ML for what the old one asked Batch AI for.

Needs nothing but Python: recordings are JSON, and what a job starts is found out by a shell (see `node`).
"""

# needs: from isodate import parse_datetime
def as_time(text):
    """A time, which Azure ML gives as text."""
    return parse_datetime(text) if text else None

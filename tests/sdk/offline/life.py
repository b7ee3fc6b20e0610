"""The life of a job that nobody runs: each look at it finds it one step further, up to the end."""

# Azure ML's words.
STEPS = ("Queued", "Running", "Completed")


class Lives:
    """Jobs by name and how often they were looked at."""

    def __init__(self, steps=STEPS):
        self._steps = steps
        self._looks = {}
        self._canceled = {}

    def look(self, name):
        """The state now; the next look finds the next one."""
        looks = self._looks.get(name, 0)
        self._looks[name] = looks + 1
        return self._canceled.get(name) or self._steps[min(looks, len(self._steps) - 1)]

    def cancel(self, name, state):
        """Somebody ends the job, if it has not ended by itself."""
        if self._looks.get(name, 0) < len(self._steps):
            self._canceled[name] = state

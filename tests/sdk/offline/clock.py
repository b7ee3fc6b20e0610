"""Time and chance as a script sees them: frozen, so that a recording is the same on every run.

When the script sleeps, the frozen clock moves and no time passes, so loops with a deadline still end. Sleeps of the SDKs
take no time either, but do not move it: how often their threads poll is chance.
"""

import builtins
import datetime
import random
import time
import types
import uuid

REAL_DATETIME = datetime.datetime
REAL_DATE = datetime.date


class Clock:
    """A clock that stands still except when the script sleeps."""

    def __init__(self, now):
        self.moment = REAL_DATETIME.fromisoformat(now).replace(tzinfo=datetime.timezone.utc)

    def sleep(self, seconds=0):
        self.moment += datetime.timedelta(seconds=float(seconds))

    def time(self):
        return self.moment.timestamp()


def freeze(clock, folder):
    """Freezes dates, sleeping and randomness for the process, and the `time` module for code in the folder.

    SDKs and the standard library keep the real `time`: their loops with a deadline would never end.
    """
    datetime.datetime = _frozen_datetime(clock)
    datetime.date = _frozen_date(clock)
    real_sleep = time.sleep
    time.sleep = lambda seconds=0: real_sleep(0)
    _give_time(folder, _frozen_time_module(clock))
    _seed_chance()


def _give_time(folder, frozen):
    original = builtins.__import__

    def importing(name, globals=None, locals=None, fromlist=(), level=0):
        if name == "time" and str((globals or {}).get("__file__", "")).startswith(str(folder)):
            return frozen
        return original(name, globals, locals, fromlist, level)

    builtins.__import__ = importing


def _frozen_time_module(clock):
    frozen = types.ModuleType("time")
    frozen.__dict__.update({name: value for name, value in vars(time).items() if not name.startswith("__")})
    frozen.time = frozen.perf_counter = frozen.monotonic = clock.time
    frozen.sleep = clock.sleep
    frozen.gmtime = lambda seconds=None: time.gmtime(clock.time() if seconds is None else seconds)
    frozen.localtime = lambda seconds=None: time.gmtime(clock.time() if seconds is None else seconds)
    frozen.ctime = lambda seconds=None: time.asctime(frozen.gmtime(seconds))
    frozen.strftime = lambda layout, moment=None: time.strftime(layout, moment or frozen.gmtime())
    return frozen


def _frozen_datetime(clock):
    class Frozen(type):
        def __instancecheck__(cls, value):
            return isinstance(value, REAL_DATETIME)

        def __subclasscheck__(cls, other):
            return issubclass(other, REAL_DATETIME)

    class datetime_(REAL_DATETIME, metaclass=Frozen):
        @classmethod
        def now(cls, tz=None):
            return clock.moment.astimezone(tz) if tz else clock.moment.replace(tzinfo=None)

        @classmethod
        def utcnow(cls):
            return clock.moment.replace(tzinfo=None)

        @classmethod
        def today(cls):
            return cls.now()

    datetime_.__name__ = datetime_.__qualname__ = "datetime"
    return datetime_


def _frozen_date(clock):
    class Frozen(type):
        def __instancecheck__(cls, value):
            return isinstance(value, REAL_DATE)

        def __subclasscheck__(cls, other):
            return issubclass(other, REAL_DATE)

    class date_(REAL_DATE, metaclass=Frozen):
        @classmethod
        def today(cls):
            return clock.moment.date()

    date_.__name__ = date_.__qualname__ = "date"
    return date_


def _seed_chance():
    random.seed(0)
    numbers = random.Random(0)
    uuid.uuid4 = lambda: uuid.UUID(int=numbers.getrandbits(128), version=4)

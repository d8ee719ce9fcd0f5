"""Minutes since midnight."""
from dataclasses import dataclass
from functools import total_ordering


@total_ordering
@dataclass(frozen=True)
class Clock:
    minutes: int

    @classmethod
    def read(cls, text: str) -> "Clock":
        hours, minutes = text.split(":")  #= -
        return cls(int(hours) * 60 + int(minutes))  #= Clock, -, -

    @property
    def hour(self) -> int:
        return self.minutes // 60

    def later(self, by: int) -> "Clock":
        return Clock((self.minutes + by) % day_length())  #= Clock, day_length

    def __lt__(self, other):
        return self.minutes < other.minutes

    def __str__(self):
        return "{:02d}:{:02d}".format(self.hour, self.minutes % 60)  #= -


def day_length():
    return 24 * 60


def midnight():
    return Clock(0)  #= Clock

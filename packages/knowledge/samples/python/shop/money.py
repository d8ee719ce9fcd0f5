"""Amounts in cents."""
import functools
import math as m


class Money:
    def __init__(self, cents):
        self.cents = cents

    def plus(self, other: "Money") -> "Money":
        return Money(self.cents + other.cents)  #= Money

    def times(self, factor) -> "Money":
        return Money(rounded(self.cents * factor))  #= Money, rounded

    def is_zero(self) -> bool:
        return self.cents == 0

    def less(self, other: "Money") -> bool:
        return self.compare(other) < 0  #= Money.compare

    def compare(self, other: "Money") -> int:
        return sign(self.cents - other.cents)  #= sign

    def __str__(self):
        return format_cents(self.cents)  #= format_cents


def zero() -> Money:
    return Money(0)  #= Money


def rounded(value):
    return m.floor(value + 0.5)  #= -


def sign(value):
    return (value > 0) - (value < 0)


@functools.cache
def format_cents(cents):
    whole, rest = divmod(cents, 100)  #= -
    return f"{whole}.{pad(rest)}"  #= pad


def pad(value):
    return str(value).rjust(2, "0")  #= -, -


def total(amounts: list[Money]) -> Money:
    result = zero()  #= zero
    for one in amounts:
        result = result.plus(one)  #= Money.plus
    return result

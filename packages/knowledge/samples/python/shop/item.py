from __future__ import annotations

import dataclasses
from typing import Callable, Iterable, Optional

from . import money


class Priced:
    def price(self) -> money.Money:
        raise NotImplementedError(self)  #= -

    def label(self) -> str:
        return self.describe() + str(self.price())  #= Priced.describe, -, Priced.price

    def describe(self) -> str:
        return type(self).__name__.lower()  #= -, -


@dataclasses.dataclass  #= -
class Item(Priced):
    name: str
    cents: int
    owner: Optional[Owner] = None

    def price(self) -> money.Money:
        return money.Money(self.cents)  #= Money

    def describe(self) -> str:
        base = super().describe()  #= -, Priced.describe
        return base.upper() + self._suffix()  #= -, Item._suffix

    def _suffix(self) -> str:
        if self.owner:
            return self.owner.full_name()  #= Owner.full_name
        return ""

    @classmethod
    def parse(cls, text: str) -> Item:
        name, cents = text.split(":")  #= -
        return cls(name.strip(), int(cents))  #= Item, -, -

    @staticmethod
    def free(name: str) -> Item:
        return Item(name, 0)  #= Item

    @property
    def is_free(self) -> bool:
        return self.price().is_zero()  #= Item.price, Money.is_zero

    def copy(self) -> Item:
        return Item.parse(f"{self.name}:{self.cents}")  #= Item.parse


class Bundle(Item):
    def __init__(self, items: list[Item]):
        super().__init__("bundle", 0)  #= -, -
        self.items = items
        self.first = items[0]

    def price(self) -> money.Money:
        total = money.zero()  #= zero
        for item in self.items:
            total = total.plus(item.price())  #= Money.plus, Item.price
        return total.times(0.9)  #= Money.times

    def cheapest(self) -> Item:
        best = self.first
        for item in self.items:
            if item.price().less(best.price()):  #= Item.price, Money.less, Item.price
                best = item
        return best

    def labels(self) -> list[str]:
        return [item.label() for item in self.items]  #= Priced.label

    def apply(self, change: Callable[[Item], Item]) -> Bundle:
        return Bundle([change(item) for item in self.items])  #= Bundle, -


class Owner:
    def __init__(self, first: str, last: str):
        self.first = first
        self.last = last
        self.items: dict[str, Item] = {}

    def full_name(self) -> str:
        return " ".join([self.first, self.last])  #= -

    def own(self, item: Item) -> Owner:
        self.items[item.name] = item
        item.owner = self
        return self

    def worth(self) -> money.Money:
        total = money.zero()  #= zero
        for item in self.items.values():  #= -
            total = total.plus(item.price())  #= Money.plus, Item.price
        return total

    def find(self, name: str) -> Optional[Item]:
        return self.items.get(name)  #= -


def cheapest(items: Iterable[Item]) -> Item:
    return Bundle(list(items)).cheapest()  #= Bundle, -, Bundle.cheapest


def free_items(items: list[Item]) -> list[Item]:
    return [one for one in items if one.is_free and one.copy()]  #= Item.copy

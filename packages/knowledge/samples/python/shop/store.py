import os
from typing import Protocol

import shop.money as money
from shop.item import Bundle, Item, Owner, cheapest, free_items
from shop.ledger import Ledger, NullSink, Sink
from shop import item as items


class Alarm(Protocol):
    def ring(self, why: str) -> None: ...


class Bell:
    def ring(self, why: str) -> None:
        print(why)  #= -

    def silent(self) -> "Bell":
        return self


class Shop:
    def __init__(self, name: str, alarm: Alarm):
        self.name = name
        self.alarm = alarm
        self.ledger = Ledger()  #= Ledger
        self.stock: dict[str, Item] = {}
        self.rules = Rules(self)  #= Rules

    @classmethod
    def named(cls, name: str) -> "Shop":
        shop = cls(name, make_bell())  #= Shop, make_bell
        shop.fill()  #= Shop.fill
        return shop

    def fill(self) -> None:
        for line in read_lines(self.name):  #= read_lines
            self.put(Item.parse(line))  #= Shop.put, Item.parse
        self.put(items.Item.free("bag"))  #= Shop.put, Item.free

    def put(self, item: Item) -> None:
        self.stock[item.name] = item
        if not self.rules.allows(item):  #= Rules.allows
            self.alarm.ring(item.describe())  #= Alarm.ring, Item.describe

    def sell(self, name: str) -> money.Money:
        item = self.stock[name]
        entry = self.ledger.add(item)  #= Ledger.add
        self.report(entry.text())  #= Shop.report, Entry.text
        return entry.amount.times(1.2)  #= Money.times

    def report(self, text: str) -> None:
        with self.ledger.batch() as ledger:  #= Ledger.batch
            ledger.last_text()  #= Ledger.last_text
        print(text)  #= -

    def bundle(self, *names: str) -> Bundle:
        chosen = [self.stock[one] for one in names]
        made = Bundle(chosen)  #= Bundle
        made.cheapest().describe()  #= Bundle.cheapest, Item.describe
        return made

    def offers(self):
        made = self.bundle("a", "b")  #= Shop.bundle
        for text in made.labels():  #= Bundle.labels
            yield text
        yield cheapest(self.stock.values()).label()  #= cheapest, -, Priced.label

    def close(self) -> str:
        def last_words():
            return self.ledger.dump()  #= Ledger.dump

        self.ledger.sink = NullSink("end")  #= NullSink
        self.ledger.sum().is_zero()  #= Ledger.sum, Money.is_zero
        return last_words()  #= Shop.close.last_words


class Rules:
    def __init__(self, shop: Shop):
        self.shop = shop
        self.checks = [self.is_named, is_cheap]

    def allows(self, item: Item) -> bool:
        return self.is_named(item) and is_cheap(item)  #= Rules.is_named, is_cheap

    def is_named(self, item: Item) -> bool:
        return bool(item.name) and not self.shop.name.startswith("x")  #= -, -

    def all(self, item: Item) -> bool:
        return all(check(item) for check in self.checks)  #= -, -


def is_cheap(item: Item) -> bool:
    return item.price().less(LIMIT)  #= Item.price, Money.less


LIMIT = money.Money(10_000)  #= Money


def make_bell() -> Bell:
    bell = Bell()  #= Bell
    return bell.silent()  #= Bell.silent


def read_lines(name):
    path = os.path.join("stock", name)  #= -
    with open(path) as file:  #= -
        return file.read().splitlines()  #= -, -


def audit(shop: Shop) -> None:
    owner = Owner("A", "B")  #= Owner
    owner.own(shop.stock["a"]).own(shop.stock["b"])  #= Owner.own, Owner.own
    owner.worth().compare(shop.ledger.owed(owner))  #= Owner.worth, Money.compare, Ledger.owed
    found = owner.find("a")  #= Owner.find
    if found is not None:
        found.label()  #= Priced.label
    shop.rules.all(found)  #= Rules.all
    shop.ledger.sink.write("end")  #= Sink.write
    for one in free_items(list(shop.stock.values())):  #= free_items, -, -
        one.price().is_zero()  #= Item.price, Money.is_zero
    lookup = {"sell": shop.sell, "put": shop.put}
    lookup["sell"]("a")  #= Shop.sell
    shop.ledger.each(lambda entry: entry.text())  #= Ledger.each, Entry.text
    sorted(shop.stock.values(), key=lambda one: one.price())  #= -, -, Item.price


def main():
    shop = Shop.named(os.environ["SHOP"])  #= Shop.named
    audit(shop)  #= audit
    shop.sell("a").plus(money.zero())  #= Shop.sell, Money.plus, zero
    for text in shop.offers():  #= Shop.offers
        print(text.upper())  #= -, -
    print(shop.close())  #= -, Shop.close
    Bell().ring("done")  #= Bell, Bell.ring
    getattr(shop, "report")("x")  #= -, -


if __name__ == "__main__":
    main()  #= main

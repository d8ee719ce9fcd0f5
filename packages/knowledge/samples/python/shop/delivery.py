"""Parcels on their way: generators, context managers, operators, nested classes."""
import heapq
import random

from shop import DEFAULT_TAX
from shop.item import Bundle, Item
from shop.money import Money, format_cents as show
import shop.ledger


class Route:
    class Stop:
        def __init__(self, place):
            self.place = place

        def name(self):
            return self.place.title()  #= -

    def __init__(self):
        self.stops = [Route.Stop("a"), Route.Stop("b")]  #= Route.Stop, Route.Stop
        self.cache = {}

    def names(self):
        for stop in self.stops:
            yield stop.name()  #= Route.Stop.name

    def first(self) -> "Route.Stop":
        return self.stops[0]

    def __len__(self):
        return len(self.stops)  #= -

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.clear()  #= Route.clear

    def clear(self):
        self.cache.clear()  #= -


class Parcel:
    def __init__(self, items: list[Item], route: Route | None = None):
        self.items = items
        self.route = route or Route()  #= Route
        self.bundle = Bundle(items)  #= Bundle

    def cost(self) -> Money:
        base = self.bundle.price()  #= Bundle.price
        return base.times(1 + DEFAULT_TAX)  #= Money.times

    def send(self):
        with self.route as route:
            list(route.names())  #= -, Route.names
        if self.cost().is_zero():  #= Parcel.cost, Money.is_zero
            raise Lost(self)  #= Lost
        return show(self.cost().cents)  #= format_cents, Parcel.cost

    def start(self):
        return self.route.first().name()  #= Route.first, Route.Stop.name


class Lost(Exception):
    def __init__(self, parcel: Parcel):
        super().__init__("lost")  #= -, -
        self.parcel = parcel

    def again(self):
        return self.parcel.send()  #= Parcel.send


def send_all(parcels: list[Parcel]):
    ledger = shop.ledger.Ledger()  #= Ledger
    for at, parcel in enumerate(parcels):  #= -
        try:
            parcel.send()  #= Parcel.send
        except Lost as lost:
            lost.again()  #= Lost.again
        ledger.add(parcel.bundle)  #= Ledger.add
    queue = [(one.cost().cents, one) for one in parcels]  #= Parcel.cost
    heapq.heapify(queue)  #= -
    random.shuffle(parcels)  #= -
    return ledger.sum()  #= Ledger.sum

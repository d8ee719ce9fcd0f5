import json
import logging
from collections import defaultdict
from contextlib import contextmanager

from .item import Item, Owner as Person
from .money import Money, total, zero as nothing

log = logging.getLogger(__name__)  #= -


class Entry:
    def __init__(self, item: Item, amount: Money):
        self.item = item
        self.amount = amount

    def text(self) -> str:
        return self.item.label() + str(self.amount)  #= Priced.label, -


class Ledger:
    LIMIT = 100

    def __init__(self):
        self.entries: list[Entry] = []
        self.by_owner = defaultdict(list)  #= -
        self.sink = Sink("ledger")  #= Sink

    def add(self, item: Item) -> Entry:
        entry = Entry(item, item.price())  #= Entry, Item.price
        self.entries.append(entry)  #= -
        self._note(entry)  #= Ledger._note
        return entry

    def _note(self, entry: Entry) -> None:
        log.info(entry.text())  #= -, Entry.text
        self.sink.write(entry.text())  #= Sink.write, Entry.text

    def sum(self) -> Money:
        return total([one.amount for one in self.entries])  #= total

    def owed(self, person: Person) -> Money:
        amount = nothing()  #= zero
        for entry in self.entries:
            if entry.item.owner is person:
                amount = amount.plus(entry.amount)  #= Money.plus
        return amount

    def dump(self) -> str:
        return json.dumps([one.text() for one in self.entries])  #= -, Entry.text

    def last(self) -> Entry:
        return self.entries[-1]

    def last_text(self) -> str:
        return self.last().text()  #= Ledger.last, Entry.text

    @contextmanager
    def batch(self):
        yield self
        self.sink.flush()  #= Sink.flush

    def each(self, run):
        for entry in self.entries:
            run(entry)  #= -


class Sink:
    def __init__(self, name):
        self.name = name
        self.lines = []

    def write(self, line):
        self.lines.append(line)  #= -
        if len(self.lines) > Ledger.LIMIT:  #= -
            self.flush()  #= Sink.flush

    def flush(self):
        for line in self.lines:
            print(line)  #= -
        self.lines.clear()  #= -


class NullSink(Sink):
    def write(self, line):
        self.count()  #= NullSink.count

    def count(self):
        return len(self.lines)  #= -

    def both(self, line):
        super().write(line)  #= -, Sink.write
        Sink.flush(self)  #= Sink.flush

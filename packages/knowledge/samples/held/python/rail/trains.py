"""Trains, their stops and delays."""
import json
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Iterator, Optional

from rail import Clock
from rail.clock import midnight


class Vehicle(ABC):
    def __init__(self, number: str):
        self.number = number

    @abstractmethod
    def seats(self) -> int: ...

    def is_large(self):
        return self.seats() > 300  #= Vehicle.seats


class Stop:
    def __init__(self, station: str, at: Clock):
        self.station = station
        self.at = at
        self.delay = 0

    def expected(self) -> Clock:
        return self.at.later(self.delay)  #= Clock.later

    def matches(self, word: str) -> bool:
        return word.lower() in self.station.lower()  #= -, -


class Train(Vehicle):
    coaches = 4

    def __init__(self, number: str, stops: Optional[list[Stop]] = None):
        super().__init__(number)  #= -, Vehicle.__init__
        self._stops = stops or []

    def seats(self):
        return self.coaches * 80

    def __iter__(self) -> Iterator[Stop]:
        return iter(self._stops)  #= -

    def first(self) -> Stop:
        return self._stops[0]

    def start(self) -> Clock:
        return self.first().expected()  #= Train.first, Stop.expected

    def delay_all(self, by: int) -> None:
        for stop in self._stops:
            stop.delay += by
            note("late", stop.expected())  #= note, Stop.expected

    def find(self, word: str) -> Optional[Stop]:
        return next((one for one in self._stops if one.matches(word)), None)  #= -, Stop.matches


class NightTrain(Train):
    def seats(self):
        return super().seats() // 2  #= -, Train.seats

    def start(self):
        if not self._stops:
            return midnight()  #= midnight
        return Train.start(self)  #= Train.start


def note(kind, what):
    print(kind, what)  #= -


def load(path: Path) -> dict[str, Train]:
    rows = json.loads(path.read_text())  #= -, -
    trains = {}
    for number, stops in rows.items():  #= -
        made = Train(number, [parse_stop(one) for one in stops])  #= Train, parse_stop
        trains[made.number] = made
    return trains


def parse_stop(row) -> Stop:
    return Stop(row["station"], Clock.read(row["at"]))  #= Stop, Clock.read


def earliest(trains: dict[str, Train]) -> Train:
    best = min(trains.values(), key=lambda one: one.start())  #= -, -, Train.start
    best.delay_all(0)  #= Train.delay_all
    return best


def main():
    trains = load(Path("trains.json"))  #= load, -
    night = NightTrain("N1")  #= NightTrain
    night.start()  #= NightTrain.start
    if night.is_large():  #= Vehicle.is_large
        note("large", night.number)  #= note
    found = trains["1"].find("north")  #= Train.find
    if found:
        note("found", found.expected())  #= note, Stop.expected


if __name__ == "__main__":
    main()  #= main

"""The figures of the benchmark: each a row with its least, middle and greatest, and the goal of the README beside it."""

import statistics

WIDTH = 50


class Row:
    """
    One thing over the rounds. Goals are for the middle one; `times` is a goal for the ratio to the bare program of the
    same round, `most` one for the value itself.
    """

    def __init__(self, name, unit, most=None, times=None):
        self.name, self.unit, self.most, self.times = name, unit, most, times
        self.values, self.bare = [], []

    def add(self, value, bare=None):
        self.values.append(value)
        if bare is not None:
            self.bare.append(bare)

    def ratios(self):
        return [value / bare for value, bare in zip(self.values, self.bare)]

    def is_met(self):
        """None where there is no goal."""
        if self.times is not None:
            return statistics.median(self.ratios()) <= self.times
        return statistics.median(self.values) <= self.most if self.most is not None else None

    def text(self):
        text = f"{self.name:{WIDTH}} {spread(self.values, 9)} {self.unit:4}"
        text += f" {statistics.median(self.bare):9.2f} {spread(self.ratios(), 5)}" if self.bare else " " * 28
        if self.is_met() is None:
            return text.rstrip()
        goal = f"{self.times:g} times" if self.times is not None else f"{self.most:g} {self.unit}"
        return f"{text}  {goal:10} {'met' if self.is_met() else 'NOT MET'}"


def spread(values, width):
    return " ".join(f"{value:{width}.2f}" for value in (min(values), statistics.median(values), max(values)))


HEAD = f"{'':{WIDTH}} {'min':>9} {'median':>9} {'max':>9}      {'bare':>9} {'ratio: min, median, max':>23}  at most"


class Table:
    """Prints each row as soon as it is there."""

    def __init__(self):
        self.rows = []
        print(HEAD, flush=True)

    def show(self, *rows):
        for row in rows:
            self.rows.append(row)
            print(row.text(), flush=True)

    def median(self, name):
        return next((statistics.median(row.values) for row in self.rows if row.name == name), None)

    def end(self):
        goals = [row for row in self.rows if row.is_met() is not None]
        missed = [row.name.strip() for row in goals if not row.is_met()]
        print(f"{len(goals) - len(missed)} of {len(goals)} goals met" + "".join(f"; not: {name}" for name in missed))

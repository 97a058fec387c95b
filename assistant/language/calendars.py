"""Days, months and years in the Gregorian and the Hijri (Umm al-Qura) calendar."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Final, Literal

from hijridate import Gregorian, Hijri

Calendar = Literal["gregorian", "hijri"]
CALENDARS: Final[tuple[Calendar, ...]] = ("gregorian", "hijri")


@dataclass(frozen=True)
class PartialDate:
    """A date of which a text may state only parts; at least one part is there."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    calendar: Calendar = "gregorian"

    @property
    def is_possible(self) -> bool:
        """Whether a calendar has this date."""
        longest = 30 if self.calendar == "hijri" else 31
        if not (1 <= (self.month or 1) <= 12 and 1 <= (self.day or 1) <= longest):
            return False
        if self.year is None or self.month is None or self.day is None:
            return True
        if self.calendar == "hijri":
            return True
        try:
            datetime.date(self.year, self.month, self.day)
        except ValueError:
            return False
        return True

    def in_calendar(self, calendar: Calendar) -> PartialDate:
        """The same day in a calendar; itself where parts are missing or out of its tables."""
        if self.calendar == calendar:
            return self
        if self.year is None or self.month is None or self.day is None:
            return self
        try:
            if calendar == "gregorian":
                day = Hijri(self.year, self.month, self.day).to_gregorian()
                return PartialDate(day.year, day.month, day.day)
            hijri = Gregorian(self.year, self.month, self.day).to_hijri()
        except (ValueError, OverflowError):
            return self
        return PartialDate(hijri.year, hijri.month, hijri.day, "hijri")

    def states(self, other: PartialDate) -> bool:
        """Whether this date agrees with every part that another one states."""
        mine = self.in_calendar(other.calendar)
        if mine.calendar != other.calendar:
            return False
        return all(
            stated is None or stated == known
            for stated, known in (
                (other.year, mine.year),
                (other.month, mine.month),
                (other.day, mine.day),
            )
        )


def day_number(day: datetime.date) -> int:
    """A day of the Gregorian calendar as a number (20260911)."""
    return day.year * 10_000 + day.month * 100 + day.day


def day_before(day: int) -> int:
    """The day before one, both as numbers (20260911)."""
    date = datetime.date(day // 10_000, day // 100 % 100, day % 100)
    return day_number(date - datetime.timedelta(days=1))

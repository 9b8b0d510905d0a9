"""Totals of some months, as a door would have counted them."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from signpost.counts.measures import ALL, Key
from signpost.counts.periods import Period, period_of
from signpost.register.opening import UK

# How often each value comes among the messages of a day, beginning with the commonest.
_SHARES = {
    "hours": {"out_of_office": 5, "office": 4},
    "channel": {"web": 8, "sms": 1},
    "audience": {"unknown": 5, "child": 4, "parent": 3, "professional": 1},
    "outcome": {"advice": 12, "talk": 4, "fallback": 3, "999": 2, "check_in": 2, "CEOP": 1},
    "concern": {"cyberbullying": 5, "sextortion": 3, "screen_time": 2, "scam_fraud": 1},
}


def last_month() -> Period:
    """The month that is over since the first of this one."""
    return period_of("month", datetime.now(UK).date()).before()


def of_month(month: Period) -> Counter[Key]:
    """The totals of a month: fewer messages at its weekends."""
    counted: Counter[Key] = Counter()
    for day in month.days():
        messages = 9 if day.weekday() > 4 else 20 + (day.day * 7) % 13
        counted += of_day(day, messages)
    return counted


def of_day(day: date, messages: int) -> Counter[Key]:
    """The totals of one day."""
    counted = Counter({Key(day, "messages", ALL): messages})
    counted[Key(day, "feedback", "helpful")] = messages // 5
    advice = 0
    for measure, shares in _SHARES.items():
        values = [value for value, share in shares.items() for _ in range(share)]
        number = advice if measure == "concern" else messages
        for place in range(number):
            counted[Key(day, measure, values[place * 5 % len(values)])] += 1
        if measure == "outcome":
            advice = counted[Key(day, "outcome", "advice")]
    return counted


def of_months(number: int) -> Counter[Key]:
    """The totals of the last months that are over, and of yesterday."""
    counted: Counter[Key] = Counter()
    month = last_month()
    for _ in range(number):
        counted += of_month(month)
        month = month.before()
    return counted + of_day(datetime.now(UK).date() - timedelta(days=1), 30)

"""Which device is in the hand of who adds a calendar: its own way is shown first."""

from enum import StrEnum


class CalendarDevice(StrEnum):
    """What somebody holds; `OTHER` where the browser does not say it."""

    APPLE = "apple"
    ANDROID = "android"
    WINDOWS = "windows"
    OTHER = "other"


# An iPad says that it is a Mac, and what Android says begins with Linux: the order of these is no matter.
_SAID_BY = {
    CalendarDevice.APPLE: ("iPhone", "iPad", "iPod", "Macintosh"),
    CalendarDevice.ANDROID: ("Android",),
    CalendarDevice.WINDOWS: ("Windows NT",),
}


def device_of(agent: str) -> CalendarDevice:
    """The device by what its browser says of itself (RFC 9110, User-Agent).

    >>> device_of("Mozilla/5.0 (Linux; Android 14) Chrome/126.0"), device_of("")
    (<CalendarDevice.ANDROID: 'android'>, <CalendarDevice.OTHER: 'other'>)
    """
    return next(
        (device for device, words in _SAID_BY.items() if any(word in agent for word in words)),
        CalendarDevice.OTHER,
    )

"""Our own icons: a 24-unit grid, 2-unit strokes. `python -m tinhso.foundation.ui.icons` writes the sprite."""

# ruff: noqa: E501

from pathlib import Path

# One drawing per name: path data of strokes ("d"), several strokes separated by a space and an upper-case M.
ICONS: dict[str, str] = {
    # Saying how things stand
    "check": "M5 12.5l4.5 4.5L19 7.5",
    "check-circle": "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M8 12.3l2.8 2.8L16 9.7",
    "cross": "M6 6l12 12M18 6L6 18",
    "cross-circle": "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M9 9l6 6M15 9l-6 6",
    "info": "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 11v5.5M12 7.6v.1",
    "warn": "M12 4L2.8 19.5h18.4zM12 10v4.5M12 17v.1",
    "alarm": "M8.5 4v10M8.5 19v.2M15.5 4v10M15.5 19v.2",
    "behind": "M5 8h14l-7 9z",
    "ahead": "M5 16l5-5l3.5 3.5L20 8M15 7.5h5v5",
    "up": "M12 19V5M6 11l6-6l6 6",
    "down": "M12 5v14M6 13l6 6l6-6",
    "flat": "M4 12h16M15 7l5 5l-5 5",
    "none": "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M5.8 18.2L18.2 5.8",
    "ended": "M5 4v16M5 5h12l-2.5 4L17 13H5",
    "simulated": "M9 3h6M10 3v6L4.8 18.5A1.7 1.7 0 0 0 6.3 21h11.4a1.7 1.7 0 0 0 1.5-2.5L14 9V3M7.5 15h9",
    "pause": "M8.5 5v14M15.5 5v14",
    "clock": "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 7.5V12l3 2",
    "hourglass": "M6 3h12M6 21h12M7.5 3v3.5L12 12l4.5-5.5V3M7.5 21v-3.5L12 12l4.5 5.5V21",
    "shield": "M12 3l7.5 3v5.5c0 4.5-3 8-7.5 9.5c-4.5-1.5-7.5-5-7.5-9.5V6z",
    "shield-check": "M12 3l7.5 3v5.5c0 4.5-3 8-7.5 9.5c-4.5-1.5-7.5-5-7.5-9.5V6zM8.5 12l2.5 2.5l4.5-4.5",
    "lock": "M6 11h12v9.5H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
    # Going somewhere
    "home": "M4 11l8-7l8 7M6 9.5V20h12V9.5M10 20v-5.5h4V20",
    "search": "M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13M15.3 15.3L20.5 20.5",
    "menu": "M4 7h16M4 12h16M4 17h16",
    "more": "M5 12v.1M12 12v.1M19 12v.1",
    "chevron-right": "M9 5l7 7l-7 7",
    "chevron-left": "M15 5l-7 7l7 7",
    "chevron-down": "M5 9l7 7l7-7",
    "chevron-up": "M5 15l7-7l7 7",
    "arrow-right": "M4 12h16M14 6l6 6l-6 6",
    "arrow-left": "M20 12H4M10 6l-6 6l6 6",
    "external": "M10 5H5v14h14v-5M14 4h6v6M20 4l-9 9",
    "sort": "M8 5v14M4.5 15.5L8 19l3.5-3.5M16 19V5M12.5 8.5L16 5l3.5 3.5",
    "sign-in": "M13 4h6.5v16H13M3.5 12H14M10 8l4 4l-4 4",
    "sign-out": "M11 4H4.5v16H11M9.5 12H20.5M16.5 8l4 4l-4 4",
    "globe": "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M3.5 12h17M12 3c2.8 2.6 4 5.6 4 9s-1.2 6.4-4 9c-2.8-2.6-4-5.6-4-9s1.2-6.4 4-9",
    "sun": "M12 8a4 4 0 1 0 0 8a4 4 0 1 0 0-8M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4",
    "moon": "M20 14.2A8.2 8.2 0 0 1 9.8 4a8.2 8.2 0 1 0 10.2 10.2z",
    # Doing something
    "plus": "M12 5v14M5 12h14",
    "minus": "M5 12h14",
    "edit": "M4 20h4L19.5 8.5l-4-4L4 16zM13 7l4 4",
    "trash": "M4 7h16M9 7V4h6v3M6.5 7l1 13h9l1-13M10 11v5M14 11v5",
    "download": "M12 4v11M7 10.5l5 5l5-5M4 20h16",
    "upload": "M12 16V5M7 9.5l5-5l5 5M4 20h16",
    "attach": "M19 11.5l-7.3 7.3a4.6 4.6 0 0 1-6.5-6.5L13 4.5a3 3 0 0 1 4.3 4.3l-7.6 7.6a1.5 1.5 0 0 1-2.2-2.1L14.5 7.5",
    "camera": "M3.5 7.5h4l1.5-2.5h6l1.5 2.5h4V19.5h-17zM12 9.8a3.4 3.4 0 1 0 0 6.8a3.4 3.4 0 1 0 0-6.8",
    "print": "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
    "copy": "M9 9h11v11H9zM5.5 15H4V4h11v1.5",
    "refresh": "M19.5 9A8 8 0 0 0 5 8M4.5 4v4.5H9M4.5 15A8 8 0 0 0 19 16M19.5 20v-4.5H15",
    "undo": "M9 6L4.5 10.5L9 15M4.5 10.5H14a5 5 0 0 1 0 10h-3",
    "send": "M20.5 3.5L10 14M20.5 3.5L14 20.5l-4-6.5l-6.5-4z",
    "filter": "M3.5 5h17L14 13v6.5l-4-2V13z",
    "columns": "M4 5h16v14H4zM9.3 5v14M14.7 5v14",
    "density": "M4 5h16M4 9.7h16M4 14.3h16M4 19h16",
    "sign": "M3.5 17c3-7.5 5.5-11 7-10c2 1.5-4 9.5-2 10c1.7.4 3-4 4.5-3.7c1.2.3.2 3 1.7 3c1 0 1.6-1 3-1.3h3M3.5 20.5h17",
    "stamp": "M9.5 13c.3-2-1.5-3.5-1.5-6a4 4 0 0 1 8 0c0 2.5-1.8 4-1.5 6h4V17h-13v-4zM5.5 20.5h13",
    "assign": "M10 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8M3 20c.5-3.5 3.5-5 7-5M15 15.5h6M18 12.5l3 3l-3 3",
    "eye": "M2.5 12c2.5-4.5 5.7-6.5 9.5-6.5s7 2 9.5 6.5c-2.5 4.5-5.7 6.5-9.5 6.5s-7-2-9.5-6.5M12 9a3 3 0 1 0 0 6a3 3 0 1 0 0-6",
    "settings": "M4 7h9M17 7h3M15 5a2 2 0 1 0 0 4a2 2 0 1 0 0-4M4 17h3M11 17h9M9 15a2 2 0 1 0 0 4a2 2 0 1 0 0-4",
    "keyboard": "M3 6.5h18v11H3zM7 10v.1M10.5 10v.1M14 10v.1M17.5 10v.1M7.5 14h9",
    # Things
    "bell": "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5h4",
    "person": "M12 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8M4.5 20.5c.6-4 3.7-5.5 7.5-5.5s6.9 1.5 7.5 5.5",
    "people": "M9 5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7M2.5 19.5c.5-3.5 3-5 6.5-5s6 1.5 6.5 5M15.5 5.3a3.5 3.5 0 0 1 0 6.5M18 14.9c2 .7 3.2 2.2 3.5 4.6",
    "unit": "M3.5 20.5h17M5.5 20.5V9.5h13v11M4 9.5L12 4l8 5.5M9 13v4M12 13v4M15 13v4",
    "document": "M6 3.5h8.5L19 8v12.5H6zM14 3.5V8.5h5M9 13h7M9 16.5h5",
    "dossier": "M3.5 6h6l2 2.5h9v11h-17z",
    "paper": "M6 3.5h12v17H6zM9 8h6M9 12h6M9 16h3",
    "inbox": "M3.5 13.5L6.5 5h11l3 8.5v6h-17zM3.5 13.5h5l1.5 2.5h4l1.5-2.5h5",
    "calendar": "M4 6h16v14H4zM4 10.5h16M8.5 3.5V7M15.5 3.5V7",
    "phone": "M6.5 3.5l3 .8l1 4l-2 1.7a11 11 0 0 0 5.5 5.5l1.7-2l4 1l.8 3c-.5 2-1.7 3-3.5 3C10 20.5 3.5 14 3.5 7c0-1.8 1-3 3-3.5z",
    "mail": "M3.5 6h17v12.5h-17zM3.5 7l8.5 6.5L20.5 7",
    "place": "M12 21c4.5-4.8 6.5-8 6.5-11a6.5 6.5 0 0 0-13 0c0 3 2 6.2 6.5 11M12 7.5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5",
    "map": "M3.5 6.5l5.5-2.5l6 2.5l5.5-2.5v13.5L15 20l-6-2.5L3.5 20zM9 4v13.5M15 6.5V20",
    "chart": "M4 4v16h16M8.5 16v-5M12.5 16V8M16.5 16v-3",
    "table": "M4 5h16v14H4zM4 9.7h16M4 14.3h16M10 9.7V19",
    "target": "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 7.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9M12 12v.1",
    "money": "M3 6.5h18v11H3zM12 9.5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5M6 9.5v.1M18 14.5v.1",
    "key": "M8 12a4 4 0 1 0 0 8a4 4 0 1 0 0-8M11 13.5L20 4.5M16 8.5l2.5 2.5M13.5 11l2 2",
    "qr": "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2M20 14v.1M14 20v.1M18 18h2v2h-2",
    "child": "M12 4a3 3 0 1 0 0 6a3 3 0 1 0 0-6M12 10v6M7 12.5c3 1.5 7 1.5 10 0M9 21l3-5l3 5",
    "heart": "M12 20C6 15.5 3.5 12.5 3.5 9a4.3 4.3 0 0 1 8.5-1.5A4.3 4.3 0 0 1 20.5 9c0 3.5-2.5 6.5-8.5 11z",
    "house": "M4 11l8-7l8 7M6 9.5V20h12V9.5",
    "land": "M3.5 18.5l5-9l3.5 5l3-4.5l5.5 8.5zM16.5 5a1.7 1.7 0 1 0 0 3.4a1.7 1.7 0 1 0 0-3.4",
    "work": "M3.5 8h17v11.5h-17zM8.5 8V5h7v3M3.5 13h17M12 12v2.5",
    "book": "M12 6.5C10 5 7.5 4.5 4 4.5v14c3.5 0 6 .5 8 2c2-1.5 4.5-2 8-2v-14c-3.5 0-6 .5-8 2zM12 6.5v14",
    "leaf": "M5 19c0-9 5-13.5 14.5-14.5C20 14 15.5 19.5 8 18.5M5 20.5c1-4.5 4-8 8.5-10",
    "car": "M4 16.5v-4.5l2-5.5h12l2 5.5v4.5zM4 12h16M6.5 16.5v2.5M17.5 16.5v2.5",
    "star": "M12 3.5l2.6 5.5l6 .8l-4.4 4.2l1.1 6l-5.3-2.9l-5.3 2.9l1.1-6L3.4 9.8l6-.8z",
    "activity": "M3 12h4l3-7.5l4 15l3-7.5h4",
    "link": "M10 14a4 4 0 0 0 5.7 0l3.1-3.1a4 4 0 0 0-5.7-5.7L12 6.3M14 10a4 4 0 0 0-5.7 0l-3.1 3.1a4 4 0 0 0 5.7 5.7l1.1-1.1",
    "help": "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M9.3 9.5a2.7 2.7 0 1 1 3.9 2.4c-.8.4-1.2 1-1.2 1.9M12 17v.1",
}


def sprite() -> str:
    """All drawings as one SVG of <symbol>s."""
    symbols = "".join(
        f'<symbol id="{name}" viewBox="0 0 24 24"><path d="{d}"/></symbol>' for name, d in sorted(ICONS.items())
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>\n'


if __name__ == "__main__":
    (Path(__file__).parent / "static/ui/icons.svg").write_text(sprite(), encoding="utf-8")

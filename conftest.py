pytest_plugins = [
    *(f"tinhso.foundation.testing.{name}" for name in ("plugin", "report", "browser")),
    "tinhso.systems.procedures.testing",
]

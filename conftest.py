pytest_plugins = [
    *(f"tinhso.foundation.testing.{name}" for name in ("plugin", "report", "browser")),
    "tinhso.engines.payments.testing",
    "tinhso.systems.procedures.testing",
    "tinhso.systems.procedures.counter.testing",
    "tinhso.systems.procedures.fees.testing",
]

pytest_plugins = ["tinhso.foundation.testing.plugin", "tinhso.foundation.testing.report"]

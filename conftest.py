pytest_plugins = ["tinhso.foundation.testing.plugin"]

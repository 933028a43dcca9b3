"""Settings of the tests: the same product; cheap hashing of passwords and PINs, memory mail, plain static storage."""

import tempfile
from pathlib import Path

from tinhso.config import env
from tinhso.config.settings import *

DATA_DIR = Path(tempfile.gettempdir()) / "tinhso-test-data"
DEMO = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
PIN_STRETCHING = 2**4
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
ALLOWED_HOSTS = ["*"]
DATABASES["default"]["OPTIONS"].pop("pool", None)
# A test shall not go another way for what ran before it; foundation/database has tests of its own.
DATABASES["default"]["OPTIONS"]["prepare_after"] = env.number("DB_PREPARE_AFTER", 0)
# A database of this name that already has every table is copied for the tests instead of being migrated once more.
if env.text("TEST_TEMPLATE"):
    DATABASES["default"]["TEST"] |= {"TEMPLATE": env.text("TEST_TEMPLATE"), "MIGRATE": False}

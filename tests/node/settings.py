"""The node's settings for tests: a folder of its own, hashes that cost nothing, mail in memory.

TEST_DATABASE_URL names a PostgreSQL to run on instead of SQLite.
"""

import atexit
import os
import shutil
import tempfile

_HOME = tempfile.mkdtemp(prefix="tocsin-tests-")
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
os.environ["TOCSIN_HOME"] = _HOME
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL", "")

from tocsin.node.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "pictures": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pictures"},
}
GALLERY = True
WHITENOISE_AUTOREFRESH = True

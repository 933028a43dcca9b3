"""The web process: granian serves this over WSGI (DESIGN: ASGI cost 1.5 to 2.5 times the CPU on writes)."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
application = get_wsgi_application()
# What is loaded now lives as long as the process; looking through it at each full collection costs tens of
# milliseconds in the middle of somebody's page.
gc.collect()
gc.freeze()
# A page makes tens of thousands of short-lived objects; looking for rings among them every 700 finds none.
gc.set_threshold(50_000, 20, 20)

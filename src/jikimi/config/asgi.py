"""The ASGI application that the server loads."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jikimi.config.settings")
application = get_asgi_application()

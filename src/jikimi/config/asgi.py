"""The ASGI application that the server loads."""

import os

from django.core.asgi import get_asgi_application

from jikimi.config.bodies import with_bounded_bodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jikimi.config.settings")
application = with_bounded_bodies(get_asgi_application())

"""The ASGI application that the server loads."""

import gc
import os

from django.core.asgi import get_asgi_application

from jikimi.config.bodies import with_bounded_bodies
from jikimi.config.failing import with_failures_told
from jikimi.config.lanes import with_a_lane_for_tips

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jikimi.config.settings")
application = with_failures_told(with_bounded_bodies(with_a_lane_for_tips(get_asgi_application())))
# What is loaded by now stays: the collector need not go through all of it again and again.
gc.freeze()

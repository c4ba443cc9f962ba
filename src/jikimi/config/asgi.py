"""The ASGI application that the server loads."""

import gc
import os

gc.disable()  # while so much is loaded nothing of it is garbage: looking costs a fifth of the start

from django.core.asgi import get_asgi_application  # noqa: E402

from jikimi.config.bodies import with_bounded_bodies  # noqa: E402
from jikimi.config.failing import with_failures_told  # noqa: E402
from jikimi.config.lanes import with_a_lane_for_tips  # noqa: E402
from jikimi.config.warming import with_pages_loaded  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jikimi.config.settings")
_pages = with_bounded_bodies(with_a_lane_for_tips(get_asgi_application()))

# Only now are the models there that these know.
from jikimi.api.match.application import beside  # noqa: E402
from jikimi.api.match.service import MatchService  # noqa: E402
from jikimi.exchange.following.connecting import connect_in_match_role  # noqa: E402
from jikimi.exchange.following.here import folder_of_lists, order_key  # noqa: E402

_service = MatchService(connect_in_match_role, folder=folder_of_lists(), key=order_key())
application = with_failures_told(with_pages_loaded(beside(_pages, _service)))
# What is loaded by now stays: the collector need not go through all of it again and again.
gc.freeze()
gc.enable()

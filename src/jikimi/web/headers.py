"""What every answer carries: nothing of it may be kept by a browser or a proxy."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]


# What a page here never needs.
_NEVER_NEEDED = (
    "accelerometer",
    "browsing-topics",
    "camera",
    "clipboard-read",
    "display-capture",
    "geolocation",
    "gyroscope",
    "microphone",
    "payment",
    "usb",
)
_POLICY = ", ".join(f"{feature}=()" for feature in _NEVER_NEEDED)


class NothingIsKept:
    """Middleware: no cache keeps a page, no search engine lists it, no sensor is offered to it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Cache-Control"] = "no-store"
        response["Permissions-Policy"] = _POLICY
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive, nosnippet"
        response["X-DNS-Prefetch-Control"] = "off"
        return response

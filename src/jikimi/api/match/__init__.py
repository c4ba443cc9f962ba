"""The match service: a lean ASGI application beside Django that answers partners."""

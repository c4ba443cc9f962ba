"""Tips from citizens: a link or a room's name, put together by place, read by urgency."""

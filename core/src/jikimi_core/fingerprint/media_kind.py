"""Tells apart files that are no readable picture, so that the error can say what they are."""

from typing import Final

_HEIC_BRANDS: Final = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
)
_VIDEO_STARTS: Final = (
    b"\x1a\x45\xdf\xa3",  # Matroska, WebM
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # Windows Media
    b"\x00\x00\x01\xba",  # MPEG program stream
    b"\x00\x00\x01\xb3",  # MPEG-1 and 2 video
    b"FLV\x01",
    b"OggS",
)
_TRANSPORT_STREAM_PACKET: Final = 188


def is_heic(content: bytes) -> bool:
    """Say whether ``content`` is a HEIC photo, which phones make and Pillow does not read."""
    return content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS


def is_video(content: bytes) -> bool:
    """Say whether ``content`` starts as one of the usual video containers."""
    if content[4:8] == b"ftyp":
        return not is_heic(content)
    if content[:4] == b"RIFF":
        return content[8:12] == b"AVI "
    return content.startswith(_VIDEO_STARTS) or _is_transport_stream(content)


def _is_transport_stream(content: bytes) -> bool:
    starts = content[: 3 * _TRANSPORT_STREAM_PACKET : _TRANSPORT_STREAM_PACKET]
    return starts == b"GGG"

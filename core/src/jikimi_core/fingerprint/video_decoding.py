"""Decodes a video file into the frames that a player shows.

What a viewer sees is what counts: turned as the container says, in RGB, without what an edit list
cuts away, in the colours that a browser would choose. The file may be made to do harm: only usual
containers and codecs are opened, nothing that a file points at is followed, and what FFmpeg raises
stays in here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

import av
import numpy as np
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.reformatter import ColorRange, Interpolation
from av.video.stream import VideoStream
from numpy.typing import NDArray

from jikimi_core.fingerprint.errors import (
    Damaged,
    Empty,
    NotAVideo,
    TooLarge,
    Truncated,
    Unreadable,
)
from jikimi_core.fingerprint.media_kind import is_video

MAX_BYTES: Final = 8 * 1024**3
MAX_SECONDS: Final = 6 * 3600
MAX_PIXELS: Final = 8192 * 4608
"""Of one frame: about 60 MB decoded, of which a codec may hold 16 and more."""

MAX_FRAMES: Final = MAX_SECONDS * 120
"""Frames that are decoded: whatever a header says of the length, the work ends here."""

_CONTAINERS: Final = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,flv,mpegts,mpeg,mpegvideo,asf,ogg"
_CODECS: Final = (
    "h264,hevc,vp8,vp9,libvpx,libvpx-vp9,libdav1d,av1,mpeg4,mpeg1video,mpeg2video,h263,theora,"
    "mjpeg,flv,msmpeg4v1,msmpeg4v2,msmpeg4,wmv1,wmv2,wmv3,vc1,prores,vp6,vp6f"
)
_HEAD_BYTES: Final = 600
_THUMBNAIL: Final = 32
_UNSPECIFIED: Final = 2  # a colour space that the file does not tell
_BT_709, _BT_601 = 1, 5
_LEAST_HD_ROWS: Final = 720
_FULL_CIRCLE: Final = 360
_MISSING_AT_THE_END: Final = 2.0  # seconds


class ShownFrame:
    """A decoded frame and when it appears, in seconds from the start of the video."""

    def __init__(self, frame: av.VideoFrame, t: float) -> None:
        self.t = t
        self._frame = frame

    def pixels(self) -> NDArray[np.uint8]:
        """The frame as it is shown: (rows, columns, 3) RGB."""
        rgb = self._frame.reformat(
            format="rgb24",
            src_colorspace=_colour_space(self._frame),
            dst_color_range=ColorRange.JPEG,
            interpolation=Interpolation.BILINEAR | Interpolation.ACCURATE_RND,
            threads=1,
        )
        return np.rot90(rgb.to_ndarray(), self._frame.rotation // 90)

    def thumbnail(self) -> NDArray[np.int16]:
        """A few of its pixels in grey, to see by how much it differs from another."""
        small = self._frame.reformat(
            width=_THUMBNAIL,
            height=_THUMBNAIL,
            format="gray",
            interpolation=Interpolation.POINT,
            threads=1,
        )
        return small.to_ndarray().astype(np.int16)


class Video:
    """An open video. Its frames are read once."""

    def __init__(self, container: InputContainer, stream: VideoStream) -> None:
        self._container = container
        self._stream = stream
        self._start = (container.start_time or 0) / av.time_base
        self.duration = _length(container)
        """In seconds from its first frame, as the file says; 0 if it does not."""

    def frames(self) -> Iterator[ShownFrame]:
        """Yield every frame that a player shows, in order. Raises TooLarge, Damaged, Truncated."""
        last = -1.0
        for number, frame in enumerate(self._decoded()):
            if number >= MAX_FRAMES:
                raise TooLarge(what="The video has too many frames", limit=MAX_FRAMES, unit="")
            t = last if frame.time is None else frame.time - self._start
            if t > MAX_SECONDS:
                raise _too_long()
            if t > last or last < 0:
                last = max(t, 0.0)
                yield ShownFrame(frame, last)

    def _decoded(self) -> Iterator[av.VideoFrame]:
        end = 0.0
        try:
            for packet in self._container.demux():
                if packet.pts is not None and packet.time_base:
                    after = packet.pts + (packet.duration or 0)
                    end = max(end, float(after * packet.time_base) - self._start)
                if packet.stream is self._stream:
                    yield from _decode(packet)
        except av.FFmpegError as problem:
            raise Truncated("video") from problem
        if self.duration - end > _MISSING_AT_THE_END:
            raise Truncated("video")


@contextmanager
def opened_video(source: str | Path | BinaryIO) -> Iterator[Video]:
    """Open a video file; an open file must be seekable.

    Raises Unreadable, Empty, TooLarge, NotAVideo or Damaged, also for what goes wrong inside.
    """
    try:
        if isinstance(source, str | Path):
            with Path(source).open("rb") as file, _opened(file) as video:
                yield video
        else:
            with _opened(source) as video:
                yield video
    except OSError as problem:
        raise Unreadable(problem.strerror or "unknown reason") from problem
    except (av.FFmpegError, MemoryError) as problem:
        raise Damaged("The video is damaged") from problem


@contextmanager
def _opened(file: BinaryIO) -> Iterator[Video]:
    _check_start_and_size(file)
    with _container(file) as container:
        stream = _moving_picture(container)
        video = Video(container, stream)
        if video.duration > MAX_SECONDS:
            raise _too_long()
        yield video


# Matroska's duration (RFC 9559, 5.1.2.10), as FFmpeg and browsers write it, counts from 0 however
# late the first frame comes; elsewhere FFmpeg gives the time from the first frame.
def _length(container: InputContainer) -> float:
    said = (container.duration or 0) / av.time_base
    if "matroska" not in container.format.name:
        return said
    return max(0.0, said - max(0.0, (container.start_time or 0) / av.time_base))


# Not by its name: FFmpeg would take "http:..." or "concat:..." for more than a file.
def _container(file: BinaryIO) -> InputContainer:
    try:
        return av.open(
            file,
            "r",
            options={"max_pixels": str(MAX_PIXELS)},
            container_options={"format_whitelist": _CONTAINERS, "codec_whitelist": _CODECS},
            metadata_errors="replace",
            io_open=_open_nothing,
        )
    except (OSError, MemoryError):
        raise
    except Exception as problem:  # a parser fed with harmful content may raise anything
        raise Damaged("The video is damaged") from problem


def _check_start_and_size(file: BinaryIO) -> None:
    head = file.read(_HEAD_BYTES)
    size = file.seek(0, 2)
    file.seek(0)
    if not head:
        raise Empty
    if not is_video(head):
        raise NotAVideo
    if size > MAX_BYTES:
        raise TooLarge(what="The file is too large", limit=MAX_BYTES, unit="bytes")


def _open_nothing(*_asked: object) -> BinaryIO:
    raise PermissionError("a video may not open another file")


def _moving_picture(container: InputContainer) -> VideoStream:
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            _prepare(stream)
            return stream
    raise NotAVideo("The file has sound but no moving picture")


def _prepare(stream: VideoStream) -> None:
    context = stream.codec_context
    if context is None or context.name not in _CODECS.split(","):
        raise NotAVideo("The video is in a format that cannot be decoded here")
    if context.width * context.height > MAX_PIXELS:
        raise TooLarge(what="The video's frames are too large", limit=MAX_PIXELS, unit="pixels")
    context.options = {"max_pixels": str(MAX_PIXELS)}
    context.thread_type = "SLICE"  # frame threads would each hold frames of their own
    context.thread_count = 2


def _decode(packet: "av.Packet[Stream]") -> Iterator[av.VideoFrame]:
    try:
        for frame in packet.decode():
            if isinstance(frame, av.VideoFrame):
                yield frame
    except av.InvalidDataError:
        return  # a player skips what it cannot decode, too


def _too_long() -> TooLarge:
    return TooLarge(what="The video is too long", limit=MAX_SECONDS, unit="seconds")


# As Chromium and most players guess.
def _colour_space(frame: av.VideoFrame) -> int:
    if frame.colorspace != _UNSPECIFIED:
        return frame.colorspace
    return _BT_709 if frame.height >= _LEAST_HD_ROWS else _BT_601

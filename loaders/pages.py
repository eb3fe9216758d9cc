"""A log's bytes in memory that goes back to the system part by part: as they are done with, the graph of them grows.

The file itself is never mapped, since one that is cut short meanwhile would end the process. Only Linux takes pages
back at once; elsewhere the bytes stay until all of them are done with.
"""

from __future__ import annotations

import ctypes
import io
import mmap
import sys
from collections.abc import Iterable, Iterator

_FIRST, _PART = 1 << 20, 1 << 18
_TAKEN_BACK = sys.platform == "linux"


class _Buffer(ctypes.Structure):
    """``Py_buffer`` of Python's stable interface."""

    _fields_ = (
        ("address", ctypes.c_void_p),
        ("owner", ctypes.c_void_p),
        ("length", ctypes.c_ssize_t),
        ("of_an_item", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int),
        ("dimensions", ctypes.c_int),
        ("format", ctypes.c_char_p),
        ("shape", ctypes.c_void_p),
        ("strides", ctypes.c_void_p),
        ("suboffsets", ctypes.c_void_p),
        ("internal", ctypes.c_void_p),
    )


def held(chunks: Iterable[bytes]) -> memoryview:
    """The chunks one behind the other; what is made of the view keeps it alive."""
    if not _TAKEN_BACK:
        collected = io.BytesIO()
        collected.writelines(chunks)
        return memoryview(collected.getvalue())
    pages, size = mmap.mmap(-1, _FIRST, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS), 0
    for chunk in chunks:
        end = size + len(chunk)
        if end > len(pages):
            _grow(pages, end + end // 8)  # pages that were never written take no memory
        pages[size:end] = chunk
        size = end
    return memoryview(pages)[:size]


def _grow(pages: mmap.mmap, size: int) -> None:
    try:
        pages.resize(size)
    except OSError as error:  # which elsewhere means a file that cannot be read
        raise MemoryError(f"no memory for {size:,} bytes") from error


def parts(text: memoryview, overlap: int = 0) -> Iterator[bytes]:
    """Some of it at a time, since a copy of the whole would take as much memory again.

    A word no longer than the overlap is in one of the parts as a whole.
    """
    return (bytes(text[start : start + _PART + overlap]) for start in range(0, len(text), _PART))


def give_back(whole: memoryview, part: memoryview) -> None:
    """Nobody will look at this part of it again: the pages that lie in it as a whole are the system's from now on."""
    pages = whole.obj
    if not isinstance(pages, mmap.mmap):
        return
    start = _address(part) - _address(pages)
    if not 0 <= start <= start + len(part) <= len(pages):
        raise ValueError("not a part of it")
    first, last = -(-start // mmap.PAGESIZE) * mmap.PAGESIZE, (start + len(part)) // mmap.PAGESIZE * mmap.PAGESIZE
    if first < last:
        pages.madvise(mmap.MADV_DONTNEED, first, last - first)


def _address(held: memoryview | mmap.mmap) -> int:
    found = _Buffer()
    ctypes.pythonapi.PyObject_GetBuffer(ctypes.py_object(held), ctypes.byref(found), 0)
    try:
        return int(found.address or 0)
    finally:
        ctypes.pythonapi.PyBuffer_Release(ctypes.byref(found))

"""All files of the kit, as bytes that are always the same: nothing here touches the disk."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from cypher.browser.favourites import favourites
from cypher.browser.guide import page
from cypher.browser.style import sheet

ARCHIVE, STYLE, GUIDE = "provgraph-favourites.zip", "provgraph.grass", "guide.html"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say


def files() -> dict[str, bytes]:
    """Every file of the kit by its name."""
    texts = favourites()
    return {ARCHIVE: _zipped(texts), STYLE: sheet().encode(), GUIDE: page().encode()}


def _zipped(texts: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), text, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()

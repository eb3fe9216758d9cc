"""The keys by which notes are recognised, and those that have a meaning of their own.

Notes are written by hand, so keys are compared without capitals, blanks, ``_`` and ``-``, in English and Japanese.
"""

from __future__ import annotations

import re

_SIGNS = re.compile(r"[\s_-]+")

HASHES = {
    "sha256": "sha256",
    "sha1": "sha1",
    "md5": "md5",
    "samplesha256": "sha256",
    "samplesha1": "sha1",
    "samplemd5": "md5",
}
SAMPLE = frozenset({"sample", "samplename", "検体", "検体名"})
HASH = frozenset({"hash", "samplehash", "ハッシュ", "ハッシュ値"})  # of any kind, told by its length
REMARKS = frozenset(
    {
        *("note", "notes", "remark", "remarks", "備考", "補足", "補足情報"),
        *("execution", "arguments", "runarguments", "実行方法", "実行引数"),
    }
)
SETTING = frozenset({"environment", "実行環境", "filters", "filtersoff", "clickingtool"})
TERMINALS = frozenset({"terminal", "terminals", "tmid", "tmids", "端末"})
LOGS = frozenset({"log", "logs", "ログ"})
STARTED = frozenset({"started", "start", "startedat", "startat", "開始"})
ENDED = frozenset({"ended", "end", "endedat", "endat", "終了"})
LABEL, DATASET = "label", "dataset"
LABELS = frozenset({"benign", "malicious", "unknown"})

HOW_IT_RAN = REMARKS | SETTING | TERMINALS
# sections of sandbox reports and of services' answers, which may lie beside a hash
OF_OTHER_FORMATS = frozenset(
    {
        *("info", "behavior", "behaviour", "target", "taskid", "analysis", "static", "signatures", "virustotal"),
        *("scans", "data", "attributes", "eventid"),
    }
)


def plain(key: str) -> str:
    """A key as it is compared."""
    return _SIGNS.sub("", key).casefold()

"""The keys that the product is known to write, so that a new one is noticed.

Most are read in :mod:`loaders.mark2.mapping`; the others stand here to document the format. Capitals vary
(``sessionID`` and ``sessionId``, ``psUser`` and ``psuser`` in one log), so every key has one usual spelling.
"""

from __future__ import annotations

_COMMON = "loc type sn lv evt subEvt com domain profile tmid csid ip mac usr usrDomain sessionID"
_PROCESS = "psGUID psPath cmd psID parentGUID parentPath psUser psDomain arc api tpsGUID tpsPath tpsID"
_FILE = "path dstPath mntFld dstMntFld drvType dstDrv read write size new pe"
_CONTENT = "sha256 sha1 md5 company copyright fileDesc desc fileVer product productVer crTime acTime moTime"
_SIGNATURE = "sig signer issuer cerSN validFrom validTo"
_REGISTRY = "entry valType valStr valNum valSize"
_NETWORK = "srcIP srcPort dstIP dstPort dstHost recv send url"
_WINDOWS = "channel evtRecID evtID evtLogonID evtUsr evtDomain logonType wsName wsIp wsPort"
_SERVICE = "serviceName imagePath serviceFileName"
_TOLD = "script host server"
_GROUPS = (_COMMON, _PROCESS, _FILE, _CONTENT, _SIGNATURE, _REGISTRY, _NETWORK, _WINDOWS, _SERVICE, _TOLD)
_USUAL = " ".join(_GROUPS).split()

KNOWN = frozenset(_USUAL) | {"sessionId"}
SPELLINGS = {key.lower(): key for key in _USUAL}

"""Real CAPE reports, stored as CAPE stores them, come back as they were."""

from __future__ import annotations

import gzip
import json

import pytest
from helpers import mongo
from helpers.mongo import JSON, MongoDatabase
from helpers.real import real_file

from loaders.cuckoo.mongodb import analyses


@pytest.mark.parametrize("name", ["2.2-55dcd387", "2.2-d4690038", "2.4-2ebadd04", "2.4-41ce492f"])
def test_a_real_report_comes_back_whole(name: str, mongodb: MongoDatabase) -> None:
    report: JSON = json.loads(gzip.decompress(real_file(f"cape/cape-{name}.json.gz").read_bytes()))
    report.get("network", {}).pop("dead_hosts", None)  # lists in a list, which FerretDB does not hold
    mongodb.store(report, mongo.cape)
    (analysis,) = analyses(mongodb.uri)
    with analysis:
        found = {section: json.loads(data) for section, data in analysis.sections().items()}
        for index, process in enumerate(found["behavior"]["processes"]):
            process["calls"] = [call for chunk in analysis.calls(index) for call in json.loads(chunk)]
    assert found == {"network": {}} | report | {"shots": []}
    assert analysis.missing == []

"""Reports of the Cuckoo family: Cuckoo 0.4 to 2.0.x and CAPE v2 ``report.json``, told apart by layout, not by version."""

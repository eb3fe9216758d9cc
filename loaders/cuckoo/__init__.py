"""Reports of the Cuckoo family, ``report.json`` of Cuckoo 0.4 to 2.0.x and CAPE v2, told apart by layout alone."""

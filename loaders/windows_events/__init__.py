"""Windows event logs as `.evtx` and JSON lines: Sysmon, Security and System, in the dialects of their exporters."""

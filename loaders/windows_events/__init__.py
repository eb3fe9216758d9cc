"""Windows event logs as JSON lines: Sysmon, Security and System, in the dialects of the tools that export them."""

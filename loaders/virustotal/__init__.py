"""Reports of VirusTotal that lie beside the logs of the samples they are about."""

"""Tasks of Cuckoo 3 (cert-ee/cuckoo3), which logs no API calls but normalised events and a report with signature IOCs.

Read in its sources (``common/storage.py``, ``strictcontainer.py``; ``processing/event/events.py``, ``processtools.py``,
``event/translate/threemon``; ``post/eventconsumer/*``, ``post/network.py``; ``signatures/signature.py``;
``reporting/disk.py``) and in the example answers of its web API documentation:

- A task lies in ``storage/analyses/<YYYYMMDD>/<six characters>/task_<n>`` with ``task.json``, ``machine.json``,
  ``report.json`` (the web API calls it *post*), ``events/<kind>.json`` and ``logs/threemon.pb``; ``analysis.json``
  and ``pre.json`` are one folder up. A task id is ``<YYYYMMDD>-<six characters>_<n>``, and unique.
- ``events/<kind>.json`` (files, the registry, processes and mutants in every version read; other kinds have a form for
  it, too) holds one object a line, beginning with ``ts``, ``kind`` and ``effect``. ``effect`` falls back
  to ``file_read`` and ``key_read`` for actions that it does not know, and calls a truncation a deletion: ``action``
  is what counts. Neither the status of a file event nor the data of a registry value is written.
- ``procid`` numbers the processes of a task from 1 and is never used again; a pid may be. In IOCs ``process_id`` is a
  ``procid``.
- ``ts`` is an unsigned 32-bit number of milliseconds since the monitor began; the times of ``network`` come from the
  capture and are seconds of the epoch.
- Created processes are tracked, as are those that were injected into; existing and ignored ones are not. The report
  lists tracked processes only, by default a hundred of them.
- IOCs are a list of objects, in later versions ``{"truncated", "count", "iocs": [{"truncated", "ioc"}]}``; the list
  of processes likewise. The IOCs of pattern signatures say what was done by the description of the event.
- ``WriteProcessMemory`` is reported for parents that start children, too, so it is no report of an injection.

Inferred, since no source says it: ``status`` is an NTSTATUS; the path of a value operation ends with the value's name
(signatures match on such paths); the source of a ``networkflow`` is the machine unless its destination is.

The protobuf of the monitor (``threemon.pb``, ``onemon.pb``) is not read: only what Cuckoo 3 made of it.
"""

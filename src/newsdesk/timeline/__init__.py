"""An honest timeline: no mark reaches beyond a day that the table gives.

`events` reads a table's rows into marks and words, `marks` draws each piece of a mark, `chart` puts
them together as ``nd.timeline_chart``.
"""

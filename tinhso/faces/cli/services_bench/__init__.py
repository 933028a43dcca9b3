"""`tinhso bench services`: a province's year of dossiers loaded, then read and written over HTTP.

`patterns` plays a few dossiers through the services and keeps the very rows they wrote; `bulk` copies those rows a
million times with their own numbers, days and audit chain; `invariants` asks afterwards what must hold whoever wrote;
`clients` presses pages and buttons over HTTP; `measure` prints what came out beside the budget.
"""

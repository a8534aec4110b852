"""The drift suite: flows recorded on small sites, and replayed after the sites have changed.

`sites` are the sites and their flows, `mutations` what happens to them and whether a replay can be expected to go on,
`stand` serves a site so changed and takes down what was pressed, `suite` records, replays and judges.
"""

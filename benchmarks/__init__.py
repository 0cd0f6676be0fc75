"""Speed and memory as ratios measured in one run, on the same machine, same data, interleaved, median of at least three.

Every row says first what it saw (`seen` of `report.row`): a bench whose world is not the one it tells of stops.
"""

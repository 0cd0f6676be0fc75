"""Speed and memory as ratios measured in one run, on the same machine, same data, interleaved, median of at least three."""

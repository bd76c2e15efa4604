# SPDX-License-Identifier: GPL-3.0-or-later
# What numpy needs for the robust rules: median seconds of three runs, as "median trimmed".
# usage: numpy_baseline.py UPDATES VALUES TRIMMED
import sys
import time

import numpy


def seconds(body):
    taken = []
    for _ in range(3):
        begin = time.perf_counter()
        body()
        taken.append(time.perf_counter() - begin)
    return sorted(taken)[1]


def main():
    updates, values, trimmed = (int(argument) for argument in sys.argv[1:])
    stacked = numpy.random.default_rng(1).standard_normal((updates, values), dtype=numpy.float32)

    def by_sorting():
        return numpy.sort(stacked, axis=0)[trimmed : updates - trimmed].mean(axis=0)

    def by_partition():
        return numpy.partition(stacked, (trimmed, updates - trimmed - 1), axis=0)[trimmed : updates - trimmed].mean(axis=0)

    median = seconds(lambda: numpy.median(stacked, axis=0))
    print(median, min(seconds(by_sorting), seconds(by_partition)))


main()

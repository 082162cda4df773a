# SPDX-License-Identifier: GPL-3.0-or-later
"""What one httpd spends on a login more than another, on a machine that is not always as fast."""
import statistics

STARTS, ROUNDS, LOGINS, WARM = 5, 7, 15, 50


def cost(httpd, log_in, count):
    """CPU-ms for each login."""
    before = httpd.cpu_seconds()
    for _ in range(count):
        log_in(httpd)
    return 1000 * (httpd.cpu_seconds() - before) / count


def rounds(httpd, plain, log_in):
    """Pairs of what both spend in short rounds in turn."""
    for one in (httpd, plain):
        cost(one, log_in, WARM)  # until every thread has been used
    return [(cost(httpd, log_in, LOGINS), cost(plain, log_in, LOGINS)) for _ in range(ROUNDS)]


def side_by_side(start):
    """A line with the medians of all rounds. The difference is that of each pair, so that it holds
    when the machine's speed drifts. Start is a context with both httpds and what logs in at one:
    where in memory they happen to lie makes an eighth of the difference, so they are started anew.
    """
    pairs = []
    for _ in range(STARTS):
        with start() as (httpd, plain, log_in):
            pairs += rounds(httpd, plain, log_in)
    ours, theirs = map(statistics.median, zip(*pairs))
    low, middle, high = statistics.quantiles([one - other for one, other in pairs], n=4)
    return (f"with mod_eckid {ours:.2f}  plain proxy {theirs:.2f}  difference {middle:.2f} "
            f"(half of the rounds: {low:.2f} to {high:.2f})")

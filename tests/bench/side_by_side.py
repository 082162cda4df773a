# SPDX-License-Identifier: GPL-3.0-or-later
"""What one httpd spends on a login more than another, on a machine that is not always as fast."""
import statistics

ROUNDS, LOGINS, WARM = 31, 15, 50


def cost(httpd, log_in, count):
    """CPU-ms for each login."""
    before = httpd.cpu_seconds()
    for _ in range(count):
        log_in(httpd)
    return 1000 * (httpd.cpu_seconds() - before) / count


def side_by_side(httpd, plain, log_in):
    """A line with the medians of short rounds in turn. The difference is that of each pair of
    rounds, so that it holds when the machine's speed drifts."""
    for one in (httpd, plain):
        cost(one, log_in, WARM)  # until every thread has been used
    pairs = [(cost(httpd, log_in, LOGINS), cost(plain, log_in, LOGINS)) for _ in range(ROUNDS)]
    ours, theirs = map(statistics.median, zip(*pairs))
    low, middle, high = statistics.quantiles([one - other for one, other in pairs], n=4)
    return (f"with mod_eckid {ours:.2f}  plain proxy {theirs:.2f}  difference {middle:.2f} "
            f"(half of the rounds: {low:.2f} to {high:.2f})")

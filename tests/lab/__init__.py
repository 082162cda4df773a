# SPDX-License-Identifier: GPL-3.0-or-later
"""Real servers on loopback, for the tests, the demo and the benchmark."""

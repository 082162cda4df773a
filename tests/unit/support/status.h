/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A status with something of everything, for those who write it. */
#ifndef STATUS_H
#define STATUS_H

#include "operator/eckid_status.h"

#define STATUS_NOW apr_time_from_sec(1788165000) /* 2026-08-31T08:30:00Z */

/* Two suppliers, one whose name needs escaping, and what is for none; two LASes, of which the
 * second is given up; two sources and two ends. In the pool of the test. */
eckid_status_t status_usual(void);

/* The row of the supplier of that number, to be counted in. */
eckid_counters_row_t *status_row(const eckid_status_t *status, int number);

#endif

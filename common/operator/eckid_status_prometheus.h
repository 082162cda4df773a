/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The status in Prometheus' text format, version 0.0.4. */
#ifndef ECKID_STATUS_PROMETHEUS_H
#define ECKID_STATUS_PROMETHEUS_H

#include "operator/eckid_status.h"

#define ECKID_STATUS_PROMETHEUS_TYPE "text/plain; version=0.0.4; charset=utf-8"

/*
 * All metrics, each with HELP and TYPE also where there is nothing to tell. Labels hold the names
 * of virtual hosts, suppliers, LASes, files and certificates as they are configured, and the words
 * of this project; so their number is bounded by the configuration. Numbers of decisions that are
 * zero are left out.
 */
eckid_bytes_t eckid_status_prometheus(const eckid_status_t *status, apr_pool_t *pool);

#endif

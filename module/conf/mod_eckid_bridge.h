/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes our own identity provider for a request from the configuration. */
#ifndef MOD_ECKID_BRIDGE_H
#define MOD_ECKID_BRIDGE_H

#include "bridge/eckid_bridge.h"
#include "conf/mod_eckid_config.h"

/* Valid as long as the request. ECKID_CONFIG if something is missing that configtest cannot see. */
eckid_err_t *mod_eckid_bridge(const eckid_bridge_t **bridge, request_rec *r,
                              const mod_eckid_dir_t *dir, apr_time_t now);

#endif

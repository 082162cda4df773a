/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory shared by all children: the limits for each LAS, and the warnings given so far. */
#include "service/mod_eckid_limits.h"

#include <apr_shm.h>
#include <http_log.h>

#include "conf/mod_eckid_count.h"
#include "conf/mod_eckid_expiry.h"
#include "conf/mod_eckid_freshness.h"
#include "conf/mod_eckid_watch.h"
#include "decision/eckid_single_flight.h"
#include "las/eckid_las_limits.h"

APLOG_USE_MODULE(eckid);

/* The whole shared memory: this, a block for the limits of each LAS, and the freshness of each
 * thing that is fetched. It is new with each configuration, so what was told once or today is told
 * again after a reload: who has corrected a mistake by another one must not take silence for
 * success.
 */
typedef struct shared_t {
    eckid_told_t told, told_today[MOD_ECKID_REMARKS];
    eckid_las_limits_block_t limits[];
} shared_t;

/* Creates anonymous memory, which children inherit, and which is freed with this configuration. */
static apr_status_t share(mod_eckid_process_t *process, apr_pool_t *pconf)
{
    const apr_array_header_t *limits = process->limits;
    apr_size_t size = sizeof(shared_t) +
                      (apr_size_t)limits->nelts * sizeof(eckid_las_limits_block_t) +
                      (apr_size_t)process->watched->nelts * sizeof(eckid_freshness_t);
    apr_shm_t *shm;
    apr_status_t status = apr_shm_create(&shm, size, NULL, pconf);

    if (status != APR_SUCCESS) {
        return status;
    }
    shared_t *shared = apr_shm_baseaddr_get(shm);

    memset(shared, 0, size);
    mod_eckid_expiry_share(&shared->told);
    process->told_today = shared->told_today;
    for (int i = 0; i < limits->nelts; i++) {
        eckid_las_limits_share(APR_ARRAY_IDX(limits, i, eckid_las_limits_t *), &shared->limits[i]);
    }
    mod_eckid_freshness_share((eckid_freshness_t *)&shared->limits[limits->nelts]);
    return APR_SUCCESS;
}

int mod_eckid_limits_share(mod_eckid_process_t *process, apr_pool_t *pconf, server_rec *server)
{
    apr_status_t status = share(process, pconf);

    status = status == APR_SUCCESS ? mod_eckid_watch_start(process, pconf, server) : status;
    status = status == APR_SUCCESS ? mod_eckid_count_start(process, pconf, server) : status;

    if (status != APR_SUCCESS || eckid_single_flight_make(&process->flights, pconf)) {
        ap_log_error(APLOG_MARK, APLOG_ERR, status, server,
                     "ECK%04d: no shared memory for the children", ECKID_INTERNAL);
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    return OK;
}

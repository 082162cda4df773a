/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory that all children share and that outlives a reload. */
#include "conf/mod_eckid_shared.h"

#include <apr_shm.h>
#include <apr_strings.h>

apr_status_t mod_eckid_shared(void **memory, const char *name, apr_size_t size,
                              apr_pool_t *process_pool)
{
    const char *key = apr_psprintf(process_pool, "mod_eckid %s %" APR_SIZE_T_FMT, name, size);
    apr_shm_t *shm;

    apr_pool_userdata_get(memory, key, process_pool);
    if (*memory) {
        return APR_SUCCESS;
    }
    apr_status_t status = apr_shm_create(&shm, size, NULL, process_pool); /* is zeroed */

    if (status == APR_SUCCESS) {
        *memory = apr_shm_baseaddr_get(shm);
        apr_pool_userdata_setn(*memory, key, NULL, process_pool);
    }
    return status;
}

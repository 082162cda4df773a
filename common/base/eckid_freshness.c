/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When something was last fetched, by whichever process, and how the last attempt ended. */
#include "base/eckid_freshness.h"

void eckid_freshness_note(eckid_freshness_t *freshness, eckid_code_t failure)
{
    apr_uint64_t now = (apr_uint64_t)apr_time_now();

    atomic_store(&freshness->tried, now);
    atomic_store(&freshness->failure, (apr_uint32_t)failure);
    if (failure == ECKID_OK) {
        atomic_store(&freshness->fetched, now);
    }
}

void eckid_freshness_copy(eckid_freshness_t *to, const eckid_freshness_t *from)
{
    atomic_store(&to->tried, atomic_load(&from->tried));
    atomic_store(&to->fetched, atomic_load(&from->fetched));
    atomic_store(&to->failure, atomic_load(&from->failure));
}

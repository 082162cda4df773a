/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks up a person in the directory of those who were pushed or imported. */
#include "decision/eckid_lookup_pushed.h"

eckid_err_t *eckid_lookup_record(const eckid_directory_record_t **record,
                                 const eckid_lookup_setup_t *setup, const eckid_person_key_t *key,
                                 apr_pool_t *pool)
{
    const eckid_directory_key_t wanted = {key->type, key->value};
    eckid_eck_id_t allowed;

    if (!setup->directory) {
        return eckid_err_make(pool, ECKID_CONFIG, "there is no EckidDirectory");
    }
    ECKID_ERR(eckid_directory_find(record, setup->directory, setup->school,
                                   eckid_kind_name(key->kind), &wanted, pool));
    if (*record && (*record)->person.has_eckid &&
        !eckid_eck_id_parse(&allowed, eckid_bytes_str((*record)->person.eckid.text),
                            setup->las->pilot)) {
        return eckid_err_make(pool, ECKID_MALFORMED, "in the directory");
    }
    return NULL;
}

eckid_lookup_t eckid_lookup_pushed(const eckid_lookup_setup_t *setup, const eckid_person_key_t *key,
                                   apr_pool_t *pool)
{
    const eckid_directory_record_t *record;
    eckid_err_t *err = eckid_lookup_record(&record, setup, key, pool);
    eckid_lookup_t lookup = {.source = ECKID_FROM_DIRECTORY, .cause = err};

    lookup.finding.outcome = err                        ? ECKID_DIRECTORY_FAILED
                             : !record                  ? ECKID_IS_UNKNOWN
                             : record->person.has_eckid ? ECKID_FOUND
                                                        : ECKID_HAS_NONE;
    if (lookup.finding.outcome == ECKID_FOUND) {
        lookup.finding.value = record->person.eckid;
    }
    return lookup;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The configuration of a LAS, and the channel that is made from it. */
#ifndef MOD_ECKID_LAS_CONF_H
#define MOD_ECKID_LAS_CONF_H

#include <apr_tables.h>
#include <stdbool.h>

#include "base/eckid_err.h"
#include "las/eckid_las.h"

typedef struct eckid_curl_t eckid_curl_t;

/* The content of EckidLas: where the LAS is, and the limits for calls to it. */
typedef struct mod_eckid_line_t {
    const char *base;
    eckid_curl_t *curl;
    eckid_las_limits_t *limits;
    apr_interval_time_t timeout;
} mod_eckid_line_t;

/* The content of EckidLasKey. */
typedef struct mod_eckid_las_key_t {
    const eckid_key_t *key;
    const char *keyid;
} mod_eckid_las_key_t;

/* The settings of a LAS; NULL or -1 where there is no directive. Each member is complete in itself,
 * so that merging only chooses between two values. */
typedef struct mod_eckid_las_t {
    const mod_eckid_line_t *line;
    apr_array_header_t *keys; /* mod_eckid_las_key_t: the first one signs, all are published */
    eckid_client_credentials_t *credentials;
    const eckid_contract_t *contract; /* about students */
    apr_array_header_t *questions;    /* eckid_las_question_t: about others */
    const eckid_httpsig_profile_t *profile;
    apr_array_header_t *answer_keys; /* eckid_httpsig_key_t */
    int sign, pilot;                 /* -1 for unset */
    int order;                       /* eckid_las_order_t; -1 for unset */
} mod_eckid_las_t;

/* A LAS without any settings. */
mod_eckid_las_t *mod_eckid_las_create(apr_pool_t *pool);

mod_eckid_las_t mod_eckid_las_merge(const mod_eckid_las_t *base, const mod_eckid_las_t *add);

/* The contract by which a LAS is asked about people of that kind (NULL: students); Edu-V by
 * default. NULL if there is none. */
const eckid_contract_t *mod_eckid_las_contract_of(const mod_eckid_las_t *las, const char *kind);

/* Where people of its schools are looked up. */
eckid_las_order_t mod_eckid_las_order(const mod_eckid_las_t *las);

/* The channel to the LAS; if it is not asked, only order and pilot. */
eckid_las_t mod_eckid_las_channel(const mod_eckid_las_t *las);

/* What is missing, or NULL. */
const char *mod_eckid_las_wants(const mod_eckid_las_t *las);

/* The same, and settings that do not fit together: ECKID_CONFIG, ECKID_KEY. */
eckid_err_t *mod_eckid_las_check(const mod_eckid_las_t *las, apr_pool_t *pool);

#endif

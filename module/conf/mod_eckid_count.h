/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts the decisions of all children, for each virtual host and supplier. */
#ifndef MOD_ECKID_COUNT_H
#define MOD_ECKID_COUNT_H

#include "conf/mod_eckid_config.h"
#include "decision/eckid_decision.h"
#include "record/eckid_counters.h"

/* A row of the table, with its names. */
typedef struct mod_eckid_count_row_t {
    const char *host;     /* "idp.school.example:443" */
    const char *supplier; /* its name; "" for what is for none; "other" where the table is full */
    bool observed;
    const eckid_counters_row_t *counters;
} mod_eckid_count_row_t;

/* What is counted in this configuration. */
typedef struct mod_eckid_count_t {
    apr_array_header_t *rows; /* mod_eckid_count_row_t, in the order of the configuration */
    apr_hash_t *hosts;        /* by server_rec *: where each decision is counted */
    const apr_time_t *since;  /* when counting began */
} mod_eckid_count_t;

/* Makes the table, or finds the numbers of before a reload again. For post_config. */
apr_status_t mod_eckid_count_start(mod_eckid_process_t *process, apr_pool_t *pconf,
                                   server_rec *main_server);

/* The name of a virtual host, for numbers and the audit log: "idp.school.example:443". */
const char *mod_eckid_count_host(const server_rec *server, apr_pool_t *pool);

/* Counts a decision. Called in one place, by what logs it. */
void mod_eckid_count_decision(const server_rec *server, const eckid_decision_t *decision,
                              bool observed);

/* Counts a step of a logout; supplier is the name of that which began it, or NULL. */
void mod_eckid_count_logout(const server_rec *server, const char *supplier, eckid_logouts_t step,
                            bool observed);

#endif

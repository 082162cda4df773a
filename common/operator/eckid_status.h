/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How it is doing: what the status page shows, gathered for those who write it as a text. */
#ifndef ECKID_STATUS_H
#define ECKID_STATUS_H

#include "las/eckid_las_limits.h"
#include "record/eckid_audit.h"
#include "record/eckid_counters.h"

/* The decisions of a virtual host about the logins of a supplier. */
typedef struct eckid_status_row_t {
    const char *host, *supplier; /* supplier is "" for what is for none */
    bool observed;
    const eckid_counters_row_t *counters;
} eckid_status_row_t;

/* A LAS at this moment. */
typedef struct eckid_status_las_t {
    const char *name; /* its base URL; told apart if there are several of it */
    eckid_las_limits_state_t state;
} eckid_status_las_t;

/* Something that is fetched while the server runs; or the database of the directory, which is tried
 * when the status is asked for. */
typedef struct eckid_status_source_t {
    const char *kind, *name; /* "idp-metadata", and its file, URL or issuer; "directory" */
    apr_time_t fetched;      /* the last success; 0 if there was none since the last reload */
    eckid_code_t failure;    /* of the last attempt */
} eckid_status_source_t;

/* Something that ends. */
typedef struct eckid_status_end_t {
    const char *what; /* "the certificate eckid/sign.crt" */
    apr_time_t until;
} eckid_status_end_t;

/* All of it. No member holds anything of a person. */
typedef struct eckid_status_t {
    apr_time_t now, since;             /* since counting began */
    const apr_array_header_t *rows;    /* eckid_status_row_t */
    const apr_array_header_t *lases;   /* eckid_status_las_t */
    const apr_array_header_t *sources; /* eckid_status_source_t */
    const apr_array_header_t *ends;    /* eckid_status_end_t, what ends first comes first */
    const eckid_audit_chain_t *audit;  /* or NULL without an audit log */
} eckid_status_t;

/* "on", or "observe" where logins are only observed. */
const char *eckid_status_mode(const eckid_status_row_t *row);

/* The name of an outcome as counted; "unverified" for the last. */
const char *eckid_status_outcome(int outcome);

/* Totals of a row, without userinfo and introspection: these follow a login that was counted. */
typedef struct eckid_status_totals_t {
    apr_uint64_t results[ECKID_RESULTS];
    apr_uint64_t logins; /* filled, without and refused */
} eckid_status_totals_t;

eckid_status_totals_t eckid_status_totals(const eckid_counters_row_t *row);

/* How many lookups there were. */
apr_uint64_t eckid_status_lookups(const eckid_histogram_t *histogram);

/* Whole days until then, rounded down; negative once it has ended. */
long eckid_status_days(apr_time_t until, apr_time_t now);

/*
 * A word for a load balancer: "ok"; "las" when every LAS was given up for a moment; "directory"
 * when its database does not answer; or the kind of a source of which nothing is known and that
 * cannot be fetched, so that no login of a supplier works here. Status is 200 or 503. A LAS or a
 * database that fails is a 503 only for those who ask strictly: all servers share it, and what is
 * no supplier's goes on working.
 */
const char *eckid_status_health(int *status, const eckid_status_t *now, bool strict);

#endif

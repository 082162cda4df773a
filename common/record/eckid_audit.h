/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of the audit log: one for each decision, numbered, each with a MAC. */
#ifndef ECKID_AUDIT_H
#define ECKID_AUDIT_H

#include <stdatomic.h>

#include "decision/eckid_decision.h"

/* The purpose for eckid_secret_for, by which the secret of EckidSecretFile gives the key. */
#define ECKID_AUDIT_PURPOSE "mod_eckid audit lines 1"

#define ECKID_AUDIT_LINE_MAX 4096 /* bytes: what a pipe takes in one piece (PIPE_BUF) */
#define ECKID_AUDIT_ID_LEN 16     /* characters */

/*
 * All lines from the start of httpd to its end are one chain, whichever child writes them. A line
 * takes the next number of its chain, and its MAC covers chain, number and all else in it. So a
 * changed line is found by its MAC, one that was removed by the number that is missing, one that is
 * there twice by its number, and no lock is needed for that. Lines that could not be written are
 * counted, and each line tells how many there were. Without pointers, in memory that all processes
 * share; all zero at first, but for the id.
 */
typedef struct eckid_audit_chain_t {
    char id[ECKID_AUDIT_ID_LEN + 1]; /* random, in hex */
    _Atomic apr_uint64_t lines;      /* numbers given so far */
    _Atomic apr_uint64_t lost;       /* of these, lines that could not be written */
    _Atomic apr_uint64_t told;       /* when a loss was last told, for those who write */
} eckid_audit_chain_t;

/* With what lines are made; shared by threads. */
typedef struct eckid_audit_t {
    const eckid_secret_t *secret; /* eckid_secret_for(ECKID_AUDIT_PURPOSE) */
    eckid_audit_chain_t *chain;
} eckid_audit_t;

/*
 * The next line, with its line feed, ECKID_AUDIT_LINE_MAX bytes at most: time, host, supplier,
 * mode, channel, outcome, result, code, reference, names of what was released (as many as there is
 * room for), the pseudonym of the person. No value of a person.
 */
eckid_bytes_t eckid_audit_line(const eckid_audit_t *audit, const char *host,
                               const eckid_decision_t *decision, bool observed,
                               const eckid_moment_t *moment, apr_pool_t *pool);

/* The next line, about the log itself: "start", "reload" or "stop". */
eckid_bytes_t eckid_audit_event(const eckid_audit_t *audit, const char *event, apr_time_t now,
                                apr_pool_t *pool);

/* Where the MAC of a line without its line feed begins: the bytes before it are what it covers; 0
 * if the line does not end with a MAC of these bytes under that secret. */
apr_size_t eckid_audit_signed_part(eckid_bytes_t line, const eckid_secret_t *secret,
                                   apr_pool_t *pool);

#endif

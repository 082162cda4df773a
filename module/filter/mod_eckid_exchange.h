/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One request and its answer on the way through a filter: held, decided about, sent. */
#ifndef MOD_ECKID_EXCHANGE_H
#define MOD_ECKID_EXCHANGE_H

#include <httpd.h>
#include <util_filter.h>

#include "conf/mod_eckid_gateway.h"

typedef enum mod_eckid_state_t {
    MOD_ECKID_WAITING,   /* nothing of the answer has been seen */
    MOD_ECKID_HOLDING,   /* the body is collected */
    MOD_ECKID_STREAMING, /* it is too long for that, and is searched while it goes on */
    MOD_ECKID_PASSING,   /* it is of no interest */
    MOD_ECKID_ENDED      /* what was to be sent has been sent; anything more is dropped */
} mod_eckid_state_t;

/* The first member of a filter's context. Lives as long as the request. */
typedef struct mod_eckid_exchange_t {
    request_rec *r;
    const mod_eckid_dir_t *dir;
    mod_eckid_state_t state;
    bool gzip;
    apr_bucket_brigade *held; /* what has not been sent, in any state */
    apr_size_t held_len;      /* bytes of data that were held */
    eckid_moment_t moment;
    const eckid_gateway_t *gateway; /* once mod_eckid_exchange_begin was called */
} mod_eckid_exchange_t;

/* What a filter does: begin, once, by the head; then hold or stream, by its state, for each bucket.
 * Stream may be NULL for a filter that never streams. */
typedef struct mod_eckid_handlers_t {
    apr_status_t (*begin)(ap_filter_t *f);
    apr_status_t (*hold)(ap_filter_t *f, apr_bucket *bucket);
    apr_status_t (*stream)(ap_filter_t *f, apr_bucket *bucket);
} mod_eckid_handlers_t;

/* The body of an output filter. */
apr_status_t mod_eckid_exchange_run(ap_filter_t *f, apr_bucket_brigade *bb,
                                    const mod_eckid_handlers_t *handlers);

/* Makes the moment and the gateway. ECKID_INTERNAL, ECKID_CONFIG. */
eckid_err_t *mod_eckid_exchange_begin(mod_eckid_exchange_t *exchange);

/* Whether the answer goes on as it came, whatever was decided: the decision is only logged. */
bool mod_eckid_exchange_is_observed(const mod_eckid_exchange_t *exchange);

eckid_decision_t mod_eckid_exchange_refuse(const mod_eckid_exchange_t *exchange, eckid_code_t code,
                                           const char *detail);

/* Takes a bucket into what is held. Broken tells that the answer broke off, ended that it is whole.
 */
void mod_eckid_exchange_take(mod_eckid_exchange_t *exchange, apr_bucket *bucket, bool *broken,
                             bool *ended);

/* All data that is held, in one piece. It lives until something is sent. */
eckid_bytes_t mod_eckid_exchange_body(const mod_eckid_exchange_t *exchange);

/* Logs the decision, and whether the OpenID provider was fetched on the way. */
void mod_eckid_exchange_log(const mod_eckid_exchange_t *exchange, const eckid_decision_t *decision);

/*
 * Logs a decision about an answer of which nothing was sent yet, and carries it out. An observed
 * answer passes, whatever was decided. Refuse sends the refusal in the form of the filter.
 */
apr_status_t mod_eckid_exchange_carry_out(ap_filter_t *f, const eckid_decision_t *decision,
                                          apr_status_t (*refuse)(ap_filter_t *f,
                                                                 const eckid_decision_t *decision));

/* Sends what was held, and all that follows. */
apr_status_t mod_eckid_exchange_pass(ap_filter_t *f);

/* Sends a body of ours in the place of what was held. */
apr_status_t mod_eckid_exchange_send(ap_filter_t *f, eckid_bytes_t body);

/* Sends the refusal page of that status in its place. */
apr_status_t mod_eckid_exchange_send_page(ap_filter_t *f, const eckid_decision_t *decision);

/* Takes out of a request what would make the answer depend on what the client has already. */
void mod_eckid_exchange_forget_conditions(request_rec *r);

#endif

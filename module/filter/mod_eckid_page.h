/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One answer on its way to the browser, and the settings by which it is judged in turn. */
#ifndef MOD_ECKID_PAGE_H
#define MOD_ECKID_PAGE_H

#include "filter/mod_eckid_exchange.h"
#include "gateway/eckid_page.h"
#include "html/eckid_body_kind.h"

/* Where the head itself sends the browser; NULL for nowhere. */
typedef struct mod_eckid_targets_t {
    const char *location, *refresh;
} mod_eckid_targets_t;

/* Lives as long as the request. */
typedef struct mod_eckid_page_t {
    mod_eckid_exchange_t exchange;         /* first: the filter's context is both */
    const struct mod_eckid_page_t *before; /* the same answer before its head was final; or NULL */
    mod_eckid_targets_t targets;
    eckid_body_kind_t kind;
    const eckid_err_t *unread; /* why the body cannot be read as that kind; or NULL */
    eckid_page_stream_t *stream;
    apr_off_t sent;                     /* while streaming */
    int found;                          /* by which of the settings something was found then */
    const apr_array_header_t *settings; /* const mod_eckid_dir_t *, by which it is judged in turn */
    bool is_elsewhere;                  /* whether the engine is not on at its own location */
    bool has_provider;         /* whether its own settings read tokens, in another filter */
    bool only_json;            /* whether the body is of no kind but JSON or a token */
    bool is_no_feed;           /* whether it is known that it must be held until it is whole */
    int number;                /* of the settings that judge now */
    const eckid_policy_t *own; /* of its own settings */
} mod_eckid_page_t;

/* Before is the same answer in the first of the two filters; NULL there. */
mod_eckid_page_t *mod_eckid_page_make(request_rec *r, const mod_eckid_page_t *before);

/* Makes the moment and the gateway of the own settings, by which it is judged first.
 * ECKID_INTERNAL, ECKID_CONFIG. */
eckid_err_t *mod_eckid_page_begin(mod_eckid_page_t *page);

/* From here on the settings of that number judge, in whose gateway tokens of the own settings'
 * clients count as judged where another filter has done so. ECKID_CONFIG. */
eckid_err_t *mod_eckid_page_turn(mod_eckid_page_t *page, int number);

/* What a response shows, by the settings at hand; subject is what is judged. */
typedef eckid_decision_t mod_eckid_page_judge_t(mod_eckid_page_t *page, const void *subject);

/* By all settings of the virtual host in turn, the own ones first, until one of them has more to
 * say than that it may pass. The exchange then goes on by these. Where they only observe, that is
 * logged. */
eckid_decision_t mod_eckid_page_judge(mod_eckid_page_t *page, mod_eckid_page_judge_t *judge,
                                      const void *subject);

#endif

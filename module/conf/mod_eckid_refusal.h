/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page about a refused login, as the school wants it to look. */
#ifndef MOD_ECKID_REFUSAL_H
#define MOD_ECKID_REFUSAL_H

#include "base/eckid_codec.h"
#include "conf/mod_eckid_config.h"
#include "crypto/eckid_moment.h"
#include "decision/eckid_decision.h"
#include "decision/eckid_refusal_page.h"

/* What allows its style and nothing else. */
#define MOD_ECKID_REFUSAL_CSP                                                                      \
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"

/* The page for a refusal, in the language of the browser, with the reference of the moment. */
eckid_bytes_t mod_eckid_refusal(const request_rec *r, const mod_eckid_dir_t *dir,
                                const eckid_decision_t *decision, const eckid_moment_t *moment);

/* How the school wants pages of ours to look. */
eckid_refusal_look_t mod_eckid_refusal_look(const mod_eckid_dir_t *dir);

#endif

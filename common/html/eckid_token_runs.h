/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may be a signed token in bytes that come in pieces: put together, and handed on to be
 * judged.
 */
#ifndef ECKID_TOKEN_RUNS_H
#define ECKID_TOKEN_RUNS_H

#include "base/eckid_codec.h"
#include "base/eckid_err.h"

/* A token of up to so many bytes is handed on whole, wherever a piece ends within it. */
#define ECKID_TOKEN_RUNS_MAX (128 * 1024)

/* Judges a run of base64url digits and dots in which a compact JWS may stand. */
typedef eckid_err_t *eckid_token_runs_judge_t(void *self, eckid_bytes_t run);

typedef struct eckid_token_runs_t eckid_token_runs_t;

/* Judges what is fed to it in time linear in the bytes, and in bounded memory. */
eckid_token_runs_t *eckid_token_runs_make(eckid_token_runs_judge_t *judge, void *self,
                                          apr_pool_t *pool);

/* The next piece. The error of the judge, which is asked nothing after that. */
eckid_err_t *eckid_token_runs_feed(eckid_token_runs_t *runs, eckid_bytes_t piece);

/* The same for what the last piece ended with. */
eckid_err_t *eckid_token_runs_end(eckid_token_runs_t *runs);

/* How many bytes from the beginning are judged: no token that is still to be judged begins among
 * them. */
apr_off_t eckid_token_runs_settled(const eckid_token_runs_t *runs);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What unit tests share: a pool for each test, and ways to say what is expected. */
#ifndef UNIT_H
#define UNIT_H

#include <check.h>

#include "eckid_codec.h"
#include "eckid_err.h"

/* Made before each test and destroyed after it. */
extern apr_pool_t *pool;

/* A case that makes and destroys the pool. */
TCase *unit_case(Suite *suite, const char *name);

/* All is well, or the test fails with the text of the error. */
#define ok(expression)                                                                             \
    do {                                                                                           \
        const eckid_err_t *err_ = (expression);                                                    \
        ck_assert_msg(!err_, "%s", err_ ? eckid_err_text(err_, pool) : "");                        \
    } while (0)

/* An error with that code, and no other. */
#define refused(expression, wanted)                                                                \
    do {                                                                                           \
        const eckid_err_t *err_ = (expression);                                                    \
        ck_assert_msg(err_ && err_->code == (wanted), "expected ECK%04d, got %s", (int)(wanted),   \
                      err_ ? eckid_err_text(err_, pool) : "none");                                 \
    } while (0)

#define COUNT(table) ((int)(sizeof(table) / sizeof(*(table))))

static inline eckid_bytes_t str(const char *text)
{
    return eckid_bytes_str(text);
}

/* The content of a file in tests/data. */
eckid_bytes_t unit_data(const char *name);

/* One for each file of the library. */
/* clang-format off */
#define UNIT_SUITES(X) \
    X(assertion) X(bearer) X(c14n) X(cache) X(caller) X(carrier) X(codec) X(content_digest) \
    X(decide) X(desk) X(digest) X(eduv) X(elsewhere) X(err) X(flight) X(form) X(front) X(gate) \
    X(generic) X(grant) X(html) X(http) X(httpsig) X(httpsig_base) X(httpsig_verify) X(idp_file) \
    X(inflate) X(json) X(jwa) X(jwe) X(jwk) X(jws) X(key) X(las) X(login) X(lookup) X(match) \
    X(metadata) X(moment) X(notice) X(oauth) X(object) X(oidc) X(outcome) X(params) X(place) \
    X(pointer) X(policy) X(problem) X(provider) X(question) X(reading) X(release) X(rewrite) \
    X(saml) X(schools) X(secret) X(sfv) X(steps) X(stray) X(student) X(template) X(time) X(trace) \
    X(treat) X(url) X(userinfo) X(value) X(watch) X(wellknown) X(whose) X(xml) X(xmldsig)
/* clang-format on */

#define X(name) Suite *suite_##name(void);
UNIT_SUITES(X)
#undef X

#endif

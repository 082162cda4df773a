/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What unit tests share: a pool for each test, and ways to say what is expected. */
#ifndef UNIT_H
#define UNIT_H

#include <check.h>

#include "base/eckid_codec.h"
#include "base/eckid_err.h"

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

/* An error with that code whose text, as an operator reads it, has these words. */
#define tells(expression, wanted, words)                                                           \
    do {                                                                                           \
        const eckid_err_t *told_ = (expression);                                                   \
        refused(told_, wanted);                                                                    \
        ck_assert_msg(strstr(eckid_err_text(told_, pool), words), "no \"%s\" in: %s", words,       \
                      eckid_err_text(told_, pool));                                                \
    } while (0)

#define COUNT(table) ((int)(sizeof(table) / sizeof(*(table))))

static inline eckid_bytes_t str(const char *text)
{
    return eckid_bytes_str(text);
}

/* The content of a file in tests/data. */
eckid_bytes_t unit_data(const char *name);

/* Defines the suite of a file and adds it to all that are run; its body returns the Suite. */
#define UNIT_SUITE(name)                                                                           \
    static Suite *suite_##name(void);                                                              \
    __attribute__((constructor)) static void add_##name(void)                                      \
    {                                                                                              \
        unit_add_suite(suite_##name);                                                              \
    }                                                                                              \
    static Suite *suite_##name(void)

void unit_add_suite(Suite *(*make)(void));

#endif

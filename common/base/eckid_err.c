/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An error: a code, a detail and possibly a cause, allocated in the caller's pool. NULL is
 * success. */
#include "base/eckid_err.h"

#include <stdarg.h>
#include <string.h>
#include <apr_strings.h>
#include <stdbool.h>

static eckid_err_t *make(apr_pool_t *pool, const eckid_err_t *cause, eckid_code_t code,
                         const char *detail)
{
    eckid_err_t *err = apr_palloc(pool, sizeof(*err));

    *err = (eckid_err_t){.code = code, .detail = detail, .cause = cause};
    return err;
}

eckid_err_t *eckid_err_make(apr_pool_t *pool, eckid_code_t code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    const char *detail = apr_pvsprintf(pool, format, args);
    va_end(args);
    return make(pool, NULL, code, detail);
}

eckid_err_t *eckid_err_wrap(apr_pool_t *pool, const eckid_err_t *cause, eckid_code_t code,
                            const char *format, ...)
{
    va_list args;

    va_start(args, format);
    const char *detail = apr_pvsprintf(pool, format, args);
    va_end(args);
    return make(pool, cause, code, detail);
}

eckid_err_t *eckid_err_copy(const eckid_err_t *err, apr_pool_t *pool)
{
    eckid_err_t *copy = make(pool, err->cause ? eckid_err_copy(err->cause, pool) : NULL, err->code,
                             apr_pstrdup(pool, err->detail));

    copy->whom = apr_pstrdup(pool, err->whom);
    copy->fingerprint = apr_pstrdup(pool, err->fingerprint);
    return eckid_err_advise(copy, err->hint ? apr_pstrdup(pool, err->hint) : NULL);
}

eckid_err_t *eckid_err_advise(eckid_err_t *err, const char *hint)
{
    err->hint = hint;
    return err;
}

eckid_err_t *eckid_err_about(eckid_err_t *err, const char *whom)
{
    err->whom = whom ? whom : err->whom;
    return err;
}

const char *eckid_err_fact(eckid_code_t code)
{
    switch (code) {
#define X(name, number, fact, hint)                                                                \
    case ECKID_##name:                                                                             \
        return fact;
        ECKID_CODES(X)
#undef X
    case ECKID_OK:
        break;
    }
    return "all is well";
}

const char *eckid_err_hint(eckid_code_t code)
{
    switch (code) {
#define X(name, number, fact, hint)                                                                \
    case ECKID_##name:                                                                             \
        return hint;
        ECKID_CODES(X)
#undef X
    case ECKID_OK:
        break;
    }
    return "";
}

/* Facts and hints are written about a student and the directives for students. */
static const char *spoken_of(const char *text, const char *whom, apr_pool_t *pool)
{
    static const struct {
        const char *of_student, *of_other;
    } words[] = {{"EckidStudent", "EckidPerson"}, {"student", NULL}};

    for (int i = 0; whom && i < 2; i++) {
        const char *at = strstr(text, words[i].of_student);

        if (at) {
            text = apr_pstrcat(pool, apr_pstrmemdup(pool, text, (apr_size_t)(at - text)),
                               words[i].of_other ? words[i].of_other : whom,
                               at + strlen(words[i].of_student), NULL);
        }
    }
    return text;
}

const char *eckid_err_fact_of(const eckid_err_t *err, apr_pool_t *pool)
{
    return spoken_of(eckid_err_fact(err->code), err->whom, pool);
}

static const char *sentence(const eckid_err_t *err, const char *whom, apr_pool_t *pool)
{
    const char *fact = spoken_of(eckid_err_fact(err->code), whom, pool);

    return *err->detail ? apr_pstrcat(pool, fact, ": ", err->detail, NULL) : fact;
}

const char *eckid_err_text(const eckid_err_t *err, apr_pool_t *pool)
{
    const char *whom = err->whom, *text = sentence(err, whom, pool), *hint = err->hint;

    while (err->cause) {
        bool says_the_same = err->cause->code == err->code && !*err->detail;

        err = err->cause;
        text = says_the_same ? sentence(err, whom, pool)
                             : apr_pstrcat(pool, text, "; ", sentence(err, whom, pool), NULL);
        hint = hint ? hint : err->hint;
    }
    hint = hint ? hint : eckid_err_hint(err->code);
    return apr_pstrcat(pool, text, " (", spoken_of(hint, whom, pool), ")", NULL);
}

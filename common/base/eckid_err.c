/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An error: a code, a detail and possibly a cause, allocated in the caller's pool. NULL is
 * success. */
#include "base/eckid_err.h"

#include <stdarg.h>
#include <apr_strings.h>

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

    return eckid_err_advise(copy, err->hint ? apr_pstrdup(pool, err->hint) : NULL);
}

eckid_err_t *eckid_err_advise(eckid_err_t *err, const char *hint)
{
    err->hint = hint;
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

static const char *sentence(const eckid_err_t *err, apr_pool_t *pool)
{
    const char *fact = eckid_err_fact(err->code);

    return *err->detail ? apr_pstrcat(pool, fact, ": ", err->detail, NULL) : fact;
}

const char *eckid_err_text(const eckid_err_t *err, apr_pool_t *pool)
{
    const char *text = sentence(err, pool), *hint = err->hint;

    while (err->cause) {
        err = err->cause;
        text = apr_pstrcat(pool, text, "; ", sentence(err, pool), NULL);
        hint = hint ? hint : err->hint;
    }
    return apr_pstrcat(pool, text, " (", hint ? hint : eckid_err_hint(err->code), ")", NULL);
}

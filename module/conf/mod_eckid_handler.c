/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names that SetHandler takes of us. */
#include "conf/mod_eckid_handler.h"

#include <string.h>

bool mod_eckid_handler_is(const request_rec *r, const char *name)
{
    return r->handler && strcmp(r->handler, name) == 0;
}

const char *mod_eckid_handler_named(const char *arguments, apr_pool_t *pool)
{
    char *name = ap_getword_conf(pool, &arguments);

    ap_str_tolower(name);
    return name;
}

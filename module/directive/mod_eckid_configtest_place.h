/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Warns about a location of ours where the lines that it goes by do not apply. */
#ifndef MOD_ECKID_CONFIGTEST_PLACE_H
#define MOD_ECKID_CONFIGTEST_PLACE_H

#include "conf/mod_eckid_config.h"

/* What a handler needs of the settings at its location. */
typedef struct mod_eckid_need_t {
    const char *what;                                     /* the location, as in "this desk" */
    const char *consequence;                              /* what happens if it lacks something */
    const char *name;                                     /* how such a location could be called */
    const char *(*find_lack)(const mod_eckid_dir_t *dir); /* a directive; NULL if all is there */
} mod_eckid_need_t;

/* The location is at this path, by a line SetHandler. The host is NULL if that stands outside of
 * virtual hosts: then one server with all that is needed is enough. */
void mod_eckid_warn_of_place(const ap_directive_t *line, const char *path,
                             const ap_directive_t *host, const mod_eckid_need_t *need,
                             server_rec *main_server, apr_pool_t *pool);

#endif

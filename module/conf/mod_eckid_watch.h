/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the operator should not miss, told once: what is seen for the first time today, and that no
 * login passes at all. */
#ifndef MOD_ECKID_WATCH_H
#define MOD_ECKID_WATCH_H

#include "conf/mod_eckid_config.h"

/* Makes the memory, which all children share, and begins to watch each server in which EckidEngine
 * is on or observes. What is known of a server outlives a reload, so that a server that is reloaded
 * each night is not told about each night. For post_config. */
apr_status_t mod_eckid_watch_start(mod_eckid_process_t *process, apr_pool_t *pconf,
                                   server_rec *main_server);

/* Kinds of what is told once a day, each with room of its own: who sends us names or paths without
 * end is told about no more, but silences nothing of another kind. */
typedef enum mod_eckid_remark_t {
    MOD_ECKID_REMARK_SUPPLIER, /* made of names in the configuration */
    MOD_ECKID_REMARK_STRANGER, /* a name and a host from a login */
    MOD_ECKID_REMARK_METADATA, /* a path that was requested, or a name in metadata */
    MOD_ECKID_REMARKS
} mod_eckid_remark_t;

/* Whether that text was not told today (UTC), nor since the last reload. One caller of all children
 * gets true. Where there is no room for it, one line says so, once a day. */
bool mod_eckid_watch_is_news(server_rec *server, mod_eckid_remark_t kind, const char *text,
                             apr_time_t now);

/* A login passed through that server, of whichever service and with whatever end. */
void mod_eckid_watch_login(const server_rec *server);

/* A response passes through that server. One line, once, if no login has for an hour. */
void mod_eckid_watch_response(server_rec *server, apr_time_t now);

#endif

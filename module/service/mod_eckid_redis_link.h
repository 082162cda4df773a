/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One connection to redis, by TCP, TLS or a unix socket: no call takes longer than it may. */
#ifndef MOD_ECKID_REDIS_LINK_H
#define MOD_ECKID_REDIS_LINK_H

#include <apr_time.h>
#include <hiredis/hiredis.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <sys/socket.h>

#define MOD_ECKID_LINK_WORDS 4

/* Where a redis listens. */
typedef struct mod_eckid_link_target_t {
    struct sockaddr_storage address;
    socklen_t address_len;
    SSL_CTX *tls;     /* NULL for no TLS; its authorities are those that are trusted */
    const char *host; /* that the certificate must name: a host name or a numeric address */
} mod_eckid_link_target_t;

/* A command with its arguments, which may be any bytes. */
typedef struct mod_eckid_link_words_t {
    int count;
    const char *words[MOD_ECKID_LINK_WORDS];
    size_t lens[MOD_ECKID_LINK_WORDS];
} mod_eckid_link_words_t;

/* A connection; NULL if there is none by then. Whoever opened it closes it. */
typedef struct mod_eckid_link_t mod_eckid_link_t;

/* If there is none, *reason says why, for the log, unless only memory was lacking. It lives for
 * ever. */
mod_eckid_link_t *mod_eckid_link_open(const mod_eckid_link_target_t *target, apr_time_t until,
                                      const char **reason);

/* Sends a command and returns the reply, which the caller frees; NULL if the connection is of no
 * use any more, or the time is over. What is longer than 4 kB is no reply, nor is an array, nor are
 * two replies. */
redisReply *mod_eckid_link_ask(mod_eckid_link_t *link, const mod_eckid_link_words_t *words,
                               apr_time_t until);

void mod_eckid_link_close(mod_eckid_link_t *link);

#endif

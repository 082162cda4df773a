/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A socache provider for redis with a hard time limit. */
#ifndef MOD_ECKID_REDIS_H
#define MOD_ECKID_REDIS_H

#include <ap_socache.h>

#include "conf/mod_eckid_config.h"

/* The time limit of a command. If it is exceeded, redis is not used for MOD_ECKID_REDIS_AWAY. */
#define MOD_ECKID_REDIS_TIMEOUT apr_time_from_msec(200)
#define MOD_ECKID_REDIS_AWAY apr_time_from_sec(5)

/*
 * Replaces mod_socache_redis, whose RedisTimeout is useless: it is set in microseconds, but
 * apr_redis takes it as seconds, so that a redis that hangs blocks every worker. Records have the
 * same names as with that module. The argument is one host:port, or the path of a unix socket.
 */
extern const ap_socache_provider_t mod_eckid_redis;

/* How to be let in, and TLS where authorities are named. Between create and init. Returns an error
 * or NULL. */
const char *mod_eckid_redis_secure(ap_socache_instance_t *redis, const mod_eckid_records_t *conf,
                                   apr_pool_t *pool);

#endif

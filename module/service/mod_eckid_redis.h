/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A socache provider for redis with a hard time limit. */
#ifndef MOD_ECKID_REDIS_H
#define MOD_ECKID_REDIS_H

#include <ap_socache.h>

/* The time limit of a command. If it is exceeded, redis is not used for MOD_ECKID_REDIS_AWAY. */
#define MOD_ECKID_REDIS_TIMEOUT apr_time_from_msec(200)
#define MOD_ECKID_REDIS_AWAY apr_time_from_sec(5)

/*
 * Replaces mod_socache_redis, whose RedisTimeout is useless: it is set in microseconds, but
 * apr_redis takes it as seconds, so that a redis that hangs blocks every worker. Records have the
 * same names as with that module. The argument is one host:port.
 */
extern const ap_socache_provider_t mod_eckid_redis;

#endif

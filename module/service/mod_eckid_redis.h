/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A socache provider for redis that never takes longer than it may. */
#ifndef MOD_ECKID_REDIS_H
#define MOD_ECKID_REDIS_H

#include <ap_socache.h>

/* A command has been answered after this time, or redis is left alone for MOD_ECKID_REDIS_AWAY. */
#define MOD_ECKID_REDIS_TIMEOUT apr_time_from_msec(200)
#define MOD_ECKID_REDIS_AWAY apr_time_from_sec(5)

/*
 * In place of mod_socache_redis, whose RedisTimeout is of no use: it counts microseconds, apr_redis
 * takes them for seconds, so that a redis that hangs holds every worker. The records are where that
 * one would have them. Its argument is one host:port.
 */
extern const ap_socache_provider_t mod_eckid_redis;

#endif

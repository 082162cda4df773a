/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is in use and ends one day, and the warnings before that: each once, for all processes. */
#include "base/eckid_expiry.h"
#include "base/eckid_time.h"

#include <apr_strings.h>

#define DAY apr_time_from_sec(24 * 3600)

static eckid_expiry_stage_t stage_at(apr_time_t until, apr_time_t now)
{
    apr_interval_time_t left = until - now;

    return until <= 0         ? ECKID_EXPIRY_FAR
           : left <= 0        ? ECKID_EXPIRY_ENDED
           : left <= DAY      ? ECKID_EXPIRY_DAY
           : left <= 7 * DAY  ? ECKID_EXPIRY_WEEK
           : left <= 30 * DAY ? ECKID_EXPIRY_MONTH
                              : ECKID_EXPIRY_FAR;
}

eckid_expiry_stage_t eckid_expiry_stage(const eckid_expiry_t *expiry, apr_time_t now)
{
    eckid_expiry_stage_t stage = stage_at(expiry->until, now);

    return expiry->since && stage <= stage_at(expiry->until, expiry->since) ? ECKID_EXPIRY_FAR
                                                                            : stage;
}

/* The longest unit that does not hide what is left. */
static const char *span(apr_interval_time_t time, apr_pool_t *pool)
{
    apr_int64_t hours = apr_time_sec(time) / 3600;

    return hours >= 48 ? apr_psprintf(pool, "%d days", (int)(hours / 24))
                       : apr_psprintf(pool, "%d hours", (int)hours);
}

const char *eckid_expiry_text(const eckid_expiry_t *expiry, apr_time_t now, apr_pool_t *pool)
{
    bool ended = expiry->until <= now;

    return apr_psprintf(pool, "%s %s at %s, %s%s%s: %s", expiry->what, ended ? "ended" : "ends",
                        eckid_time_format(expiry->until, pool), ended ? "" : "in ",
                        span(ended ? now - expiry->until : expiry->until - now, pool),
                        ended ? " ago" : "", expiry->consequence);
}

bool eckid_expiry_is_news(eckid_told_t *told, const eckid_expiry_t *expiry, apr_time_t now,
                          apr_pool_t *pool)
{
    eckid_expiry_stage_t stage = eckid_expiry_stage(expiry, now);

    return stage != ECKID_EXPIRY_FAR &&
           eckid_told_is_news(told, apr_psprintf(pool, "%s %" APR_TIME_T_FMT " %d", expiry->what,
                                                 apr_time_sec(expiry->until), stage));
}

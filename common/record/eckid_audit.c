/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of the audit log: one for each decision, numbered, each with a MAC. */
#include "record/eckid_audit.h"

#include <apr_strings.h>

#include "base/eckid_json.h"
#include "base/eckid_time.h"

#define MAC_LEN 32 /* characters: 128 bits */
#define MAC_BEGIN ",\"mac\":\""
#define MAC_END "\"}"
#define TAIL_LEN (sizeof(MAC_BEGIN) - 1 + MAC_LEN + sizeof(MAC_END) - 1)

#define NAME_MAX_LEN 256 /* of one name: two of them fit into a line, however JSON escapes them */
#define NAMES_MAX 1536   /* of all released names together */

/* MACs */

static const char *mac_of(const eckid_secret_t *secret, eckid_bytes_t text, apr_pool_t *pool)
{
    unsigned char digest[ECKID_SECRET_DIGEST];

    eckid_secret_digest(digest, secret, &text, 1, pool);
    return eckid_codec_hex(eckid_bytes(digest, MAC_LEN / 2), pool).data;
}

apr_size_t eckid_audit_signed_part(eckid_bytes_t line, const eckid_secret_t *secret,
                                   apr_pool_t *pool)
{
    apr_size_t len = line.len > TAIL_LEN ? line.len - TAIL_LEN : 0;
    const char *tail = line.data + len;

    if (!len || memcmp(tail, MAC_BEGIN, sizeof(MAC_BEGIN) - 1) != 0 ||
        memcmp(line.data + line.len - (sizeof(MAC_END) - 1), MAC_END, sizeof(MAC_END) - 1) != 0) {
        return 0;
    }
    const char *mac = mac_of(secret, eckid_bytes(line.data, len), pool);

    return memcmp(mac, tail + sizeof(MAC_BEGIN) - 1, MAC_LEN) == 0 ? len : 0;
}

/* Writing */

/* With milliseconds, so that lines of a busy morning can be told apart. */
static const char *time_of(apr_time_t now, apr_pool_t *pool)
{
    const char *whole = eckid_time_format(now, pool);

    return apr_psprintf(pool, "%.*s.%03dZ", (int)strlen(whole) - 1, whole,
                        (int)(apr_time_usec(now) / 1000));
}

static json_t *begin(const eckid_audit_t *audit, apr_time_t now, apr_pool_t *pool)
{
    apr_uint64_t number = atomic_fetch_add(&audit->chain->lines, 1) + 1;

    return eckid_json_own(
        json_pack("{s:s,s:I,s:I,s:s}", "chain", audit->chain->id, "n", (json_int_t)number, "lost",
                  (json_int_t)atomic_load(&audit->chain->lost), "time", time_of(now, pool)),
        pool);
}

static eckid_bytes_t finish(const json_t *object, const eckid_audit_t *audit, apr_pool_t *pool)
{
    eckid_bytes_t text = eckid_json_print(object, pool);

    text.len--; /* the closing brace comes behind the MAC */
    return eckid_bytes_str(apr_pstrcat(pool, apr_pstrmemdup(pool, text.data, text.len), MAC_BEGIN,
                                       mac_of(audit->secret, text, pool), MAC_END "\n", NULL));
}

/* A name as JSON can hold it, and not longer than a line has room for. */
static json_t *name_of(const char *name, apr_pool_t *pool)
{
    apr_size_t len = strnlen(name, NAME_MAX_LEN);

    while (len && (name[len] & 0xC0) == 0x80) { /* within a character of UTF-8 */
        len--;
    }
    const char *cut = apr_pstrmemdup(pool, name, len);

    return json_string(eckid_json_holds(cut) ? cut : "?");
}

static void set_names(json_t *object, const apr_array_header_t *names, apr_pool_t *pool)
{
    json_t *list = json_array();
    apr_size_t len = 0;

    json_object_set_new(object, "names", list);
    for (int i = 0; i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        len += strlen(name);
        if (len > NAMES_MAX) {
            json_object_set_new(object, "more", json_integer(names->nelts - i));
            return;
        }
        json_array_append_new(list, name_of(name, pool));
    }
}

eckid_bytes_t eckid_audit_line(const eckid_audit_t *audit, const char *host,
                               const eckid_decision_t *decision, bool observed,
                               const eckid_moment_t *moment, apr_pool_t *pool)
{
    json_t *object = begin(audit, moment->now, pool);

    json_object_set_new(object, "host", name_of(host, pool));
    if (decision->supplier) {
        json_object_set_new(object, "supplier", name_of(decision->supplier->name, pool));
    }
    json_object_set_new(object, "mode", json_string(observed ? "observe" : "on"));
    json_object_set_new(object, "channel", json_string(eckid_channel_name(decision->log.channel)));
    if (decision->verified) {
        json_object_set_new(object, "outcome",
                            json_string(eckid_outcome_name(decision->known.outcome)));
    }
    json_object_set_new(object, "result",
                        json_string(eckid_result_name(eckid_decision_result(decision))));
    if (decision->cause) {
        json_object_set_new(object, "code",
                            json_string(apr_psprintf(pool, "ECK%04d", (int)decision->cause->code)));
    }
    json_object_set_new(object, "ref", json_string(eckid_moment_reference(moment, pool)));
    if (decision->log.attributes) {
        set_names(object, decision->log.attributes, pool);
    }
    if (decision->known.pseudonym) {
        json_object_set_new(object, "person", json_string(decision->known.pseudonym));
    }
    eckid_bytes_t line = finish(object, audit, pool);

    if (line.len > ECKID_AUDIT_LINE_MAX) { /* by names full of characters that JSON escapes */
        json_object_set_new(object, "names", json_array());
        json_object_set_new(object, "more", json_integer(decision->log.attributes->nelts));
        line = finish(object, audit, pool);
    }
    return line;
}

eckid_bytes_t eckid_audit_event(const eckid_audit_t *audit, const char *event, apr_time_t now,
                                apr_pool_t *pool)
{
    json_t *object = begin(audit, now, pool);

    json_object_set_new(object, "event", json_string(event));
    return finish(object, audit, pool);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The suppliers at which a browser is logged in, each in a sealed cookie of its own. */
#include "bridge/eckid_bridge_session.h"

#include <stddef.h>
#include <stdlib.h>
#include <apr_strings.h>

#define COOKIE ECKID_COOKIE_PREFIX "session-"
#define PURPOSE "session at a supplier"

static const eckid_bridge_text_t texts[] = {
    {"s", offsetof(eckid_bridge_session_t, supplier)},
    {"i", offsetof(eckid_bridge_session_t, index)},
    {"f", offsetof(eckid_bridge_session_t, name_id.format)},
    {"n", offsetof(eckid_bridge_session_t, name_id.value)},
    {"q", offsetof(eckid_bridge_session_t, name_id.qualifier)},
    {"p", offsetof(eckid_bridge_session_t, name_id.sp_qualifier)}};

#define TEXTS (sizeof(texts) / sizeof(*texts))

static const eckid_bridge_session_t *at(const apr_array_header_t *sessions, int i)
{
    return APR_ARRAY_IDX(sessions, i, const eckid_bridge_session_t *);
}

/* Reading */

static const eckid_bridge_session_t *open_one(const eckid_bridge_cookie_t *cookie,
                                              const eckid_bridge_seal_t *seal, apr_time_t now,
                                              apr_pool_t *pool)
{
    const json_t *object = eckid_bridge_unseal(cookie->value, PURPOSE, seal, pool);
    eckid_bridge_session_t *session = apr_pcalloc(pool, sizeof(*session));

    if (!object) {
        return NULL;
    }
    eckid_bridge_get_texts(session, object, texts, TEXTS, pool);
    session->since = apr_time_from_sec(json_integer_value(json_object_get(object, "t")));
    session->has_lost = json_is_true(json_object_get(object, "l"));
    session->cookie = cookie->name;
    session->size = strlen(cookie->name) + strlen(cookie->value);
    return session->since + ECKID_SESSION_AGE > now ? session : NULL;
}

static int compare(const void *one, const void *other)
{
    apr_time_t a = (*(const eckid_bridge_session_t *const *)one)->since;
    apr_time_t b = (*(const eckid_bridge_session_t *const *)other)->since;

    return (a > b) - (a < b);
}

apr_array_header_t *eckid_bridge_sessions_read(const apr_array_header_t *cookies,
                                               const eckid_bridge_seal_t *seal, apr_time_t now,
                                               apr_pool_t *pool)
{
    apr_array_header_t *sessions =
        apr_array_make(pool, cookies->nelts, sizeof(const eckid_bridge_session_t *));

    for (int i = 0; i < cookies->nelts; i++) {
        const eckid_bridge_cookie_t *cookie = &APR_ARRAY_IDX(cookies, i, eckid_bridge_cookie_t);
        const eckid_bridge_session_t *session = strncmp(cookie->name, COOKIE, strlen(COOKIE)) == 0
                                                    ? open_one(cookie, seal, now, pool)
                                                    : NULL;

        if (session) {
            APR_ARRAY_PUSH(sessions, const eckid_bridge_session_t *) = session;
        }
    }
    qsort(sessions->elts, (size_t)sessions->nelts, sizeof(void *), compare);
    return sessions;
}

const eckid_bridge_session_t *eckid_bridge_sessions_find(const apr_array_header_t *sessions,
                                                         const char *supplier)
{
    for (int i = sessions->nelts - 1; i >= 0; i--) {
        if (strcmp(at(sessions, i)->supplier, supplier) == 0) {
            return at(sessions, i);
        }
    }
    return NULL;
}

/* Writing */

/* Without the secret the name says nothing. */
static const char *name_of(const char *supplier, const eckid_bridge_seal_t *seal, apr_pool_t *pool)
{
    const eckid_bytes_t parts[] = {eckid_bytes_str(PURPOSE), eckid_bytes_str(seal->issuer),
                                   eckid_bytes_str(supplier)};
    unsigned char digest[ECKID_SECRET_DIGEST];

    eckid_secret_digest(digest, seal->secret, parts, 3, pool);
    return apr_pstrcat(pool, COOKIE, eckid_codec_hex(eckid_bytes(digest, 8), pool).data, NULL);
}

static const json_t *print(const eckid_bridge_session_t *session, apr_pool_t *pool)
{
    json_t *object = eckid_json_own(json_object(), pool);

    eckid_bridge_put_texts(object, session, texts, TEXTS);
    json_object_set_new(object, "t", json_integer(apr_time_sec(session->since)));
    if (session->has_lost) {
        json_object_set_new(object, "l", json_true());
    }
    return object;
}

void eckid_bridge_sessions_forget(apr_array_header_t *changes,
                                  const eckid_bridge_session_t *session)
{
    APR_ARRAY_PUSH(changes, eckid_bridge_cookie_t) = (eckid_bridge_cookie_t){session->cookie, NULL};
}

/* Forgets the oldest ones until there is room for one of that size; whether any is lost. */
static bool make_room(apr_array_header_t *changes, const apr_array_header_t *sessions,
                      const eckid_bridge_session_t *replaced, apr_size_t size)
{
    int count = 1;
    bool has_lost = replaced && replaced->has_lost;

    for (int i = sessions->nelts - 1; i >= 0; i--) {
        const eckid_bridge_session_t *each = at(sessions, i);

        if (replaced && strcmp(each->supplier, replaced->supplier) == 0) {
            continue;
        }
        size += each->size;
        if (++count > ECKID_SESSIONS_MAX || size > ECKID_SESSIONS_ROOM) {
            eckid_bridge_sessions_forget(changes, each);
            has_lost = true;
        }
    }
    return has_lost;
}

/* A name that is changed with the secret leaves nothing behind. */
static void forget_replaced(apr_array_header_t *changes, const apr_array_header_t *sessions,
                            const eckid_bridge_session_t *session)
{
    for (int i = 0; i < sessions->nelts; i++) {
        if (strcmp(at(sessions, i)->supplier, session->supplier) == 0 &&
            strcmp(at(sessions, i)->cookie, session->cookie) != 0) {
            eckid_bridge_sessions_forget(changes, at(sessions, i));
        }
    }
}

eckid_err_t *
eckid_bridge_sessions_note(apr_array_header_t *changes, const apr_array_header_t *sessions,
                           eckid_bridge_session_t *session, const eckid_bridge_seal_t *seal,
                           const unsigned char nonce[ECKID_SECRET_NONCE], apr_pool_t *pool)
{
    const eckid_bridge_session_t *replaced =
        eckid_bridge_sessions_find(sessions, session->supplier);
    apr_size_t plain = eckid_json_print(print(session, pool), pool).len;
    const char *value;

    session->cookie = name_of(session->supplier, seal, pool);
    session->size =
        strlen(session->cookie) + (plain + ECKID_SECRET_OVERHEAD + strlen(",\"l\":true")) * 4 / 3;
    session->has_lost = make_room(changes, sessions, replaced, session->size);
    forget_replaced(changes, sessions, session);
    ECKID_ERR(eckid_bridge_seal(&value, print(session, pool), PURPOSE, seal, nonce, pool));
    APR_ARRAY_PUSH(changes, eckid_bridge_cookie_t) =
        (eckid_bridge_cookie_t){session->cookie, value};
    return NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A logout on its way through a browser, in a sealed cookie. */
#include "bridge/eckid_logout_state.h"

#include <stddef.h>
#include <apr_strings.h>

#define PURPOSE "logout"
#define VALUE_MAX 3900 /* bytes: browsers keep 4096 of a cookie (RFC 6265 section 6.1) */

static const eckid_bridge_text_t texts[] = {{"s", offsetof(eckid_logout_state_t, supplier)},
                                            {"r", offsetof(eckid_logout_state_t, request)},
                                            {"y", offsetof(eckid_logout_state_t, relay_state)},
                                            {"a", offsetof(eckid_logout_state_t, awaited)},
                                            {"i", offsetof(eckid_logout_state_t, id)},
                                            {"b", offsetof(eckid_logout_state_t, reference)},
                                            {"m", offsetof(eckid_logout_state_t, missed)}};

#define TEXTS (sizeof(texts) / sizeof(*texts))

static const json_t *print(const eckid_logout_state_t *state, apr_pool_t *pool)
{
    json_t *object = eckid_json_own(json_object(), pool);

    eckid_bridge_put_texts(object, state, texts, TEXTS);
    json_object_set_new(object, "p", json_integer(state->phase));
    json_object_set_new(object, "t", json_integer(apr_time_sec(state->begun)));
    json_object_set_new(object, "e", json_integer(state->ended));
    return object;
}

eckid_err_t *eckid_logout_state_keep(apr_array_header_t *changes, const eckid_logout_state_t *state,
                                     const eckid_bridge_seal_t *seal,
                                     const unsigned char nonce[ECKID_SECRET_NONCE],
                                     apr_pool_t *pool)
{
    const char *value;

    ECKID_ERR(eckid_bridge_seal(&value, print(state, pool), PURPOSE, seal, nonce, pool));
    if (strlen(value) > VALUE_MAX) {
        return eckid_err_make(pool, ECKID_REQUEST,
                              "its ID, its RelayState and the entity IDs are too long together");
    }
    APR_ARRAY_PUSH(changes, eckid_bridge_cookie_t) =
        (eckid_bridge_cookie_t){ECKID_LOGOUT_COOKIE, value};
    return NULL;
}

eckid_logout_state_t *eckid_logout_state_find(const apr_array_header_t *cookies,
                                              const eckid_bridge_seal_t *seal, apr_time_t now,
                                              apr_pool_t *pool)
{
    const char *value = eckid_bridge_cookies_get(cookies, ECKID_LOGOUT_COOKIE);
    const json_t *object = value ? eckid_bridge_unseal(value, PURPOSE, seal, pool) : NULL;
    eckid_logout_state_t *state = apr_pcalloc(pool, sizeof(*state));

    if (!object) {
        return NULL;
    }
    eckid_bridge_get_texts(state, object, texts, TEXTS, pool);
    state->phase = (eckid_logout_phase_t)json_integer_value(json_object_get(object, "p"));
    state->begun = apr_time_from_sec(json_integer_value(json_object_get(object, "t")));
    state->ended = (int)json_integer_value(json_object_get(object, "e"));
    return state->begun + ECKID_LOGOUT_AGE > now ? state : NULL;
}

void eckid_logout_state_forget(apr_array_header_t *changes)
{
    APR_ARRAY_PUSH(changes, eckid_bridge_cookie_t) =
        (eckid_bridge_cookie_t){ECKID_LOGOUT_COOKIE, NULL};
}

void eckid_logout_state_miss(eckid_logout_state_t *state, const char *what, apr_pool_t *pool)
{
    const char *before = state->missed ? state->missed : "";
    const char *now = apr_pstrcat(pool, before, *before ? ", " : "", what, NULL);

    state->missed = strlen(now) <= ECKID_LOGOUT_MISSED_MAX ? now
                    : *before && before[strlen(before) - 1] == '.'
                        ? before
                        : apr_pstrcat(pool, before, *before ? ", " : "", "...", NULL);
}

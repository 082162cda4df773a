/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ID tokens where no reader looks for them: found by their looks, and judged. */
#include "oidc/eckid_oidc_scan.h"
#include "base/eckid_find.h"
#include "base/eckid_words.h"
#include "jose/eckid_jwt_peek.h"
#include "oidc/eckid_escapes.h"
#include "oidc/eckid_our_keys.h"

#include <apr_lib.h>

/* How many places in a run of digits are tried as the start of a header. */
#define HEADERS_MAX 8

#define PADDING_MAX 2

/* What is searched for. */
typedef struct scan_t {
    const eckid_oidc_setup_t *setup;
    apr_pool_t *pool;
    apr_pool_t *scratch; /* emptied after each token; NULL until there is one */
} scan_t;

/* The next start of a JSON object in base64: a brace, and a quote or white space behind it. */
static const char *find_start(const char *at, const char *end)
{
    return eckid_find_pair(eckid_bytes(at, (apr_size_t)(end - at)), 'e', 'y', 'w');
}

static eckid_bytes_t run_at(const char *at, const char *end)
{
    const char *to = at;

    while (to < end && (apr_isalnum(*to) || *to == '-' || *to == '_')) {
        to++;
    }
    return eckid_bytes(at, (apr_size_t)(to - at));
}

/* The run behind a dot that ends this one; false when there is no dot. Some writers pad base64. */
static bool next_run(eckid_bytes_t *next, eckid_bytes_t run, const char *end)
{
    const char *dot = run.data + run.len;

    for (int i = 0; i < PADDING_MAX && dot < end && *dot == '='; i++) {
        dot++;
    }
    if (dot == end || *dot != '.') {
        return false;
    }
    *next = run_at(dot + 1, end);
    return true;
}

/* Judging */

/* The header begins somewhere in the run, behind digits that do not belong to it. */
static const json_t *find_header(eckid_bytes_t run, apr_pool_t *pool)
{
    const char *at = run.data, *end = run.data + run.len;
    const json_t *header = NULL;

    for (int i = 0; !header && i < HEADERS_MAX && (at = find_start(at, end)) != NULL; i++) {
        header = eckid_jwt_peek(eckid_bytes(at, (apr_size_t)(end - at)), pool);
        at += 2;
    }
    return header;
}

/* What a provider makes for itself, such as a link in a mail, is by a secret of its own. It may
 * tell by azp for which client, but is not for its eyes. */
static bool is_by_secret(const json_t *header)
{
    const char *alg = json_string_value(json_object_get(header, "alg"));

    return alg && strncmp(alg, "HS", 2) == 0;
}

bool eckid_oidc_scan_is_ours(const eckid_oidc_setup_t *setup, const char *token, apr_pool_t *pool)
{
    const json_t *header = eckid_jwt_peek(eckid_bytes(token, strcspn(token, ".")), pool);

    return eckid_our_keys_have(setup->rules, json_string_value(json_object_get(header, "kid")),
                               pool);
}

static bool is_judged(const eckid_oidc_setup_t *setup, const char *name)
{
    const eckid_client_t *client;

    return setup->judged && eckid_policy_find_client(&client, setup->judged, name);
}

const eckid_supplier_t *eckid_oidc_scan_claims(const eckid_oidc_setup_t *setup,
                                               const json_t *claims, const char *const *members,
                                               apr_pool_t *pool)
{
    const apr_array_header_t *names = eckid_jwt_peek_names(claims, members, pool);
    const eckid_supplier_t *found = NULL;
    const eckid_client_t *client;

    for (int i = 0; !found && i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        found = is_judged(setup, name)
                    ? NULL
                    : eckid_policy_find_client(&client, setup->rules->policy, name);
    }
    return found;
}

static const eckid_supplier_t *supplier_of(const eckid_oidc_setup_t *setup, eckid_bytes_t run,
                                           eckid_bytes_t payload, apr_pool_t *pool)
{
    static const char *const both[] = {"aud", "azp", NULL}, *const aud[] = {"aud", NULL};
    const json_t *claims = eckid_jwt_peek(payload, pool);

    if (!claims || !eckid_oidc_scan_claims(setup, claims, both, pool)) {
        return NULL;
    }
    const json_t *header = find_header(run, pool);
    const char *kid = json_string_value(json_object_get(header, "kid"));

    return eckid_our_keys_have(setup->rules, kid, pool)
               ? NULL
               : eckid_oidc_scan_claims(setup, claims, is_by_secret(header) ? aud : both, pool);
}

/* Finding */

static const eckid_supplier_t *judge(scan_t *scan, eckid_bytes_t header, eckid_bytes_t payload)
{
    if (!scan->scratch) {
        apr_pool_create(&scan->scratch, scan->pool);
    }
    const eckid_supplier_t *found = supplier_of(scan->setup, header, payload, scan->scratch);

    apr_pool_clear(scan->scratch);
    return found;
}

static const eckid_supplier_t *finish(const scan_t *scan, const eckid_supplier_t *found)
{
    if (scan->scratch) {
        apr_pool_destroy(scan->scratch);
    }
    return found;
}

/* The supplier that the token names which may begin with that run. Coded tells that an escape
 * stands where the token would go on. */
static const eckid_supplier_t *find_at(bool *coded, scan_t *scan, eckid_bytes_t header,
                                       const char *end)
{
    eckid_bytes_t payload, signature, last = header;

    if (next_run(&payload, header, end)) {
        last = payload;
        if (next_run(&signature, payload, end)) {
            return judge(scan, header, payload);
        }
    }
    *coded = *coded || (last.data + last.len < end && eckid_escapes_begin(last.data[last.len]));
    return NULL;
}

/* Each run is looked at as a header, as a payload and as a signature at most, so that the time is
 * linear. */
static const eckid_supplier_t *search_text(bool *coded, scan_t *scan, eckid_bytes_t bytes)
{
    const char *at = bytes.data, *end = bytes.data + bytes.len;
    const eckid_supplier_t *found = NULL;

    *coded = false;
    while (!found && (at = find_start(at, end)) != NULL) {
        const eckid_bytes_t header = run_at(at, end);

        found = find_at(coded, scan, header, end);
        at = header.data + header.len;
    }
    return found;
}

/* Searches the text, and what its escapes stand for: where one interrupts what may be a token; in a
 * URL, which anybody can write as he likes, wherever it is. */
static const eckid_supplier_t *search(scan_t *scan, eckid_bytes_t bytes, bool is_url)
{
    bool coded;
    const eckid_supplier_t *found = search_text(&coded, scan, bytes);

    for (int i = 0;
         !found && i < ECKID_ESCAPES_MAX && (coded || (is_url && eckid_escapes_are_in(bytes)));
         i++) {
        const eckid_bytes_t plain = eckid_escapes_decode(bytes, scan->pool);

        if (plain.len == bytes.len) { /* what is decoded is shorter */
            break;
        }
        bytes = plain;
        found = search_text(&coded, scan, bytes);
    }
    return found;
}

static const eckid_supplier_t *scan_text(const eckid_oidc_setup_t *setup, eckid_bytes_t bytes,
                                         bool is_url, apr_pool_t *pool)
{
    scan_t scan = {.setup = setup, .pool = pool};

    return finish(&scan, search(&scan, eckid_codec_narrow(bytes, pool), is_url));
}

const eckid_supplier_t *eckid_oidc_scan_url(const eckid_oidc_setup_t *setup, const char *url,
                                            apr_pool_t *pool)
{
    return scan_text(setup, eckid_bytes_str(url), true, pool);
}

const eckid_supplier_t *eckid_oidc_scan_bytes(const eckid_oidc_setup_t *setup, eckid_bytes_t bytes,
                                              apr_pool_t *pool)
{
    return scan_text(setup, bytes, false, pool);
}

eckid_err_t *eckid_oidc_scan_find(const eckid_oidc_setup_t *setup, eckid_bytes_t bytes,
                                  apr_pool_t *pool)
{
    return eckid_oidc_scan_bytes(setup, bytes, pool)
               ? eckid_err_make(pool, ECKID_RESPONSE_MODE, "where no field can be read")
               : NULL;
}

static const eckid_supplier_t *search_value(scan_t *scan, const json_t *value)
{
    const eckid_supplier_t *found =
        json_is_string(value)
            ? search(scan, eckid_bytes(json_string_value(value), json_string_length(value)), false)
            : NULL;
    const char *name;
    json_t *member;
    size_t i;

    json_array_foreach(value, i, member)
    {
        found = found ? found : search_value(scan, member);
    }
    json_object_foreach((json_t *)value, name, member)
    {
        found = found ? found : search(scan, eckid_bytes_str(name), false);
        found = found ? found : search_value(scan, member);
    }
    return found;
}

const eckid_supplier_t *eckid_oidc_scan_value(const eckid_oidc_setup_t *setup, const json_t *value,
                                              apr_pool_t *pool)
{
    scan_t scan = {.setup = setup, .pool = pool};

    return finish(&scan, search_value(&scan, value));
}

const eckid_supplier_t *eckid_oidc_scan_members(const eckid_oidc_setup_t *setup,
                                                const eckid_json_edit_t *object,
                                                const char *const *read, apr_pool_t *pool)
{
    const apr_array_header_t *names = eckid_json_edit_names(object, pool);
    const eckid_supplier_t *found = NULL;
    scan_t scan = {.setup = setup, .pool = pool};

    for (int i = 0; !found && i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        if (!eckid_words_have(read, name)) {
            found = search(&scan, eckid_bytes_str(name), false);
            found = found ? found : search_value(&scan, eckid_json_edit_get(object, name));
        }
    }
    return finish(&scan, found);
}

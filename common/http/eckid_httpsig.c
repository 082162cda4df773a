/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 9421: signs a request by a profile that the operator configures; no I/O. */
#include "http/eckid_httpsig.h"
#include "crypto/eckid_key_sign.h"
#include "http/eckid_content_digest.h"

#include <stdlib.h>
#include <apr_strings.h>

#define LIFETIME_MAX 3600

#define PLAIN(name)                                                                                \
    {                                                                                              \
        "\"" name "\"", name, NULL, NULL, false                                                    \
    }

static const eckid_httpsig_component_t usual_components[] = {
    PLAIN("@method"),        PLAIN("@target-uri"),   PLAIN("content-type"),
    PLAIN("content-digest"), PLAIN("authorization"),
};

static const apr_array_header_t usual_list = {
    .elt_size = sizeof(*usual_components),
    .nelts = sizeof(usual_components) / sizeof(*usual_components),
    .elts = (char *)usual_components, /* const cast away; nothing writes through a const list */
};

const eckid_httpsig_profile_t eckid_httpsig_usual = {
    .components = &usual_list,
    .lifetime = 60,
    .created = true,
    .nonce = true,
    .alg = true,
    .keyid = true,
};

/* Wraps the word as Signature-Input would have it, so that one parser handles both. */
static eckid_err_t *add_component(apr_array_header_t *components, const char *word,
                                  apr_pool_t *pool)
{
    int name = (int)strcspn(word, ";");
    const char *text = apr_psprintf(pool, "word=(\"%.*s\"%s)", name, word, word + name);
    apr_array_header_t *members;
    eckid_httpsig_component_t component;

    if (!eckid_sfv_dictionary(&members, text, pool)) {
        return eckid_err_make(pool, ECKID_CONFIG, "%s cannot be read as a component", word);
    }
    eckid_err_t *err = eckid_httpsig_component(
        &component, &APR_ARRAY_IDX(eckid_sfv_find(members, "word")->list, 0, eckid_sfv_item_t),
        false, ECKID_CONFIG, pool);

    if (err) {
        return eckid_err_make(pool, ECKID_CONFIG, "%s: %s", word, err->detail);
    }
    if (eckid_httpsig_component_among(components, &component)) {
        return eckid_err_make(pool, ECKID_CONFIG, "%s is named twice", word);
    }
    APR_ARRAY_PUSH(components, eckid_httpsig_component_t) = component;
    return NULL;
}

static eckid_err_t *parse_components(eckid_httpsig_profile_t *profile, const char *words,
                                     apr_pool_t *pool)
{
    apr_array_header_t *components = apr_array_make(pool, 8, sizeof(eckid_httpsig_component_t));
    char *rest, *word = apr_strtok(apr_pstrdup(pool, words), " ", &rest);

    for (; word; word = apr_strtok(NULL, " ", &rest)) {
        ECKID_ERR(add_component(components, word, pool));
    }
    if (components->nelts == 0) {
        return eckid_err_make(pool, ECKID_CONFIG, "a signature needs at least one component");
    }
    profile->components = components;
    return NULL;
}

/* Setters for the parameters. Each returns what is wrong with the value, or NULL. */
static const char *set_flag(bool *flag, const char *value)
{
    *flag = true;
    return value ? "takes no value" : NULL;
}

static const char *set_created(eckid_httpsig_profile_t *profile, const char *value)
{
    return set_flag(&profile->created, value);
}

static const char *set_nonce(eckid_httpsig_profile_t *profile, const char *value)
{
    return set_flag(&profile->nonce, value);
}

static const char *set_keyid(eckid_httpsig_profile_t *profile, const char *value)
{
    return set_flag(&profile->keyid, value);
}

static const char *set_alg(eckid_httpsig_profile_t *profile, const char *value)
{
    profile->algorithm = value;
    profile->alg = true;
    return value && !*value ? "takes the name of an algorithm, or no value" : NULL;
}

static const char *set_expires(eckid_httpsig_profile_t *profile, const char *value)
{
    bool digits = value && *value && strlen(value) <= 4 && !value[strspn(value, "0123456789")];

    profile->lifetime = digits ? atoi(value) : 0;
    return profile->lifetime > 0 && profile->lifetime <= LIFETIME_MAX
               ? NULL
               : "takes a number of seconds from 1 to 3600, such as expires=60";
}

/* Only characters that need no escape (RFC 9651 section 3.3.3). */
static const char *set_tag(eckid_httpsig_profile_t *profile, const char *value)
{
    profile->tag = value;
    for (; value && *value > ' ' && *value <= '~' && !strchr("\"\\", *value); value++) {
    }
    return value && value != profile->tag && !*value
               ? NULL
               : "takes text without quotes, such as tag=school";
}

static const struct {
    const char *name;
    const char *(*set)(eckid_httpsig_profile_t *profile, const char *value);
} parameter_words[] = {
    {"created", set_created}, {"expires", set_expires}, {"nonce", set_nonce},
    {"alg", set_alg},         {"keyid", set_keyid},     {"tag", set_tag},
};

#define WORDS ((int)(sizeof(parameter_words) / sizeof(*parameter_words)))

static eckid_err_t *add_parameter(eckid_httpsig_profile_t *profile, bool *seen, char *word,
                                  apr_pool_t *pool)
{
    char *equals = strchr(word, '=');
    int i = 0;

    if (equals) {
        *equals++ = '\0';
    }
    while (i < WORDS && strcmp(parameter_words[i].name, word) != 0) {
        i++;
    }
    if (i == WORDS || seen[i]) {
        return eckid_err_make(pool, ECKID_CONFIG,
                              i == WORDS ? "%s is not a parameter" : "%s is named twice", word);
    }
    const char *wrong = parameter_words[i].set(profile, equals);

    seen[i] = true;
    return wrong ? eckid_err_make(pool, ECKID_CONFIG, "%s %s", word, wrong) : NULL;
}

static eckid_err_t *parse_parameters(eckid_httpsig_profile_t *profile, const char *words,
                                     apr_pool_t *pool)
{
    bool seen[WORDS] = {false};
    char *rest, *word = apr_strtok(apr_pstrdup(pool, words), " ", &rest);

    profile->created = profile->nonce = profile->alg = profile->keyid = false;
    profile->lifetime = 0;
    for (; word; word = apr_strtok(NULL, " ", &rest)) {
        ECKID_ERR(add_parameter(profile, seen, word, pool));
    }
    return NULL;
}

eckid_err_t *eckid_httpsig_profile_parse(eckid_httpsig_profile_t **out, const char *components,
                                         const char *parameters, apr_pool_t *pool)
{
    eckid_httpsig_profile_t *profile =
        apr_pmemdup(pool, &eckid_httpsig_usual, sizeof(eckid_httpsig_usual));

    if (components) {
        ECKID_ERR(parse_components(profile, components, pool));
    }
    if (parameters) {
        ECKID_ERR(parse_parameters(profile, parameters, pool));
    }
    *out = profile;
    return NULL;
}

eckid_err_t *eckid_httpsig_profile_check(const eckid_httpsig_profile_t *profile,
                                         const eckid_key_t *key, apr_pool_t *pool)
{
    return eckid_key_http(key, profile->algorithm)
               ? NULL
               : eckid_err_advise(
                     eckid_err_make(pool, ECKID_KEY, "%s cannot be used for HTTP signatures by %s",
                                    eckid_key_name(key),
                                    profile->algorithm ? profile->algorithm : "RFC 9421"),
                     "alg= of EckidLasSignature and the kind of the key must fit each other");
}

static bool is_named(const eckid_httpsig_component_t *component, const char *name)
{
    return strcmp(component->name, name) == 0;
}

/* A component that may be missing from a request; it is then not covered. */
static bool is_left_out(const eckid_httpsig_component_t *component,
                        const eckid_http_request_t *request)
{
    if (is_named(component, "content-type") || is_named(component, "content-digest")) {
        return request->body.len == 0;
    }
    return is_named(component, "authorization") &&
           !apr_table_get(request->headers, "Authorization");
}

/* The components of the profile that the request has. Sets Content-Digest if it is covered. */
static eckid_err_t *cover(apr_array_header_t **out, const eckid_httpsig_profile_t *profile,
                          eckid_http_request_t *request, apr_pool_t *pool)
{
    apr_array_header_t *covered = apr_array_make(pool, 8, sizeof(eckid_httpsig_component_t));

    for (int i = 0; i < profile->components->nelts; i++) {
        const eckid_httpsig_component_t *component =
            &APR_ARRAY_IDX(profile->components, i, eckid_httpsig_component_t);

        if (is_left_out(component, request)) {
            continue;
        }
        if (is_named(component, "content-digest")) {
            apr_table_setn(request->headers, "Content-Digest",
                           eckid_content_digest(request->body, pool));
        }
        if (component->name[0] != '@' && !apr_table_get(request->headers, component->name)) {
            return eckid_err_make(pool, ECKID_CONFIG, "the request has no %s, which must be signed",
                                  component->name);
        }
        APR_ARRAY_PUSH(covered, eckid_httpsig_component_t) = *component;
    }
    *out = covered;
    return NULL;
}

static const char *number(const char *name, apr_int64_t value, apr_pool_t *pool)
{
    return apr_psprintf(pool, ";%s=%" APR_INT64_T_FMT, name, value);
}

static const char *string(const char *name, const char *value, apr_pool_t *pool)
{
    return apr_pstrcat(pool, ";", name, "=\"", value, "\"", NULL);
}

/* Section 2.3: the parameters after the list of components. */
static const char *parameters_of(const eckid_httpsig_profile_t *profile, const char *alg,
                                 const char *keyid, const eckid_moment_t *moment, apr_pool_t *pool)
{
    apr_int64_t now = apr_time_sec(moment->now);
    eckid_bytes_t nonce = eckid_bytes(moment->http_nonce, sizeof(moment->http_nonce));

    return apr_pstrcat(
        pool, profile->created ? number("created", now, pool) : "",
        profile->lifetime ? number("expires", now + profile->lifetime, pool) : "",
        profile->nonce ? string("nonce", eckid_codec_base64url(nonce, pool).data, pool) : "",
        profile->alg ? string("alg", alg, pool) : "",
        profile->keyid ? string("keyid", keyid, pool) : "",
        profile->tag ? string("tag", profile->tag, pool) : "", NULL);
}

static const char *list_of(const apr_array_header_t *components, apr_pool_t *pool)
{
    const char *list = "";

    for (int i = 0; i < components->nelts; i++) {
        list =
            apr_pstrcat(pool, list, i ? " " : "",
                        APR_ARRAY_IDX(components, i, eckid_httpsig_component_t).identifier, NULL);
    }
    return list;
}

eckid_err_t *eckid_httpsig_sign(eckid_http_request_t *request,
                                const eckid_httpsig_profile_t *profile, const eckid_key_t *key,
                                const char *keyid, const eckid_moment_t *moment, apr_pool_t *pool)
{
    const eckid_key_http_t *algorithm = eckid_key_http(key, profile->algorithm);
    const eckid_httpsig_message_t message = {request->method, request->url, 0, request->headers,
                                             NULL};
    apr_array_header_t *components = NULL;
    eckid_bytes_t base, signature;

    ECKID_ERR(eckid_httpsig_profile_check(profile, key, pool));
    ECKID_ERR(cover(&components, profile, request, pool));
    const char *input =
        apr_pstrcat(pool, "(", list_of(components, pool), ")",
                    parameters_of(profile, algorithm->name, keyid, moment, pool), NULL);

    ECKID_ERR(eckid_httpsig_base(&base, &message, components, input, ECKID_CONFIG, pool));
    ECKID_ERR(eckid_key_sign(&signature, key, algorithm->alg, base, pool));
    apr_table_setn(request->headers, "Signature-Input",
                   apr_pstrcat(pool, ECKID_HTTPSIG_LABEL "=", input, NULL));
    apr_table_setn(request->headers, "Signature",
                   apr_pstrcat(pool, ECKID_HTTPSIG_LABEL "=:",
                               eckid_codec_base64(signature, pool).data, ":", NULL));
    return NULL;
}

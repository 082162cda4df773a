/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 9421: verifies that a response was signed by an expected key; no I/O. */
#include "http/eckid_httpsig_verify.h"
#include "crypto/eckid_key_sign.h"
#include "http/eckid_content_digest.h"
#include "http/eckid_httpsig_base.h"

#define SIGNATURES_MAX 8

#define REFUSED(pool, ...) eckid_err_make(pool, ECKID_LAS_SIGNATURE, __VA_ARGS__)

/* The messages, and what is needed to verify. */
typedef struct exchange_t {
    eckid_httpsig_message_t request, answer;
    const apr_array_header_t *keys;
    apr_int64_t now, skew; /* seconds */
    apr_pool_t *pool;
} exchange_t;

/* One signature, parsed (section 2.3). */
typedef struct signature_t {
    const char *input;
    apr_array_header_t *components;
    eckid_bytes_t signature;
    const eckid_sfv_value_t *created, *expires, *keyid, *alg; /* NULL if absent */
} signature_t;

/* Reads a parameter, which may be absent; false if it has the wrong type. */
static bool take_param(const eckid_sfv_value_t **out, const eckid_sfv_item_t *list,
                       const char *name, eckid_sfv_type_t type)
{
    *out = eckid_sfv_param(list, name);
    return !*out || (*out)->type == type;
}

static eckid_err_t *read_signature(signature_t *sig, const exchange_t *exchange,
                                   const eckid_sfv_item_t *list, const eckid_sfv_item_t *signature)
{
    if (!take_param(&sig->created, list, "created", ECKID_SFV_INTEGER) ||
        !take_param(&sig->expires, list, "expires", ECKID_SFV_INTEGER) ||
        !take_param(&sig->keyid, list, "keyid", ECKID_SFV_STRING) ||
        !take_param(&sig->alg, list, "alg", ECKID_SFV_STRING)) {
        return REFUSED(exchange->pool, "a parameter of the signature is of the wrong type");
    }
    if (signature->list || signature->value.type != ECKID_SFV_BYTES) {
        return REFUSED(exchange->pool, "Signature is not a byte sequence");
    }
    sig->input = list->text;
    sig->signature = signature->value.bytes;
    return eckid_httpsig_components(&sig->components, list, true, ECKID_LAS_SIGNATURE,
                                    exchange->pool);
}

static bool covers(const signature_t *sig, const char *name, const char *key, bool req)
{
    const eckid_httpsig_component_t component = {.name = name, .key = key, .req = req};

    return eckid_httpsig_component_among(sig->components, &component);
}

/* The covered components must bind the response to this request. Content-Type must be covered if it
 * is present, so that it cannot be added; if it was covered it cannot be removed, as it would then
 * be missing. */
static eckid_err_t *check_coverage(const signature_t *sig, const exchange_t *exchange)
{
    const char *missing = !covers(sig, "@status", NULL, false)          ? "@status"
                          : !covers(sig, "content-digest", NULL, false) ? "content-digest"
                          : !covers(sig, "content-type", NULL, false) &&
                                  apr_table_get(exchange->answer.headers, "Content-Type")
                              ? "content-type"
                          : !covers(sig, "signature", ECKID_HTTPSIG_LABEL, true) &&
                                  !covers(sig, "signature", NULL, true)
                              ? "the signature of the request"
                              : NULL;

    return missing ? REFUSED(exchange->pool, "%s is not covered", missing) : NULL;
}

static eckid_err_t *check_time(const signature_t *sig, const exchange_t *exchange)
{
    if (!sig->created) {
        return REFUSED(exchange->pool, "the signature has no created time");
    }
    apr_int64_t ahead = sig->created->integer - exchange->now;

    if (ahead > exchange->skew || -ahead > exchange->skew) {
        return REFUSED(exchange->pool, "created %" APR_INT64_T_FMT " s %s by this server's clock",
                       ahead < 0 ? -ahead : ahead, ahead < 0 ? "ago" : "in the future");
    }
    apr_int64_t past = sig->expires ? exchange->now - sig->expires->integer : 0;

    if (past > exchange->skew) {
        return REFUSED(exchange->pool, "expired %" APR_INT64_T_FMT " s ago by this server's clock",
                       past);
    }
    return NULL;
}

static bool is_text(const eckid_sfv_value_t *value, const char *text)
{
    return eckid_bytes_equal(value->bytes, eckid_bytes_str(text));
}

static eckid_err_t *check_by_key(const signature_t *sig, const exchange_t *exchange,
                                 const eckid_httpsig_key_t *key)
{
    const eckid_key_http_t *algorithm = eckid_key_http(key->key, key->algorithm);
    eckid_bytes_t base;

    if (!algorithm || (sig->alg && !is_text(sig->alg, algorithm->name))) {
        return REFUSED(exchange->pool, "alg is not the algorithm of %s", eckid_key_name(key->key));
    }
    if (eckid_httpsig_base(&base, &exchange->answer, sig->components, sig->input,
                           ECKID_LAS_SIGNATURE, exchange->pool)) {
        return REFUSED(exchange->pool, "a covered component is missing");
    }
    return eckid_key_verify(key->key, algorithm->alg, sig->signature, base)
               ? NULL
               : REFUSED(exchange->pool, "the signature cannot be verified with %s",
                         eckid_key_name(key->key));
}

/* Two keys may share a keyid during a key rollover. */
static eckid_err_t *check_by_keys(const signature_t *sig, const exchange_t *exchange)
{
    eckid_err_t *err = REFUSED(exchange->pool, "keyid does not name a known key");

    for (int i = 0; i < exchange->keys->nelts && err; i++) {
        const eckid_httpsig_key_t *key = &APR_ARRAY_IDX(exchange->keys, i, eckid_httpsig_key_t);

        if (sig->keyid && is_text(sig->keyid, key->keyid)) {
            err = check_by_key(sig, exchange, key);
        }
    }
    return err;
}

static eckid_err_t *verify_one(const exchange_t *exchange, const eckid_sfv_item_t *list,
                               const eckid_sfv_item_t *signature)
{
    signature_t sig;

    ECKID_ERR(read_signature(&sig, exchange, list, signature));
    ECKID_ERR(check_coverage(&sig, exchange));
    ECKID_ERR(check_time(&sig, exchange));
    return check_by_keys(&sig, exchange);
}

static eckid_err_t *read_field(apr_array_header_t **members, const exchange_t *exchange,
                               const char *name)
{
    const char *field = apr_table_get(exchange->answer.headers, name);

    if (!field) {
        return REFUSED(exchange->pool, "no field %s", name);
    }
    if (!eckid_sfv_dictionary(members, field, exchange->pool) || (*members)->nelts == 0) {
        return REFUSED(exchange->pool, "%s cannot be read", name);
    }
    return (*members)->nelts > SIGNATURES_MAX ? REFUSED(exchange->pool, "too many signatures")
                                              : NULL;
}

/* Section 3.2: one valid signature is enough. If there is none, the error is that of the last
 * one. */
static eckid_err_t *verify_any(const exchange_t *exchange, const apr_array_header_t *inputs,
                               const apr_array_header_t *signatures)
{
    eckid_err_t *err = NULL;

    for (int i = 0; i < inputs->nelts; i++) {
        const eckid_sfv_member_t *input = &APR_ARRAY_IDX(inputs, i, eckid_sfv_member_t);
        const eckid_sfv_item_t *signature = eckid_sfv_find(signatures, input->key);

        if (!signature || signatures->nelts != inputs->nelts) {
            return REFUSED(exchange->pool, "Signature and Signature-Input have different labels");
        }
    }
    for (int i = 0; i < inputs->nelts; i++) {
        const eckid_sfv_member_t *input = &APR_ARRAY_IDX(inputs, i, eckid_sfv_member_t);

        err = verify_one(exchange, &input->item, eckid_sfv_find(signatures, input->key));
        if (!err) {
            return NULL;
        }
    }
    return err;
}

eckid_err_t *eckid_httpsig_verify_response(const eckid_http_response_t *answer,
                                           const eckid_http_request_t *request,
                                           const apr_array_header_t *keys, apr_time_t now,
                                           apr_interval_time_t skew, apr_pool_t *pool)
{
    exchange_t exchange = {
        .keys = keys, .now = apr_time_sec(now), .skew = apr_time_sec(skew), .pool = pool};
    apr_array_header_t *inputs, *signatures;

    exchange.request = (eckid_httpsig_message_t){
        .method = request->method, .url = request->url, .headers = request->headers};
    exchange.answer = (eckid_httpsig_message_t){
        .status = answer->status, .headers = answer->headers, .request = &exchange.request};
    ECKID_ERR(read_field(&inputs, &exchange, "Signature-Input"));
    ECKID_ERR(read_field(&signatures, &exchange, "Signature"));
    ECKID_ERR(eckid_content_digest_check(apr_table_get(answer->headers, "Content-Digest"),
                                         answer->body, ECKID_LAS_SIGNATURE, pool));
    return verify_any(&exchange, inputs, signatures);
}

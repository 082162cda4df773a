/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 9421: a response is accepted only if the expected peer signed it; pure. */
#include "http/eckid_httpsig_verify.h"
#include "crypto/eckid_key_sign.h"
#include "http/eckid_content_digest.h"
#include "http/eckid_httpsig_base.h"

#define SIGNATURES_MAX 8

#define REFUSED(pool, ...) eckid_err_make(pool, ECKID_LAS_SIGNATURE, __VA_ARGS__)

/* What an answer is judged by. */
typedef struct court_t {
    eckid_httpsig_message_t request, answer;
    const apr_array_header_t *keys;
    apr_int64_t now, skew; /* seconds */
    apr_pool_t *pool;
} court_t;

/* One signature, taken apart (section 2.3). */
typedef struct claim_t {
    const char *input;
    apr_array_header_t *components;
    eckid_bytes_t signature;
    const eckid_sfv_value_t *created, *expires, *keyid, *alg; /* NULL: absent */
} claim_t;

/* A parameter of a type; false when it is there with another one. */
static bool take_param(const eckid_sfv_value_t **out, const eckid_sfv_item_t *list,
                       const char *name, eckid_sfv_type_t type)
{
    *out = eckid_sfv_param(list, name);
    return !*out || (*out)->type == type;
}

static eckid_err_t *read_claim(claim_t *claim, const court_t *court, const eckid_sfv_item_t *list,
                               const eckid_sfv_item_t *signature)
{
    if (!take_param(&claim->created, list, "created", ECKID_SFV_INTEGER) ||
        !take_param(&claim->expires, list, "expires", ECKID_SFV_INTEGER) ||
        !take_param(&claim->keyid, list, "keyid", ECKID_SFV_STRING) ||
        !take_param(&claim->alg, list, "alg", ECKID_SFV_STRING)) {
        return REFUSED(court->pool, "a parameter of the signature is of the wrong type");
    }
    if (signature->list || signature->value.type != ECKID_SFV_BYTES) {
        return REFUSED(court->pool, "Signature holds something else than bytes");
    }
    claim->input = list->text;
    claim->signature = signature->value.bytes;
    return eckid_httpsig_components(&claim->components, list, true, ECKID_LAS_SIGNATURE,
                                    court->pool);
}

static bool covers(const claim_t *claim, const char *name, const char *key, bool req)
{
    const eckid_httpsig_component_t component = {.name = name, .key = key, .req = req};

    return eckid_httpsig_component_among(claim->components, &component);
}

/* All that makes it this answer to this request. A type that is added must have been covered, and
 * one that is taken away is missed if it was. */
static eckid_err_t *check_coverage(const claim_t *claim, const court_t *court)
{
    const char *missing = !covers(claim, "@status", NULL, false)          ? "@status"
                          : !covers(claim, "content-digest", NULL, false) ? "content-digest"
                          : !covers(claim, "content-type", NULL, false) &&
                                  apr_table_get(court->answer.headers, "Content-Type")
                              ? "content-type"
                          : !covers(claim, "signature", ECKID_HTTPSIG_LABEL, true) &&
                                  !covers(claim, "signature", NULL, true)
                              ? "the signature of the request"
                              : NULL;

    return missing ? REFUSED(court->pool, "%s is not covered", missing) : NULL;
}

static eckid_err_t *check_time(const claim_t *claim, const court_t *court)
{
    if (!claim->created) {
        return REFUSED(court->pool, "the signature does not say when it was created");
    }
    apr_int64_t ahead = claim->created->integer - court->now;

    if (ahead > court->skew || -ahead > court->skew) {
        return REFUSED(court->pool, "created %" APR_INT64_T_FMT " s %s by this server's clock",
                       ahead < 0 ? -ahead : ahead, ahead < 0 ? "ago" : "in the future");
    }
    apr_int64_t past = claim->expires ? court->now - claim->expires->integer : 0;

    if (past > court->skew) {
        return REFUSED(court->pool, "expired %" APR_INT64_T_FMT " s ago by this server's clock",
                       past);
    }
    return NULL;
}

static bool is_text(const eckid_sfv_value_t *value, const char *text)
{
    return eckid_bytes_equal(value->bytes, eckid_bytes_str(text));
}

static eckid_err_t *check_by_key(const claim_t *claim, const court_t *court,
                                 const eckid_httpsig_key_t *key)
{
    const eckid_key_http_t *algorithm = eckid_key_http(key->key, key->algorithm);
    eckid_bytes_t base;

    if (!algorithm || (claim->alg && !is_text(claim->alg, algorithm->name))) {
        return REFUSED(court->pool, "alg is not the algorithm of %s", eckid_key_name(key->key));
    }
    if (eckid_httpsig_base(&base, &court->answer, claim->components, claim->input,
                           ECKID_LAS_SIGNATURE, court->pool)) {
        return REFUSED(court->pool, "a component is covered that is not there");
    }
    return eckid_key_verify(key->key, algorithm->alg, claim->signature, base)
               ? NULL
               : REFUSED(court->pool, "the signature does not hold by %s",
                         eckid_key_name(key->key));
}

/* Two keys may share a keyid, while one takes over from the other. */
static eckid_err_t *check_by_keys(const claim_t *claim, const court_t *court)
{
    eckid_err_t *err = REFUSED(court->pool, "keyid names no key that is known here");

    for (int i = 0; i < court->keys->nelts && err; i++) {
        const eckid_httpsig_key_t *key = &APR_ARRAY_IDX(court->keys, i, eckid_httpsig_key_t);

        if (claim->keyid && is_text(claim->keyid, key->keyid)) {
            err = check_by_key(claim, court, key);
        }
    }
    return err;
}

static eckid_err_t *judge(const court_t *court, const eckid_sfv_item_t *list,
                          const eckid_sfv_item_t *signature)
{
    claim_t claim;

    ECKID_ERR(read_claim(&claim, court, list, signature));
    ECKID_ERR(check_coverage(&claim, court));
    ECKID_ERR(check_time(&claim, court));
    return check_by_keys(&claim, court);
}

static eckid_err_t *read_field(apr_array_header_t **members, const court_t *court, const char *name)
{
    const char *field = apr_table_get(court->answer.headers, name);

    if (!field) {
        return REFUSED(court->pool, "no field %s", name);
    }
    if (!eckid_sfv_dictionary(members, field, court->pool) || (*members)->nelts == 0) {
        return REFUSED(court->pool, "%s cannot be read", name);
    }
    return (*members)->nelts > SIGNATURES_MAX ? REFUSED(court->pool, "too many signatures") : NULL;
}

/* Section 3.2: one signature that satisfies is enough; if none does, the last one says why. */
static eckid_err_t *judge_each(const court_t *court, const apr_array_header_t *inputs,
                               const apr_array_header_t *signatures)
{
    eckid_err_t *err = NULL;

    for (int i = 0; i < inputs->nelts; i++) {
        const eckid_sfv_member_t *input = &APR_ARRAY_IDX(inputs, i, eckid_sfv_member_t);
        const eckid_sfv_item_t *signature = eckid_sfv_find(signatures, input->key);

        if (!signature || signatures->nelts != inputs->nelts) {
            return REFUSED(court->pool, "Signature and Signature-Input have different labels");
        }
    }
    for (int i = 0; i < inputs->nelts; i++) {
        const eckid_sfv_member_t *input = &APR_ARRAY_IDX(inputs, i, eckid_sfv_member_t);

        err = judge(court, &input->item, eckid_sfv_find(signatures, input->key));
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
    court_t court = {
        .keys = keys, .now = apr_time_sec(now), .skew = apr_time_sec(skew), .pool = pool};
    apr_array_header_t *inputs, *signatures;

    court.request = (eckid_httpsig_message_t){
        .method = request->method, .url = request->url, .headers = request->headers};
    court.answer = (eckid_httpsig_message_t){
        .status = answer->status, .headers = answer->headers, .request = &court.request};
    ECKID_ERR(read_field(&inputs, &court, "Signature-Input"));
    ECKID_ERR(read_field(&signatures, &court, "Signature"));
    ECKID_ERR(eckid_content_digest_check(apr_table_get(answer->headers, "Content-Digest"),
                                         answer->body, ECKID_LAS_SIGNATURE, pool));
    return judge_each(&court, inputs, signatures);
}

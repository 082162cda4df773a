/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decides on first call, collects the body up to a bound, hands it to the corridor, passes on the
 * result. */
#include "filter/mod_eckid_page_filter.h"

#include <apr_strings.h>
#include <http_log.h>
#include <http_protocol.h>
#include <util_filter.h>

#include "oidc/eckid_authorization_response.h"
#include "decision/eckid_refusal_page.h"
#include "base/eckid_url.h"
#include "html/eckid_page_stream.h"
#include "filter/mod_eckid_response.h"
#include "conf/mod_eckid_gateway.h"
#include "conf/mod_eckid_log.h"

APLOG_USE_MODULE(eckid);

static ap_filter_rec_t *filter_handle;

typedef enum state_t {
    WAITING,   /* nothing of the answer has been seen */
    HOLDING,   /* the body is collected */
    STREAMING, /* it is too long for that, and goes on under the eye of watch */
    PASSING,   /* it is of no interest */
    ENDED      /* what was to be sent has been sent; should more come, it is dropped */
} state_t;

/* One answer on its way. */
typedef struct passage_t {
    request_rec *r;
    const mod_eckid_dir_t *dir;
    state_t state;
    eckid_body_kind_t treatment;
    bool gzip;
    apr_bucket_brigade *held; /* what has not been sent, in any state */
    apr_size_t held_len;      /* bytes of data in it while holding */
    eckid_page_stream_t *watch;
    apr_off_t sent; /* while streaming */
    eckid_moment_t moment;
    const eckid_gateway_t *gateway;
} passage_t;

/* Sending */

static bool is_observed(const passage_t *passage)
{
    return passage->dir->engine == MOD_ECKID_OBSERVE;
}

static apr_status_t send_body(ap_filter_t *f, passage_t *passage, eckid_bytes_t body)
{
    passage->state = ENDED;
    return mod_eckid_response_send(f, passage->held, body);
}

static apr_status_t send_notice(ap_filter_t *f, passage_t *passage, int status)
{
    request_rec *r = passage->r;
    eckid_bytes_t page = eckid_refusal_page(
        status, apr_table_get(r->headers_in, "Accept-Language"), passage->dir->helpdesk,
        eckid_moment_reference(&passage->moment, r->pool), r->pool);

    mod_eckid_response_replace(r, status, page.len);
    return send_body(f, passage, page);
}

static void note_down(const passage_t *passage, const eckid_decision_t *decision)
{
    mod_eckid_log_decision(passage->r, decision, &passage->moment, is_observed(passage));
}

/* Carries out a decision about an answer of which nothing has been sent yet. */
static apr_status_t carry_out(ap_filter_t *f, passage_t *passage, const eckid_decision_t *decision)
{
    note_down(passage, decision);
    if (is_observed(passage) || decision->verdict == ECKID_PASS) {
        passage->state = PASSING;
        return mod_eckid_response_pass(f, passage->held);
    }
    if (decision->verdict == ECKID_REFUSE) {
        return send_notice(f, passage, decision->status);
    }
    if (decision->own_page) {
        mod_eckid_response_replace(passage->r, HTTP_OK, decision->body.len);
        apr_table_setn(passage->r->headers_out, "Content-Security-Policy",
                       ECKID_AUTHORIZATION_RESPONSE_CSP);
    }
    else {
        mod_eckid_response_change(passage->r, decision->body.len);
    }
    return send_body(f, passage, decision->body);
}

/* Breaks off an answer that is under way, so that nobody can take it for whole. */
static apr_status_t break_off(ap_filter_t *f, passage_t *passage)
{
    apr_bucket_alloc_t *alloc = f->c->bucket_alloc;

    passage->state = ENDED;
    f->c->keepalive = AP_CONN_CLOSE;
    apr_brigade_cleanup(passage->held);
    APR_BRIGADE_INSERT_TAIL(passage->held,
                            ap_bucket_error_create(HTTP_BAD_GATEWAY, NULL, f->r->pool, alloc));
    APR_BRIGADE_INSERT_TAIL(passage->held, apr_bucket_eos_create(alloc));
    return mod_eckid_response_pass(f, passage->held);
}

static eckid_decision_t refusal(const passage_t *passage, eckid_code_t code, const char *detail)
{
    return eckid_decision_refuse(eckid_err_make(passage->r->pool, code, "%s", detail));
}

/* Holding */

static eckid_decision_t decide(passage_t *passage, eckid_bytes_t body)
{
    const eckid_gateway_t *gateway = passage->gateway;

    if (body.len == 0) {
        return (eckid_decision_t){.verdict = ECKID_PASS}; /* HEAD, 204, 304 */
    }
    if (!mod_eckid_response_is_whole(passage->r, body.len)) {
        return refusal(passage, ECKID_TRUNCATED, "it is shorter than announced");
    }
    switch (passage->treatment) {
    case ECKID_BODY_PAGE:
        return eckid_page_rewrite(gateway, body, passage->gzip, &passage->moment, passage->r->pool);
    case ECKID_BODY_METADATA:
        return eckid_page_publish(gateway, body, passage->gzip, passage->r->pool);
    default:
        return eckid_page_check_xml(gateway, body, passage->gzip, passage->r->pool);
    }
}

/* All data that is held, in one piece. */
static eckid_bytes_t flatten(const passage_t *passage)
{
    char *data;
    apr_size_t len;

    apr_brigade_pflatten(passage->held, &data, &len, passage->r->pool);
    return eckid_bytes(data, len);
}

static void move_to_held(passage_t *passage, apr_bucket *bucket)
{
    apr_bucket_setaside(bucket, passage->r->pool);
    APR_BUCKET_REMOVE(bucket);
    APR_BRIGADE_INSERT_TAIL(passage->held, bucket);
}

/* What can be said of a body when only its beginning is there. */
static eckid_decision_t decide_early(passage_t *passage, eckid_bytes_t start)
{
    const eckid_gateway_t *gateway = passage->gateway;
    apr_pool_t *pool = passage->r->pool;
    eckid_decision_t decision = {.verdict = ECKID_PASS};

    if (passage->treatment == ECKID_BODY_METADATA) {
        return refusal(passage, ECKID_TOO_LONG, "it is metadata");
    }
    if (passage->treatment == ECKID_BODY_XML) {
        decision = eckid_page_check_xml_start(gateway, start, passage->gzip, pool);
        passage->watch = eckid_page_stream_xml(passage->gzip, pool);
    }
    else {
        passage->watch = eckid_page_stream_page(passage->gzip, gateway->page_max, pool);
    }
    eckid_err_t *err =
        decision.verdict == ECKID_PASS ? eckid_page_stream_feed(passage->watch, start) : NULL;

    return err ? eckid_decision_refuse(err) : decision;
}

/* The body is longer than is held. Nothing of it has been sent, so it can still be refused. */
static apr_status_t on_overflow(ap_filter_t *f, passage_t *passage)
{
    eckid_decision_t decision = decide_early(passage, flatten(passage));

    if (decision.verdict == ECKID_PASS) {
        passage->state = STREAMING;
        return APR_SUCCESS;
    }
    return carry_out(f, passage, &decision);
}

/* The body ended, or broke off. */
static apr_status_t on_end(ap_filter_t *f, passage_t *passage, bool broken)
{
    eckid_decision_t decision =
        broken ? refusal(passage, ECKID_TRUNCATED, "the connection to the identity provider broke")
               : decide(passage, flatten(passage));

    return carry_out(f, passage, &decision);
}

static apr_status_t hold(ap_filter_t *f, passage_t *passage, apr_bucket *bucket)
{
    const char *data;
    apr_size_t len = 0;
    bool broken = AP_BUCKET_IS_ERROR(bucket);

    if (APR_BUCKET_IS_FLUSH(bucket)) {
        apr_bucket_delete(bucket);
        return APR_SUCCESS;
    }
    if (!APR_BUCKET_IS_METADATA(bucket)) {
        broken = apr_bucket_read(bucket, &data, &len, APR_BLOCK_READ) != APR_SUCCESS;
    }
    bool ended = APR_BUCKET_IS_EOS(bucket);

    move_to_held(passage, bucket);
    passage->held_len += len;
    if (broken || ended) {
        return on_end(f, passage, broken);
    }
    return passage->held_len > passage->gateway->page_max ? on_overflow(f, passage) : APR_SUCCESS;
}

/* Streaming */

static apr_status_t send_settled(ap_filter_t *f, passage_t *passage)
{
    apr_off_t len = eckid_page_stream_settled(passage->watch) - passage->sent;
    apr_bucket_brigade *rest = apr_brigade_create(f->r->pool, f->c->bucket_alloc);
    apr_bucket *after;
    apr_status_t status = apr_brigade_partition(passage->held, len, &after);

    if (status != APR_SUCCESS && status != APR_INCOMPLETE) {
        return status;
    }
    apr_brigade_split_ex(passage->held, after, rest);
    passage->sent += len;
    status = mod_eckid_response_pass(f, passage->held);
    APR_BRIGADE_CONCAT(passage->held, rest);
    apr_brigade_destroy(rest);
    return status;
}

/* Something was found in what is already under way. */
static apr_status_t on_find(ap_filter_t *f, passage_t *passage, const eckid_err_t *err)
{
    eckid_decision_t decision = eckid_decision_refuse(err);

    note_down(passage, &decision);
    if (is_observed(passage)) {
        passage->state = PASSING;
        return mod_eckid_response_pass(f, passage->held);
    }
    return break_off(f, passage);
}

static apr_status_t stream(ap_filter_t *f, passage_t *passage, apr_bucket *bucket)
{
    eckid_err_t *err = NULL;
    const char *data;
    apr_size_t len = 0;

    if (!APR_BUCKET_IS_METADATA(bucket)) {
        apr_status_t status = apr_bucket_read(bucket, &data, &len, APR_BLOCK_READ);

        if (status != APR_SUCCESS) {
            return status;
        }
        err = eckid_page_stream_feed(passage->watch, eckid_bytes(data, len));
    }
    bool ended = APR_BUCKET_IS_EOS(bucket);

    err = ended ? eckid_page_stream_end(passage->watch) : err;
    move_to_held(passage, bucket);
    if (err) {
        return on_find(f, passage, err);
    }
    if (ended) {
        passage->state = ENDED;
        return mod_eckid_response_pass(f, passage->held);
    }
    return APR_SUCCESS;
}

/* Deciding by the head */

static bool is_metadata_path(const passage_t *passage)
{
    const apr_array_header_t *paths = passage->dir->metadata_paths;

    for (int i = 0; paths && i < paths->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(paths, i, const char *), passage->r->uri) == 0) {
            return true;
        }
    }
    return false;
}

/* Where the head itself sends the browser; NULL for nowhere. */
typedef struct targets_t {
    const char *location, *refresh;
} targets_t;

static targets_t targets_of(const request_rec *r)
{
    const char *refresh = mod_eckid_response_field(r, "Refresh");

    return (targets_t){mod_eckid_response_field(r, "Location"),
                       refresh ? eckid_url_refresh(refresh) : NULL};
}

static eckid_decision_t judge_target(const passage_t *passage, const char *target)
{
    return target ? eckid_page_check_url(passage->gateway, target, passage->r->pool)
                  : (eckid_decision_t){.verdict = ECKID_PASS};
}

static eckid_decision_t decide_by_head(passage_t *passage, const targets_t *targets,
                                       eckid_err_t *why)
{

    if (!eckid_moment_now(&passage->moment)) {
        return refusal(passage, ECKID_INTERNAL, "there is no randomness");
    }
    eckid_err_t *err =
        mod_eckid_gateway(&passage->gateway, passage->r, passage->dir, passage->moment.now);

    if (err || passage->treatment == ECKID_BODY_REFUSE) {
        return eckid_decision_refuse(err ? err : why);
    }
    eckid_decision_t decision = judge_target(passage, targets->location);

    return decision.verdict == ECKID_PASS ? judge_target(passage, targets->refresh) : decision;
}

/* The first thing that happens to an answer. */
static apr_status_t begin(ap_filter_t *f, passage_t *passage)
{
    request_rec *r = passage->r;
    const eckid_response_head_t head = mod_eckid_response_head(r, is_metadata_path(passage));
    const targets_t targets = targets_of(r);
    eckid_err_t *why = NULL;

    passage->treatment = eckid_body_kind(&passage->gzip, &why, &head, r->pool);
    if (passage->treatment == ECKID_BODY_PASS && !targets.location && !targets.refresh) {
        passage->state = PASSING;
        return APR_SUCCESS;
    }
    passage->held = apr_brigade_create(r->pool, f->c->bucket_alloc);
    eckid_decision_t decision = decide_by_head(passage, &targets, why);

    if (decision.verdict == ECKID_REFUSE) {
        return carry_out(f, passage, &decision);
    }
    passage->state = passage->treatment == ECKID_BODY_PASS ? PASSING : HOLDING;
    if (head.at_metadata && r->header_only && !is_observed(passage)) {
        mod_eckid_response_forget(r);
    }
    return APR_SUCCESS;
}

static apr_status_t on_output(ap_filter_t *f, apr_bucket_brigade *bb)
{
    passage_t *passage = f->ctx;
    apr_status_t status = passage->state == WAITING ? begin(f, passage) : APR_SUCCESS;

    while (status == APR_SUCCESS && !APR_BRIGADE_EMPTY(bb)) {
        switch (passage->state) {
        case HOLDING:
            status = hold(f, passage, APR_BRIGADE_FIRST(bb));
            break;
        case STREAMING:
            status = stream(f, passage, APR_BRIGADE_FIRST(bb));
            break;
        case PASSING:
            ap_remove_output_filter(f);
            return ap_pass_brigade(f->next, bb);
        default:
            apr_brigade_cleanup(bb);
        }
    }
    return status == APR_SUCCESS && passage->state == STREAMING ? send_settled(f, passage) : status;
}

/* Hooks */

void mod_eckid_page_filter_register(void)
{
    filter_handle = ap_register_output_filter("ECKID", on_output, NULL, AP_FTYPE_CONTENT_SET - 1);
}

/* Whether the client takes gzip: the only coding that we can read. */
static bool takes_gzip(const char *accept)
{
    const char *gzip = accept ? ap_strcasestr(accept, "gzip") : NULL;
    const char *rest = gzip ? gzip + strlen("gzip") : "";

    rest += strspn(rest, " \t");
    const char *weight = *rest == ';' ? strchr(rest, '=') : NULL;

    return gzip && (!weight || strtod(weight + 1, NULL) > 0);
}

int mod_eckid_page_filter_fixups(request_rec *r)
{
    static const char *const ranges[] = {"Range", "If-Range", "Request-Range", NULL};
    static const char *const conditions[] = {"If-Match", "If-None-Match", "If-Modified-Since",
                                             "If-Unmodified-Since", NULL};
    passage_t passage = {.r = r, .dir = mod_eckid_dir(r)};

    if (!mod_eckid_is_at_work(passage.dir)) {
        return DECLINED;
    }
    for (const char *const *name = ranges; *name; name++) {
        apr_table_unset(r->headers_in, *name);
    }
    if (takes_gzip(apr_table_get(r->headers_in, "Accept-Encoding"))) {
        apr_table_setn(r->headers_in, "Accept-Encoding", "gzip");
    }
    else {
        apr_table_unset(r->headers_in, "Accept-Encoding");
    }
    for (const char *const *name = conditions; is_metadata_path(&passage) && *name; name++) {
        apr_table_unset(r->headers_in, *name);
    }
    return OK;
}

void mod_eckid_page_filter_insert(request_rec *r)
{
    mod_eckid_dir_t *dir = mod_eckid_dir(r);

    /* a part of a page that goes through the filter as a whole does not go through it twice */
    if (mod_eckid_is_at_work(dir) && !(r->main && mod_eckid_is_at_work(mod_eckid_dir(r->main)))) {
        passage_t *passage = apr_pcalloc(r->pool, sizeof(*passage));

        passage->r = r;
        passage->dir = dir;
        ap_add_output_filter_handle(filter_handle, passage, r, r->connection);
    }
}

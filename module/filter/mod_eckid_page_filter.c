/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages and XML on their way to the browser: held up to a bound, judged by the library, sent. */
#include "filter/mod_eckid_page_filter.h"

#include "conf/mod_eckid_handler.h"
#include "conf/mod_eckid_host.h"
#include "filter/mod_eckid_page_head.h"
#include "filter/mod_eckid_page_hold.h"
#include "filter/mod_eckid_page_stream.h"

static ap_filter_rec_t *filter_handle, *final_handle;

/* Answers */

static apr_status_t on_output(ap_filter_t *f, apr_bucket_brigade *bb)
{
    static const mod_eckid_handlers_t handlers = {mod_eckid_page_head, mod_eckid_page_hold,
                                                  mod_eckid_page_stream};
    mod_eckid_page_t *page = f->ctx;
    apr_status_t status = mod_eckid_exchange_run(f, bb, &handlers);

    return status == APR_SUCCESS && page->exchange.state == MOD_ECKID_STREAMING
               ? mod_eckid_page_send_settled(f)
               : status;
}

void mod_eckid_page_filter_register(void)
{
    filter_handle = ap_register_output_filter("ECKID", on_output, NULL, AP_FTYPE_CONTENT_SET - 1);
    final_handle = ap_register_output_filter("ECKID_FINAL", on_output, NULL, AP_FTYPE_CONTENT_SET);
}

/* Requests */

/* Whether the client takes gzip: the only coding that we can read. */
static bool takes_gzip(const char *accept)
{
    const char *gzip = accept ? ap_strcasestr(accept, "gzip") : NULL;
    const char *rest = gzip ? gzip + strlen("gzip") : "";

    rest += strspn(rest, " \t");
    const char *weight = *rest == ';' ? strchr(rest, '=') : NULL;

    return gzip && (!weight || strtod(weight + 1, NULL) > 0);
}

static void take_codings(request_rec *r)
{
    if (takes_gzip(apr_table_get(r->headers_in, "Accept-Encoding"))) {
        apr_table_setn(r->headers_in, "Accept-Encoding", "gzip");
    }
    else {
        apr_table_unset(r->headers_in, "Accept-Encoding");
    }
}

static void take_ranges(request_rec *r)
{
    static const char *const ranges[] = {"Range", "If-Range", "Request-Range", NULL};

    for (const char *const *name = ranges; *name; name++) {
        apr_table_unset(r->headers_in, *name);
    }
}

/* The engine is not on at this location, but at others. A part of a video is sent; several parts,
 * in which there could be any type, are not asked for. */
static void prepare_elsewhere(request_rec *r)
{
    const char *range = apr_table_get(r->headers_in, "Range");

    if ((range && strchr(range, ',')) || apr_table_get(r->headers_in, "Request-Range")) {
        take_ranges(r);
    }
    take_codings(r);
}

int mod_eckid_page_filter_fixups(request_rec *r)
{
    const mod_eckid_dir_t *dir = mod_eckid_dir(r);

    if (!mod_eckid_host_is_guarded(r)) {
        return DECLINED;
    }
    if (!mod_eckid_is_at_work(dir)) {
        prepare_elsewhere(r);
        return OK;
    }
    if (mod_eckid_is_loop(r, dir)) {
        return HTTP_LOOP_DETECTED;
    }
    take_ranges(r);
    take_codings(r);
    if (mod_eckid_page_is_metadata(r, dir)) {
        mod_eckid_exchange_forget_conditions(r);
    }
    return OK;
}

void mod_eckid_page_filter_insert(request_rec *r)
{
    if (mod_eckid_is_idp(mod_eckid_dir(r)) && mod_eckid_handler_is(r, MOD_ECKID_IDP)) {
        return; /* what we send ourselves is no answer of another identity provider */
    }
    /* a part of a page that goes through the filter as a whole does not go through it twice */
    if (mod_eckid_host_is_guarded(r) && !(r->main && mod_eckid_host_is_guarded(r->main))) {
        mod_eckid_page_t *page = mod_eckid_page_make(r, NULL);

        mod_eckid_request(r)->page = page;
        ap_add_output_filter_handle(filter_handle, page, r, r->connection);
    }
}

void mod_eckid_page_filter_insert_final(request_rec *r)
{
    const mod_eckid_page_t *page = mod_eckid_request(r)->page;

    if (page) {
        ap_add_output_filter_handle(final_handle, mod_eckid_page_make(r, page), r, r->connection);
    }
}

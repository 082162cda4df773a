/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Handles the requests of the operator's commands. */
#include "service/mod_eckid_admin.h"

#include <http_log.h>

#include "conf/mod_eckid_handler.h"
#include "operator/eckid_admin.h"
#include "operator/eckid_explain.h"
#include "conf/mod_eckid_gateway.h"
#include "conf/mod_eckid_log.h"
#include "service/mod_eckid_body.h"
#include "service/mod_eckid_explain.h"
#include "service/mod_eckid_reply.h"

APLOG_USE_MODULE(eckid);

static bool is_allowed(request_rec *r)
{
    const mod_eckid_process_t *process = mod_eckid_process();
    const char *given = apr_table_get(r->headers_in, "Authorization");

    return process->has_secret_file && given && strncmp(given, "Bearer ", 7) == 0 &&
           eckid_admin_is_token(process->secret, given + 7, r->pool);
}

static eckid_err_t *read_body(eckid_bytes_t *body, request_rec *r)
{
    return mod_eckid_body_read(body, r, ECKID_EXPLAIN_REQUEST_MAX) == MOD_ECKID_BODY_WHOLE
               ? NULL
               : eckid_err_make(r->pool, ECKID_ADMIN_REQUEST, "the body is incomplete or too long");
}

/* The type of the keys of the kind that the request is about. */
static eckid_err_t *find_type(const char **type, const eckid_kind_t *kinds, const char *name,
                              apr_pool_t *pool)
{
    for (const eckid_kind_t *kind = kinds; kind; kind = kind->next) {
        if (eckid_kind_same(kind->name, name)) {
            *type = kind->type;
            return NULL;
        }
    }
    return eckid_err_advise(
        eckid_err_make(pool, ECKID_ADMIN_REQUEST, "no EckidPersonKey has that kind"),
        "--kind is one of EckidPersonKey; without it, students are meant");
}

static eckid_err_t *serve(eckid_bytes_t *text, request_rec *r)
{
    const mod_eckid_dir_t *dir = mod_eckid_dir(r);
    const eckid_gateway_t *gateway;
    eckid_admin_request_t request;
    const char *type = NULL;
    eckid_moment_t moment;
    eckid_bytes_t body;

    if (!eckid_moment_now(&moment)) {
        return eckid_err_make(r->pool, ECKID_INTERNAL, "no randomness");
    }
    ECKID_ERR(read_body(&body, r));
    ECKID_ERR(mod_eckid_gateway(&gateway, r, dir, moment.now));
    if (eckid_explain_is_asked(body, r->pool)) {
        return mod_eckid_explain(text, r, gateway, body, &moment);
    }
    ECKID_ERR(eckid_admin_read(&request, body, r->pool));
    ECKID_ERR(find_type(&type, gateway->rules.kinds, request.kind, r->pool));
    *text = eckid_admin_serve(&request, &gateway->rules.lookup, type, &moment, r->pool);
    return NULL;
}

/* For the command, which has the secret: why there is no answer. */
static eckid_bytes_t describe(const eckid_err_t *err, apr_pool_t *pool)
{
    json_t *object = eckid_json_own(json_pack("{s:s}", "error", eckid_err_text(err, pool)), pool);

    return eckid_json_print(object, pool);
}

int mod_eckid_admin_handler(request_rec *r)
{
    eckid_bytes_t text;

    if (!mod_eckid_handler_is(r, MOD_ECKID_DESK)) {
        return DECLINED;
    }
    if (r->method_number != M_POST) {
        return HTTP_METHOD_NOT_ALLOWED;
    }
    if (!is_allowed(r)) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, r->server,
                     "ECK%04d: an admin request without the token of EckidSecretFile was refused",
                     ECKID_ADMIN_REQUEST);
        return HTTP_FORBIDDEN;
    }
    eckid_err_t *err = serve(&text, r);

    if (err) {
        mod_eckid_log_trouble(r, err, "the admin request");
        text = describe(err, r->pool);
        r->status = HTTP_BAD_REQUEST;
    }
    return mod_eckid_reply_json(r, text, "no-store");
}

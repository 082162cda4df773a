/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Directives about metadata: the identity provider's and the suppliers'. */
#include "directive/mod_eckid_metadata.h"

#include <apr_strings.h>

#include "conf/mod_eckid_expiry.h"
#include "conf/mod_eckid_freshness.h"
#include "conf/mod_eckid_log.h"
#include "decision/eckid_policy.h"
#include "directive/mod_eckid_directive.h"
#include "directive/mod_eckid_option.h"
#include "directive/mod_eckid_supplier.h"
#include "http/eckid_curl.h"
#include "saml/eckid_supplier_sources.h"

/* Bytes of a document that is fetched: an entity, or a small aggregate. */
#define DOCUMENT_MAX (1024 * 1024)

/* Where news about the metadata of a line go. */
typedef struct line_t {
    server_rec *server;
    const ap_directive_t *directive;
} line_t;

/* For eckid_metadata. */
static void on_news(void *self, const eckid_metadata_t *metadata,
                    const apr_array_header_t *expiries, const eckid_err_t *err, apr_pool_t *pool)
{
    const line_t *line = self;

    bool known = eckid_metadata_last(metadata, pool) != NULL;

    mod_eckid_log_metadata(line->server, eckid_metadata_place(metadata), known, err, pool);
    if (expiries) {
        mod_eckid_expiry_warn_of(expiries, line->directive, line->server, pool);
    }
}

static eckid_metadata_listener_t listener_of(const cmd_parms *cmd)
{
    line_t *line = apr_palloc(cmd->pool, sizeof(*line));

    *line = (line_t){cmd->server, cmd->directive};
    return (eckid_metadata_listener_t){on_news, line};
}

/* A line of arguments: a file or a URL, perhaps an entity ID, and what belongs to a URL. */
typedef struct reading_t {
    const char *place, *entity_id, *backend, *signer;
    eckid_curl_options_t curl;
} reading_t;

static bool is_url(const char *place)
{
    return strncmp(place, "https://", 8) == 0 || strncmp(place, "http://", 7) == 0;
}

static bool is_one_of(const char *argument, const mod_eckid_option_t *options, int count)
{
    for (int i = 0; i < count; i++) {
        if (mod_eckid_option(argument, options[i].name)) {
            return true;
        }
    }
    return false;
}

static const char *check_place(const cmd_parms *cmd, const reading_t *reading, bool has_options)
{
    bool is_https = strncmp(reading->place, "https://", 8) == 0;

    if (!is_url(reading->place)) {
        return has_options ? apr_psprintf(cmd->pool, "%s: options are for a URL, and %s is a file",
                                          cmd->cmd->name, reading->place)
                           : NULL;
    }
    if (!reading->backend && !reading->signer && !(is_https && reading->curl.ca.len)) {
        return apr_psprintf(cmd->pool,
                            "%s: nothing shows that what %s answers is genuine; write "
                            "signed-by=FILE with the certificate that it is signed by, or ca=FILE "
                            "with the certificate of an https server or of its authority, or "
                            "backend=URL for a server behind this one",
                            cmd->cmd->name, reading->place);
    }
    return NULL;
}

static const char *read_line(reading_t *reading, cmd_parms *cmd, int argc, char *const argv[])
{
    const mod_eckid_option_t options[] = {
        {"backend", MOD_ECKID_TEXT, &reading->backend, 0, 0},
        {"signed-by", MOD_ECKID_TEXT, &reading->signer, 0, 0},
        {"ca", MOD_ECKID_AUTHORITIES, &reading->curl.ca, 0, 0},
        {"connect-timeout", MOD_ECKID_MS, &reading->curl.connect_ms, 1, 30000},
        {"timeout", MOD_ECKID_MS, &reading->curl.total_ms, 1, 30000},
    };
    int count = sizeof(options) / sizeof(*options), names = argc > 0;

    reading->curl = (eckid_curl_options_t){
        .connect_ms = 500, .total_ms = 3000, .body_max = DOCUMENT_MAX, .plain = true};
    if (argc < 1) {
        return apr_psprintf(cmd->pool, "%s: a file or a URL is expected", cmd->cmd->name);
    }
    reading->place = argv[0];
    if (argc > 1 && !is_one_of(argv[1], options, count)) {
        reading->entity_id = argv[1];
        names++;
    }
    const char *wrong = mod_eckid_options(cmd, options, count, argc - names + 1, argv + names - 1);

    return wrong ? wrong : check_place(cmd, reading, argc > names);
}

static const char *make_from_url(eckid_metadata_t **metadata, cmd_parms *cmd,
                                 const reading_t *reading, const eckid_metadata_entity_t *entity)
{
    const eckid_metadata_listener_t listener = listener_of(cmd);
    eckid_metadata_url_t url;
    eckid_key_t *signer = NULL;
    eckid_curl_t *curl;

    if (reading->signer) {
        TRY(mod_eckid_read_verifier(&signer, cmd, reading->signer,
                                    "the metadata may be signed by another key after that"));
    }
    TRY(eckid_curl_make(&curl, &reading->curl, cmd->pool));
    const eckid_transport_t transport = eckid_curl_transport(curl);

    TRY(eckid_metadata_url_make(&url, apr_pstrdup(cmd->pool, reading->place), reading->backend,
                                signer, &transport, cmd->pool));
    TRY(eckid_metadata_from_url(metadata, &url, apr_time_from_msec(reading->curl.total_ms), entity,
                                &listener, cmd->pool));
    APR_ARRAY_PUSH(mod_eckid_process()->curls, eckid_curl_t *) = curl;
    return NULL;
}

static const char *make_from_file(eckid_metadata_t **metadata, cmd_parms *cmd,
                                  const reading_t *reading, const eckid_metadata_entity_t *entity)
{
    const eckid_metadata_listener_t listener = listener_of(cmd);

    TRY(eckid_metadata_from_file(metadata, mod_eckid_path(cmd, reading->place), entity, &listener,
                                 cmd->pool));
    return NULL;
}

const char *mod_eckid_metadata_idp(cmd_parms *cmd, void *conf, int argc, char *const argv[])
{
    mod_eckid_dir_t *dir = conf;
    reading_t reading = {.place = NULL};

    CHECK_LINE();
    CHECK_ONCE(dir);
    const char *wrong = read_line(&reading, cmd, argc, argv);
    const eckid_metadata_entity_t entity = {ECKID_ROLE_IDP, reading.entity_id};

    if (!wrong) {
        wrong = is_url(reading.place) ? make_from_url(&dir->metadata, cmd, &reading, &entity)
                                      : make_from_file(&dir->metadata, cmd, &reading, &entity);
    }
    if (!wrong) {
        mod_eckid_note_source(dir->metadata, cmd->directive);
        mod_eckid_expiry_add_metadata(dir->metadata, cmd->directive);
        mod_eckid_freshness_add_metadata("idp-metadata", dir->metadata);
    }
    return wrong;
}

static const char *read_supplier_file(eckid_supplier_t *supplier, cmd_parms *cmd, const char *file,
                                      const char *id)
{
    eckid_saml_metadata_sp_t *sp;

    TRY(eckid_saml_metadata_sp(&sp, mod_eckid_path(cmd, file), id, cmd->pool));
    apr_array_cat(supplier->consumers, sp->consumers);
    APR_ARRAY_PUSH(supplier->described, eckid_described_t) =
        (eckid_described_t){id, sp->encryption, sp->why_not, sp->text, sp->role};
    for (int i = 0; i < sp->expiries->nelts; i++) {
        mod_eckid_expiry_add(&APR_ARRAY_IDX(sp->expiries, i, eckid_expiry_t), cmd->directive);
    }
    return NULL;
}

/* Until it is fetched, the hosts of both URLs count as the supplier's. */
static const char *add_supplier_url(mod_eckid_dir_t *dir, cmd_parms *cmd, const reading_t *reading,
                                    const char *id)
{
    eckid_supplier_t *supplier = dir->open_supplier;
    const eckid_metadata_entity_t entity = {ECKID_ROLE_SP, id};
    eckid_metadata_t *metadata;
    const char *wrong = make_from_url(&metadata, cmd, reading, &entity);

    if (wrong) {
        return wrong;
    }
    if (!dir->sources) {
        dir->sources = apr_pcalloc(cmd->pool, sizeof(*dir->sources));
        dir->sources->all = apr_array_make(cmd->pool, 2, sizeof(eckid_supplier_source_t));
    }
    APR_ARRAY_PUSH(dir->sources->all, eckid_supplier_source_t) =
        (eckid_supplier_source_t){supplier->name, id, metadata};
    APR_ARRAY_PUSH(supplier->hosts, const char *) = id;
    APR_ARRAY_PUSH(supplier->hosts, const char *) = eckid_metadata_place(metadata);
    mod_eckid_expiry_add_metadata(metadata, cmd->directive);
    mod_eckid_freshness_add_metadata("supplier-metadata", metadata);
    return NULL;
}

const char *mod_eckid_metadata_supplier(cmd_parms *cmd, void *conf, int argc, char *const argv[])
{
    reading_t reading = {.place = NULL};
    eckid_supplier_t *supplier;
    const char *wrong = mod_eckid_get_supplier(&supplier, cmd, conf);

    wrong = wrong ? wrong : read_line(&reading, cmd, argc, argv);
    if (!wrong && reading.entity_id) {
        return apr_psprintf(cmd->pool,
                            "%s: \"%s\" is not expected; the entity IDs stand behind "
                            "<EckidSupplier",
                            cmd->cmd->name, reading.entity_id);
    }
    for (int i = 0; !wrong && i < supplier->entity_ids->nelts; i++) {
        const char *id = APR_ARRAY_IDX(supplier->entity_ids, i, const char *);

        wrong = is_url(reading.place) ? add_supplier_url(conf, cmd, &reading, id)
                                      : read_supplier_file(supplier, cmd, reading.place, id);
    }
    return wrong;
}

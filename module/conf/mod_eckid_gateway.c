/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes the gateway for a login from the configuration. */
#include "conf/mod_eckid_gateway.h"

#include <apr_strings.h>

#include "conf/mod_eckid_expiry.h"
#include "conf/mod_eckid_kinds.h"
#include "conf/mod_eckid_log.h"
#include "conf/mod_eckid_watch.h"
#include "las/eckid_school_map.h"

#define DEFAULT_PAGE_MAX (1024 * 1024)
#define DEFAULT_RESPONSE_MAX (256 * 1024)
#define DEFAULT_NOT_FOUND_FOR apr_time_from_sec(120)

/* Everything that a login needs, in one allocation. */
typedef struct objects_t {
    eckid_gateway_t gateway;
    eckid_las_t las;
    eckid_cache_t cache;
    eckid_records_t hints;
} objects_t;

mod_eckid_request_t *mod_eckid_request(const request_rec *r)
{
    mod_eckid_request_t *kept = ap_get_module_config(r->request_config, &eckid_module);

    if (!kept) {
        kept = apr_pcalloc(r->pool, sizeof(*kept));
        ap_set_module_config(r->request_config, &eckid_module, kept);
    }
    return kept;
}

static bool is_on(const mod_eckid_dir_t *dir)
{
    return dir && (dir->engine == MOD_ECKID_ON || dir->engine == MOD_ECKID_OBSERVE);
}

bool mod_eckid_is_at_work(const mod_eckid_dir_t *dir)
{
    return is_on(dir) && !dir->idp;
}

bool mod_eckid_is_idp(const mod_eckid_dir_t *dir)
{
    return is_on(dir) && dir->idp && dir->idp->entity_id;
}

bool mod_eckid_is_own(const request_rec *r, const mod_eckid_dir_t *dir)
{
    return dir == mod_eckid_dir(r);
}

bool mod_eckid_is_loop(const request_rec *r, const mod_eckid_dir_t *dir)
{
    const char *url = apr_table_get(r->headers_in, ECKID_BACKEND_FIELD);
    const eckid_metadata_url_t *metadata = dir->metadata ? eckid_metadata_url(dir->metadata) : NULL;

    return url && ((dir->provider && strcmp(url, eckid_provider_issuer(dir->provider)) == 0) ||
                   (metadata && strcmp(url, metadata->backend.url) == 0));
}

/* Suppliers that come with a certificate would get what the provider sends. */
static void log_alias(const request_rec *r, const char *name)
{
    eckid_err_t *err =
        eckid_err_make(r->pool, ECKID_PROVIDER, "the %s of mtls_endpoint_aliases", name);

    mod_eckid_log_trouble(
        r,
        eckid_err_advise(err, "suppliers must not use it; let the provider publish it at the "
                              "issuer's host, or not at all"),
        "answers at another host do not pass here");
}

eckid_err_t *mod_eckid_view(const eckid_provider_view_t **view, request_rec *r,
                            const mod_eckid_dir_t *dir, apr_time_t now)
{
    bool changed;
    eckid_err_t *news;

    *view = NULL;
    if (mod_eckid_is_loop(r, dir)) {
        /* the thread that fetches waits for this response, so it must not wait for that thread */
        return eckid_err_make(r->pool, ECKID_LOOP, "%s", "");
    }
    eckid_err_t *err = eckid_provider_get(view, dir->provider, &changed, &news, now, r->pool);

    if (changed) {
        mod_eckid_log_provider(r, eckid_provider_issuer(dir->provider), !err, news);
    }
    if (changed && !err && (*view)->alias_elsewhere) {
        log_alias(r, (*view)->alias_elsewhere);
    }
    return err;
}

static eckid_cache_t make_cache(const mod_eckid_dir_t *dir, const mod_eckid_process_t *process)
{
    return (eckid_cache_t){
        .records = {process->secret, process->previous, *process->store},
        .generation = process->generation ? process->generation : "",
        .found_for = dir->found_for >= 0 ? dir->found_for : MOD_ECKID_FOUND_FOR,
        .not_found_for = dir->not_found_for >= 0 ? dir->not_found_for : DEFAULT_NOT_FOUND_FOR,
        .stale_for = dir->stale_for,
    };
}

const eckid_policy_t *mod_eckid_policy(const mod_eckid_dir_t *dir, apr_pool_t *pool)
{
    return dir->sources ? eckid_supplier_sources_policy(dir->sources, pool) : dir->policy;
}

static eckid_rules_t make_rules(const objects_t *objects, const mod_eckid_dir_t *dir,
                                apr_pool_t *pool)
{
    return (eckid_rules_t){
        .policy = mod_eckid_policy(dir, pool),
        .kinds = mod_eckid_kinds_make(dir, pool),
        .lookup = {.las = &objects->las,
                   .school = dir->school,
                   .schools = dir->schools ? dir->schools->map : NULL,
                   .lases = dir->channels,
                   .directory = mod_eckid_process()->directory},
        .signers = dir->signers,
        .skew = dir->skew >= 0 ? dir->skew : MOD_ECKID_SKEW,
        .pseudonyms = mod_eckid_process()->pseudonyms,
    };
}

static eckid_saml_setup_t make_saml(const objects_t *objects, const mod_eckid_dir_t *dir)
{
    return (eckid_saml_setup_t){
        .rules = &objects->gateway.rules,
        .metadata = dir->metadata,
        .sources = dir->sources,
        .metadata_key = dir->metadata_key,
        .decryption_keys = dir->decryption_keys,
        .sha1 = dir->sha1 == 1,
        .response_max = dir->response_max ? dir->response_max : DEFAULT_RESPONSE_MAX,
    };
}

/* The settings that determine which person a remembered key belongs to. Where there are students
 * only, what was remembered by versions that knew no others is still good. */
static const char *realm_of(const eckid_kind_t *kinds, const mod_eckid_dir_t *dir, apr_pool_t *pool)
{
    const char *generation = mod_eckid_process()->generation;
    const char *realm =
        apr_pstrcat(pool, generation ? generation : "", "\n", dir->school ? dir->school->type : "",
                    "\n", dir->school ? dir->school->value : "", NULL);

    for (const eckid_kind_t *kind = kinds; kind; kind = kind->next) {
        realm = apr_pstrcat(pool, realm, kind->name ? "\n" : "", kind->name ? kind->name : "", "\n",
                            kind->type, "\n", kind->source ? kind->source : "", NULL);
    }
    return realm;
}

/* View stays NULL if nothing is known about the provider; code that needs it checks. */
static eckid_oidc_setup_t make_oidc(objects_t *objects, request_rec *r, const mod_eckid_dir_t *dir,
                                    apr_time_t now)
{
    const mod_eckid_process_t *process = mod_eckid_process();
    eckid_oidc_setup_t oidc = {
        .rules = &objects->gateway.rules,
        .provider = dir->provider,
        .claims_from = dir->claims_in_userinfo ? ECKID_CLAIMS_USERINFO : ECKID_CLAIMS_ID_TOKEN,
        .introspection = dir->introspection,
        .accept_language = apr_table_get(r->headers_in, "Accept-Language"),
        .seal = {process->secret, process->previous, eckid_provider_issuer(dir->provider),
                 realm_of(objects->gateway.rules.kinds, dir, r->pool)},
    };

    if (mod_eckid_is_own(r, dir)) { /* the services at other locations wait for nothing */
        mod_eckid_view(&oidc.view, r, dir, now);
    }
    if (process->token_store) {
        objects->hints =
            (eckid_records_t){process->secret, process->previous, *process->token_store};
        oidc.hints = &objects->hints;
    }
    return oidc;
}

const char *mod_eckid_gateway_wants(const mod_eckid_dir_t *dir)
{
    bool has_las = mod_eckid_las_order(&dir->las) == ECKID_DIRECTORY_ONLY ||
                   !mod_eckid_las_wants(&dir->las) || mod_eckid_las_is_spared(dir);

    return !dir->metadata && !dir->provider && !dir->idp ? "EckidIdpMetadata"
           : !mod_eckid_kinds_any(dir)                   ? "EckidStudentKey"
           : !has_las                                    ? "EckidLas or EckidLasKey"
           : !dir->school && !dir->schools               ? "EckidSchool"
           : !dir->signers                               ? "EckidSigningKey"
           : !dir->policy                                ? "<EckidSupplier>"
                                                         : NULL;
}

static eckid_gateway_t *make_gateway(request_rec *r, const mod_eckid_dir_t *dir, apr_time_t now)
{
    const mod_eckid_process_t *process = mod_eckid_process();
    objects_t *objects = apr_pcalloc(r->pool, sizeof(*objects));

    if (dir->las.line || mod_eckid_las_order(&dir->las) == ECKID_DIRECTORY_ONLY) {
        objects->las = mod_eckid_las_channel(&dir->las);
    }
    objects->gateway.rules = make_rules(objects, dir, r->pool);
    objects->gateway.saml = make_saml(objects, dir);
    objects->gateway.request = r->unparsed_uri;
    objects->gateway.page_max = dir->page_max ? dir->page_max : DEFAULT_PAGE_MAX;
    if (dir->provider) {
        objects->gateway.oidc = make_oidc(objects, r, dir, now);
    }
    if (process->store) {
        objects->cache = make_cache(dir, process);
        objects->gateway.rules.lookup.cache = &objects->cache;
        objects->gateway.rules.lookup.flights = process->flights;
    }
    return &objects->gateway;
}

eckid_err_t *mod_eckid_gateway(const eckid_gateway_t **gateway, request_rec *r,
                               const mod_eckid_dir_t *dir, apr_time_t now)
{
    mod_eckid_request_t *kept = mod_eckid_request(r);
    const char *wanted = mod_eckid_gateway_wants(dir);

    if (wanted) {
        return eckid_err_advise(
            eckid_err_make(r->pool, ECKID_CONFIG, "no %s in the locations that apply here", wanted),
            "write it around the locations, in the virtual host, or put this one below the one "
            "with "
            "it, as /saml/idp/desk is below /saml/idp; configtest sees each location, but not "
            "every "
            "combination");
    }
    if (!kept->gateway || kept->dir != dir) {
        kept->gateway = make_gateway(r, dir, now);
        mod_eckid_expiry_look(r, now);
        mod_eckid_watch_response(r->server, now);
        kept->dir = dir;
    }
    kept->gateway->asked = kept->asked;
    kept->gateway->oidc.redirect_uri = kept->redirect_uri;
    kept->gateway->hint = kept->hint;
    *gateway = kept->gateway;
    return NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From what was configured to what one login is rewritten by. */
#include "conf/mod_eckid_gateway.h"

#include <apr_strings.h>

#include "conf/mod_eckid_expiry.h"
#include "conf/mod_eckid_log.h"
#include "las/eckid_school_map.h"
#include "saml/eckid_idp_metadata.h"

#define DEFAULT_SKEW apr_time_from_sec(60)
#define DEFAULT_PAGE_MAX (1024 * 1024)
#define DEFAULT_RESPONSE_MAX (256 * 1024)
#define DEFAULT_NOT_FOUND_FOR apr_time_from_sec(120)

/* All that a login needs, in one piece of memory. */
typedef struct whole_t {
    eckid_gateway_t gateway;
    eckid_las_t las;
    eckid_cache_t cache;
    eckid_student_t student;
    eckid_token_owners_t token_owners;
} whole_t;

mod_eckid_request_t *mod_eckid_request(const request_rec *r)
{
    mod_eckid_request_t *kept = ap_get_module_config(r->request_config, &eckid_module);

    if (!kept) {
        kept = apr_pcalloc(r->pool, sizeof(*kept));
        ap_set_module_config(r->request_config, &eckid_module, kept);
    }
    return kept;
}

bool mod_eckid_is_at_work(const mod_eckid_dir_t *dir)
{
    return dir && (dir->engine == MOD_ECKID_ON || dir->engine == MOD_ECKID_OBSERVE);
}

static const eckid_idp_t *current_idp(request_rec *r, eckid_idp_metadata_t *file, apr_time_t now)
{
    bool changed;
    eckid_err_t *news;
    const eckid_idp_t *idp = eckid_idp_metadata_get(file, now, &changed, &news, r->pool);

    if (changed) {
        mod_eckid_log_metadata(r, eckid_idp_metadata_path(file), news);
    }
    mod_eckid_expiry_look(r, idp->expiries, changed, now);
    return idp;
}

bool mod_eckid_is_loop(const request_rec *r, const mod_eckid_dir_t *dir)
{
    const char *issuer = apr_table_get(r->headers_in, ECKID_BACKEND_FIELD);

    return issuer && strcmp(issuer, eckid_provider_issuer(dir->provider)) == 0;
}

eckid_err_t *mod_eckid_view(const eckid_provider_view_t **view, request_rec *r,
                            const mod_eckid_dir_t *dir, apr_time_t now)
{
    bool changed;
    eckid_err_t *news;

    *view = NULL;
    if (mod_eckid_is_loop(r, dir)) { /* the fetching thread waits for this answer, so this one must
                                        not wait for it */
        return eckid_err_make(r->pool, ECKID_LOOP, "%s", "");
    }
    eckid_err_t *err = eckid_provider_get(view, dir->provider, &changed, &news, now, r->pool);

    if (changed) {
        mod_eckid_log_provider(r, eckid_provider_issuer(dir->provider), news);
    }
    return err;
}

static eckid_cache_t make_cache(const mod_eckid_dir_t *dir, const mod_eckid_process_t *process)
{
    return (eckid_cache_t){
        .secret = process->secret,
        .previous = process->previous,
        .generation = process->generation ? process->generation : "",
        .store = *process->store,
        .found_for = dir->found_for >= 0 ? dir->found_for : MOD_ECKID_FOUND_FOR,
        .not_found_for = dir->not_found_for >= 0 ? dir->not_found_for : DEFAULT_NOT_FOUND_FOR,
        .stale_for = dir->stale_for,
    };
}

static eckid_student_t make_student(const mod_eckid_dir_t *dir, apr_pool_t *pool)
{
    eckid_student_t student = *dir->student;

    student.conditions =
        dir->conditions ? dir->conditions : apr_array_make(pool, 0, sizeof(eckid_condition_t));
    if (dir->schools) {
        student.school_source = dir->schools->source;
        student.school_match = dir->schools->match;
    }
    return student;
}

static eckid_rules_t make_rules(const whole_t *whole, const mod_eckid_dir_t *dir)
{
    return (eckid_rules_t){
        .policy = dir->policy,
        .student = &whole->student,
        .lookup = {.las = &whole->las,
                   .school = dir->school,
                   .schools = dir->schools ? dir->schools->map : NULL,
                   .lases = dir->channels},
        .signers = dir->signers,
        .skew = dir->skew >= 0 ? dir->skew : DEFAULT_SKEW,
    };
}

static eckid_saml_setup_t make_saml(const whole_t *whole, const mod_eckid_dir_t *dir)
{
    return (eckid_saml_setup_t){
        .rules = &whole->gateway.rules,
        .metadata_key = dir->metadata_key,
        .sha1 = dir->sha1 == 1,
        .response_max = dir->response_max ? dir->response_max : DEFAULT_RESPONSE_MAX,
    };
}

/* The settings whose change would make a remembered student key mean another student. */
static const char *realm_of(const whole_t *whole, const mod_eckid_dir_t *dir, apr_pool_t *pool)
{
    const eckid_student_t *student = &whole->student;
    const char *generation = mod_eckid_process()->generation;

    return apr_pstrcat(pool, generation ? generation : "", "\n",
                       dir->school ? dir->school->type : "", "\n",
                       dir->school ? dir->school->value : "", "\n", student->type, "\n",
                       student->source ? student->source : "", NULL);
}

/* A provider of which nothing is known yet is noticed by the code that needs it. */
static eckid_oidc_setup_t make_oidc(whole_t *whole, request_rec *r, const mod_eckid_dir_t *dir,
                                    apr_time_t now)
{
    const mod_eckid_process_t *process = mod_eckid_process();
    eckid_oidc_setup_t oidc = {
        .rules = &whole->gateway.rules,
        .provider = dir->provider,
        .claims_from = dir->claims_in_userinfo ? ECKID_CLAIMS_USERINFO : ECKID_CLAIMS_ID_TOKEN,
        .introspection = dir->introspection,
        .passes_unknown = dir->passes_unknown == 1,
    };

    mod_eckid_view(&oidc.view, r, dir, now);
    if (process->token_store) {
        whole->token_owners =
            (eckid_token_owners_t){process->secret, process->previous,
                                   realm_of(whole, dir, r->pool), *process->token_store};
        oidc.token_owners = &whole->token_owners;
    }
    return oidc;
}

/* The directive of which there is none; or NULL. */
static const char *missing(const mod_eckid_dir_t *dir)
{
    bool has_las = !mod_eckid_las_wants(&dir->las) || mod_eckid_las_is_spared(dir);

    return !dir->idp && !dir->provider     ? "EckidIdpMetadata"
           : !dir->student                 ? "EckidStudentKey"
           : !has_las                      ? "EckidLas or EckidLasKey"
           : !dir->school && !dir->schools ? "EckidSchool"
           : !dir->signers                 ? "EckidSigningKey"
           : !dir->policy                  ? "<EckidSupplier>"
                                           : NULL;
}

static const eckid_gateway_t *make_gateway(request_rec *r, const mod_eckid_dir_t *dir,
                                           apr_time_t now)
{
    const mod_eckid_process_t *process = mod_eckid_process();
    whole_t *whole = apr_pcalloc(r->pool, sizeof(*whole));

    if (dir->las.line) {
        whole->las = mod_eckid_las_channel(&dir->las);
    }
    whole->student = make_student(dir, r->pool);
    whole->gateway.rules = make_rules(whole, dir);
    whole->gateway.saml = make_saml(whole, dir);
    whole->gateway.saml.idp = dir->idp ? current_idp(r, dir->idp, now) : NULL;
    whole->gateway.request = r->unparsed_uri;
    whole->gateway.page_max = dir->page_max ? dir->page_max : DEFAULT_PAGE_MAX;
    if (dir->provider) {
        whole->gateway.oidc = make_oidc(whole, r, dir, now);
    }
    if (process->store) {
        whole->cache = make_cache(dir, process);
        whole->gateway.rules.lookup.cache = &whole->cache;
        whole->gateway.rules.lookup.flights = process->flights;
    }
    return &whole->gateway;
}

eckid_err_t *mod_eckid_gateway(const eckid_gateway_t **gateway, request_rec *r,
                               const mod_eckid_dir_t *dir, apr_time_t now)
{
    mod_eckid_request_t *kept = mod_eckid_request(r);
    const char *wanted = missing(dir);

    if (wanted) {
        return eckid_err_advise(
            eckid_err_make(r->pool, ECKID_CONFIG, "no %s in the locations that apply here", wanted),
            "write it around the locations, in the virtual host; configtest sees each location, "
            "but "
            "not every combination");
    }
    if (!kept->gateway || kept->dir != dir) {
        kept->gateway = make_gateway(r, dir, now);
        kept->dir = dir;
    }
    *gateway = kept->gateway;
    return NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The configuration of a LAS, and the channel that is made from it. */
#include "conf/mod_eckid_las_conf.h"

#include "conf/mod_eckid_config.h"
#include "contract/eckid_contract_eduv.h"
#include "http/eckid_curl.h"
#include "las/eckid_las.h"

mod_eckid_las_t *mod_eckid_las_create(apr_pool_t *pool)
{
    mod_eckid_las_t *las = apr_pcalloc(pool, sizeof(*las));

    las->sign = las->pilot = las->order = -1;
    return las;
}

mod_eckid_las_t mod_eckid_las_merge(const mod_eckid_las_t *b, const mod_eckid_las_t *a)
{
    return (mod_eckid_las_t){
        .line = a->line ? a->line : b->line,
        .keys = a->keys ? a->keys : b->keys,
        .credentials = a->credentials ? a->credentials : b->credentials,
        .contract = a->contract ? a->contract : b->contract,
        .questions = a->questions ? a->questions : b->questions,
        .profile = a->profile ? a->profile : b->profile,
        .answer_keys = a->answer_keys ? a->answer_keys : b->answer_keys,
        .sign = a->sign >= 0 ? a->sign : b->sign,
        .pilot = a->pilot >= 0 ? a->pilot : b->pilot,
        .order = a->order >= 0 ? a->order : b->order,
    };
}

static const mod_eckid_las_key_t *signing_key(const mod_eckid_las_t *las)
{
    return las->keys && las->sign ? &APR_ARRAY_IDX(las->keys, 0, mod_eckid_las_key_t) : NULL;
}

static const eckid_contract_t *usual_contract(const mod_eckid_las_t *las)
{
    return las->contract ? las->contract : &eckid_contract_eduv;
}

const eckid_contract_t *mod_eckid_las_contract_of(const mod_eckid_las_t *las, const char *kind)
{
    const eckid_las_t asked = {.contract = usual_contract(las), .questions = las->questions};

    return eckid_las_contract(&asked, kind);
}

eckid_las_order_t mod_eckid_las_order(const mod_eckid_las_t *las)
{
    return las->order >= 0 ? (eckid_las_order_t)las->order : ECKID_LAS_ONLY;
}

eckid_las_t mod_eckid_las_channel(const mod_eckid_las_t *las)
{
    if (mod_eckid_las_order(las) == ECKID_DIRECTORY_ONLY) {
        return (eckid_las_t){.order = ECKID_DIRECTORY_ONLY, .pilot = las->pilot == 1};
    }
    const mod_eckid_las_key_t *key = signing_key(las);

    return (eckid_las_t){
        .order = mod_eckid_las_order(las),
        .base = las->line->base,
        .contract = usual_contract(las),
        .questions = las->questions,
        .key = key ? key->key : NULL,
        .keyid = key ? key->keyid : NULL,
        .profile = las->profile,
        .answer_keys = las->answer_keys,
        .credentials = las->credentials,
        .limits = las->line->limits,
        .transport = eckid_curl_transport(las->line->curl),
        .timeout = las->line->timeout,
        .clock = eckid_moment_now,
        .pilot = las->pilot == 1,
    };
}

const char *mod_eckid_las_wants(const mod_eckid_las_t *las)
{
    if (mod_eckid_las_order(las) == ECKID_DIRECTORY_ONLY) {
        return las->line ? "EckidLookup directory leaves EckidLas without effect; write "
                           "EckidLookup directory las, or leave one of them out"
                         : NULL;
    }
    if (!las->line) {
        return mod_eckid_process()->database ? "there is no EckidLas, and EckidLookup does not "
                                               "name the EckidDirectory; write: "
                                               "EckidLookup directory"
                                             : "there is no EckidLas; write, for example: EckidLas "
                                               "https://las.example/eduv/v1";
    }
    if (!las->credentials && !signing_key(las) && !eckid_curl_has_key(las->line->curl)) {
        return "calls to the LAS are not authenticated; write, for example: EckidLasKey "
               "eckid/las.key "
               "keyid=school-2026";
    }
    return NULL;
}

eckid_err_t *mod_eckid_las_check(const mod_eckid_las_t *las, apr_pool_t *pool)
{
    const char *wants = mod_eckid_las_wants(las);

    if (wants) {
        return eckid_err_make(pool, ECKID_CONFIG, "%s", wants);
    }
    if (las->answer_keys && !signing_key(las)) {
        return eckid_err_make(pool, ECKID_CONFIG,
                              "EckidLasAnswerKey needs signed calls: a response is bound "
                              "to the signature of its call");
    }
    return signing_key(las) && las->line
               ? eckid_httpsig_profile_check(las->profile ? las->profile : &eckid_httpsig_usual,
                                             signing_key(las)->key, pool)
               : NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks the directives about LASes and schools as a whole. */
#include "directive/mod_eckid_configtest.h"

#include <apr_strings.h>

#include "conf/mod_eckid_kinds.h"
#include "service/mod_eckid_redis.h"
#include "contract/eckid_contract.h"
#include "crypto/eckid_key.h"
#include "decision/eckid_policy.h"
#include "las/eckid_school_map.h"

/* The state of a check. */
typedef struct look_t {
    const mod_eckid_dir_t *dir;
    const eckid_kind_t *kinds;
    apr_array_header_t *mistakes; /* const char * */
    apr_pool_t *pool;
} look_t;

static void add(look_t *look, const char *text)
{
    APR_ARRAY_PUSH(look->mistakes, const char *) = text;
}

static void check_default(look_t *look)
{
    const eckid_err_t *err = mod_eckid_las_check(&look->dir->las, look->pool);

    if (err && !mod_eckid_las_is_spared(look->dir)) {
        add(look, apr_pstrcat(look->pool, "EckidEngine is not off, but ",
                              *err->detail ? err->detail : eckid_err_text(err, look->pool), NULL));
    }
}

static void check_schools(look_t *look)
{
    const mod_eckid_school_map_t *schools = look->dir->schools;
    const apr_array_header_t *all = schools ? eckid_school_map_all(schools->map) : NULL;

    if (!look->dir->school && !schools) {
        add(look, "EckidEngine is not off, but there is no EckidSchool; write, for example: "
                  "EckidSchool V_ID 11ZZ03");
    }
    for (int i = 0; all && i < all->nelts; i++) {
        const eckid_school_map_entry_t *one =
            APR_ARRAY_IDX(all, i, const eckid_school_map_entry_t *);

        if (one->las &&
            !(look->dir->named && apr_hash_get(look->dir->named, one->las, APR_HASH_KEY_STRING))) {
            add(look,
                apr_psprintf(look->pool, "%s:%d: there is no <EckidLasNamed %s> for this school",
                             schools->file, one->line, one->las));
        }
    }
}

static bool uses_directory(const mod_eckid_las_t *las)
{
    return mod_eckid_las_order(las) != ECKID_LAS_ONLY;
}

static void check_directory(look_t *look)
{
    const mod_eckid_dir_t *dir = look->dir;
    bool used = uses_directory(&dir->las);

    for (apr_hash_index_t *i = dir->named ? apr_hash_first(look->pool, dir->named) : NULL; i;
         i = apr_hash_next(i)) {
        used = used || uses_directory(apr_hash_this_val(i));
    }
    if (used && !mod_eckid_process()->database) {
        add(look, "EckidLookup names the directory, but there is no EckidDirectory; write, for "
                  "example: EckidDirectory sqlite:/var/lib/eckid/directory.db");
    }
}

static const char *list_of(const char *const *types, apr_pool_t *pool)
{
    const char *list = *types;

    while (*++types) {
        list = apr_pstrcat(pool, list, ", ", *types, NULL);
    }
    return list;
}

/* One message for a school is enough, whatever the kinds of people. */
static void check_school_type(look_t *look, const eckid_school_t *school,
                              const mod_eckid_las_t *las)
{
    for (const eckid_kind_t *kind = las && las->line ? look->kinds : NULL; kind;
         kind = kind->next) {
        const eckid_contract_t *contract = mod_eckid_las_contract_of(las, kind->name);

        if (contract && !eckid_contract_knows(contract->school_types, school->type)) {
            add(look,
                apr_psprintf(look->pool,
                             "school %s: the contract %s, by which this LAS is asked, has no type "
                             "of school %s; write one of %s, or EckidLasContract",
                             school->value, contract->name, school->type,
                             list_of(contract->school_types, look->pool)));
            return;
        }
    }
}

static void check_school_types(look_t *look)
{
    const mod_eckid_dir_t *dir = look->dir;
    const apr_array_header_t *all = dir->schools ? eckid_school_map_all(dir->schools->map) : NULL;

    if (dir->school && !dir->schools) {
        check_school_type(look, dir->school, &dir->las);
    }
    for (int i = 0; all && i < all->nelts; i++) {
        const eckid_school_map_entry_t *one =
            APR_ARRAY_IDX(all, i, const eckid_school_map_entry_t *);
        const mod_eckid_las_t *named =
            one->las && dir->named ? apr_hash_get(dir->named, one->las, APR_HASH_KEY_STRING) : NULL;

        check_school_type(look, &one->school, one->las ? named : &dir->las);
    }
}

/* "EckidStudentKey on line 7 of idp.conf", or "EckidPersonKey employee on line 8 of idp.conf". */
static const char *key_line(const eckid_kind_t *kind, apr_pool_t *pool)
{
    const ap_directive_t *line = mod_eckid_find_source(kind->match);
    const char *name =
        kind->name ? apr_pstrcat(pool, "EckidPersonKey ", kind->name, NULL) : "EckidStudentKey";

    return line ? apr_psprintf(pool, "%s on line %d of %s", name, line->line_num, line->filename)
                : name;
}

/* Checks that one LAS can be asked about a kind of people, by the type of their keys. True if it
 * found a mistake, which need not be reported for other LASes too. */
static bool check_kind_at(look_t *look, const eckid_kind_t *kind, const mod_eckid_las_t *las)
{
    const eckid_contract_t *contract = mod_eckid_las_contract_of(las, kind->name);

    if (!las->line || (contract && eckid_contract_knows(contract->person_types, kind->type))) {
        return false;
    }
    add(look, contract ? apr_psprintf(look->pool,
                                      "%s: \"%s\" is not one of %s, which are what %s knows; see "
                                      "EckidLasContract for others",
                                      key_line(kind, look->pool), kind->type,
                                      list_of(contract->person_types, look->pool), contract->name)
                       : apr_psprintf(look->pool,
                                      "%s: how is %s asked about them? write, for example: "
                                      "EckidLasContract eckid/%s.json %s",
                                      key_line(kind, look->pool), las->line->base, kind->name,
                                      kind->name));
    return true;
}

static void check_kind(look_t *look, const eckid_kind_t *kind)
{
    const mod_eckid_dir_t *dir = look->dir;

    if (check_kind_at(look, kind, &dir->las)) {
        return;
    }
    for (apr_hash_index_t *i = dir->named ? apr_hash_first(look->pool, dir->named) : NULL; i;
         i = apr_hash_next(i)) {
        if (check_kind_at(look, kind, apr_hash_this_val(i))) {
            return;
        }
    }
}

static void check_kinds(look_t *look)
{
    for (const eckid_kind_t *kind = look->kinds; kind; kind = kind->next) {
        check_kind(look, kind);
    }
}

/* A supplier that accepts stale ECK iDs needs a cache that keeps them long enough. */
static void check_stale(look_t *look)
{
    const mod_eckid_dir_t *dir = look->dir;
    apr_interval_time_t found_for = dir->found_for >= 0 ? dir->found_for : MOD_ECKID_FOUND_FOR;

    for (int i = 0; dir->policy && i < dir->policy->suppliers->nelts; i++) {
        const eckid_supplier_t *supplier =
            APR_ARRAY_IDX(dir->policy->suppliers, i, const eckid_supplier_t *);

        if (supplier->stale_max > found_for + dir->stale_for) {
            add(look, apr_psprintf(look->pool,
                                   "EckidOn: %s accepts ECK iDs older than the cache keeps them; "
                                   "write, for example: EckidCacheTime 12h 2min %ds",
                                   supplier->name, (int)apr_time_sec(supplier->stale_max)));
        }
    }
}

static bool is_redis(const char *spec)
{
    return spec && strncmp(spec, "redis:", 6) == 0;
}

/* The cache must not use up the time for asking the LAS. */
static void check_deadline(look_t *look, const mod_eckid_las_t *las)
{
    if (las->line && las->line->timeout <= MOD_ECKID_REDIS_TIMEOUT) {
        add(look, apr_psprintf(look->pool,
                               "EckidLas %s: timeout=%dms is too short for a redis as EckidCache, "
                               "which may take %dms; write a longer one",
                               las->line->base, (int)apr_time_as_msec(las->line->timeout),
                               (int)apr_time_as_msec(MOD_ECKID_REDIS_TIMEOUT)));
    }
}

static void check_deadlines(look_t *look)
{
    apr_hash_t *named = look->dir->named;

    if (!is_redis(mod_eckid_process()->cache.spec)) {
        return;
    }
    check_deadline(look, &look->dir->las);
    for (apr_hash_index_t *i = named ? apr_hash_first(look->pool, named) : NULL; i;
         i = apr_hash_next(i)) {
        check_deadline(look, apr_hash_this_val(i));
    }
}

/* The keys of all LASes. */
static apr_array_header_t *all_keys(const look_t *look)
{
    apr_array_header_t *keys = apr_array_make(look->pool, 4, sizeof(mod_eckid_las_key_t));
    apr_hash_t *named = look->dir->named;

    if (look->dir->las.keys) {
        apr_array_cat(keys, look->dir->las.keys);
    }
    for (apr_hash_index_t *i = named ? apr_hash_first(look->pool, named) : NULL; i;
         i = apr_hash_next(i)) {
        const mod_eckid_las_t *las = apr_hash_this_val(i);

        if (las->keys) {
            apr_array_cat(keys, las->keys);
        }
    }
    return keys;
}

/* A LAS that fetches our keys tells them apart by kid (RFC 7517 section 4.5). */
static void check_keyids(look_t *look)
{
    const apr_array_header_t *keys = all_keys(look);

    for (int i = 0; i < keys->nelts; i++) {
        const mod_eckid_las_key_t *one = &APR_ARRAY_IDX(keys, i, mod_eckid_las_key_t);

        for (int j = 0; j < i; j++) {
            const mod_eckid_las_key_t *other = &APR_ARRAY_IDX(keys, j, mod_eckid_las_key_t);

            if (strcmp(one->keyid, other->keyid) == 0 && !eckid_key_same(one->key, other->key)) {
                add(look, apr_psprintf(look->pool,
                                       "EckidLasKey: two keys have keyid=%s; write another "
                                       "name behind %s",
                                       one->keyid, eckid_key_name(one->key)));
            }
        }
    }
}

const apr_array_header_t *mod_eckid_las_mistakes(const mod_eckid_dir_t *dir, apr_pool_t *pool)
{
    look_t look = {dir, mod_eckid_kinds_make(dir, pool),
                   apr_array_make(pool, 2, sizeof(const char *)), pool};

    check_default(&look);
    check_directory(&look);
    check_schools(&look);
    check_school_types(&look);
    check_kinds(&look);
    check_stale(&look);
    check_deadlines(&look);
    check_keyids(&look);
    return look.mistakes;
}

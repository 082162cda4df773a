/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Directives; turned into read-only objects for each server and location. */
#include "directive/mod_eckid_directive.h"

#include <apr_strings.h>

static mod_eckid_process_t *process;

mod_eckid_process_t *mod_eckid_process(void)
{
    return process;
}

void mod_eckid_new_process(apr_pool_t *pconf)
{
    process = apr_pcalloc(pconf, sizeof(*process));
    process->curls = apr_array_make(pconf, 2, sizeof(eckid_curl_t *));
    process->limits = apr_array_make(pconf, 2, sizeof(eckid_las_limits_t *));
    process->signers = apr_array_make(pconf, 2, sizeof(const eckid_key_t *));
    process->lines = apr_hash_make(pconf);
    process->places = apr_hash_make(pconf);
    process->once = apr_hash_make(pconf);
}

/* Create and merge */

void *mod_eckid_create_dir(apr_pool_t *pool, char *path)
{
    mod_eckid_dir_t *dir = apr_pcalloc(pool, sizeof(*dir));

    (void)path;
    dir->skew = dir->found_for = dir->not_found_for = -1;
    dir->sha1 = dir->passes_unknown = -1;
    dir->las = *mod_eckid_las_create(pool);
    return dir;
}

#define CHOOSE(member, unset) dir->member = (a->member != (unset)) ? a->member : b->member

void *mod_eckid_merge_dir(apr_pool_t *pool, void *base, void *add)
{
    const mod_eckid_dir_t *b = base, *a = add;
    mod_eckid_dir_t *dir = apr_pcalloc(pool, sizeof(*dir));

    CHOOSE(engine, MOD_ECKID_UNSET);
    CHOOSE(engine_at, NULL);
    CHOOSE(idp, NULL);
    CHOOSE(provider, NULL);
    CHOOSE(introspection, NULL);
    CHOOSE(passes_unknown, -1);
    CHOOSE(metadata_paths, NULL);
    CHOOSE(metadata_key, NULL);
    CHOOSE(signers, NULL);
    CHOOSE(conditions, NULL);
    CHOOSE(student, NULL);
    dir->las = mod_eckid_las_merge(&b->las, &a->las);
    CHOOSE(named, NULL);
    CHOOSE(channels, NULL);
    CHOOSE(school, NULL);
    CHOOSE(schools, NULL);
    CHOOSE(policy, NULL);
    CHOOSE(found_for, -1);
    CHOOSE(not_found_for, -1);
    dir->stale_for = a->found_for >= 0 ? a->stale_for : b->stale_for;
    CHOOSE(skew, -1);
    CHOOSE(sha1, -1);
    CHOOSE(page_max, 0);
    CHOOSE(response_max, 0);
    CHOOSE(helpdesk, NULL);
    return dir;
}

mod_eckid_dir_t *mod_eckid_dir(const request_rec *r)
{
    return ap_get_module_config(r->per_dir_config, &eckid_module);
}

/* The process */

static const char *set_cache(cmd_parms *cmd, void *conf, const char *spec)
{
    (void)conf;
    CHECK_ONCE(process);
    mod_eckid_put_place(spec, cmd);
    process->cache = spec;
    return ap_check_cmd_context(cmd, GLOBAL_ONLY);
}

static const char *read_secret(eckid_secret_t **secret, cmd_parms *cmd, const char *name)
{
    const char *path = mod_eckid_path(cmd, name), *wrong = mod_eckid_check_private(cmd, path);
    eckid_bytes_t content;

    if (wrong) {
        return wrong;
    }
    TRY(mod_eckid_read_file(&content, path, cmd->temp_pool));
    content = eckid_codec_trim(content);
    *secret = eckid_secret_make(content, cmd->pool);
    memset((char *)content.data, 0, content.len);
    if (!*secret) {
        return apr_psprintf(cmd->pool,
                            "EckidSecretFile: %s is shorter than %d bytes; write: "
                            "openssl rand -base64 48 > %s",
                            path, ECKID_SECRET_MIN, path);
    }
    return NULL;
}

static const char *set_secret_file(cmd_parms *cmd, void *conf, const char *name,
                                   const char *previous)
{
    const char *wrong = read_secret(&process->secret, cmd, name);

    (void)conf;
    CHECK_ONCE(process);
    process->has_secret_file = true;
    if (!wrong && previous) {
        wrong = read_secret(&process->previous, cmd, previous);
    }
    return wrong ? wrong : ap_check_cmd_context(cmd, GLOBAL_ONLY);
}

static const char *set_generation(cmd_parms *cmd, void *conf, const char *name)
{
    (void)conf;
    process->generation = name;
    return ap_check_cmd_context(cmd, GLOBAL_ONLY);
}

/* The engine and the identity provider */

static const char *set_engine(cmd_parms *cmd, void *conf, const char *value)
{
    static const char *const names[] = {"off", "on", "observe", NULL};
    mod_eckid_dir_t *dir = conf;
    const char *wrong = mod_eckid_one_of(cmd, value, names);

    CHECK_LINE();
    CHECK_ONCE(dir);
    dir->engine_at = cmd->directive;
    dir->engine = strcmp(value, "off") == 0  ? MOD_ECKID_OFF
                  : strcmp(value, "on") == 0 ? MOD_ECKID_ON
                                             : MOD_ECKID_OBSERVE;
    return wrong;
}

static const char *set_idp_metadata(cmd_parms *cmd, void *conf, const char *file,
                                    const char *entity_id)
{
    mod_eckid_dir_t *dir = conf;

    CHECK_LINE();
    CHECK_ONCE(dir);
    TRY(eckid_idp_metadata_make(&dir->idp, mod_eckid_path(cmd, file), entity_id, cmd->pool));
    mod_eckid_put_place(dir->idp, cmd);
    return NULL;
}

static const char *add_metadata_path(cmd_parms *cmd, void *conf, const char *path)
{
    mod_eckid_dir_t *dir = conf;

    CHECK_LINE();
    if (path[0] != '/') {
        return "EckidMetadataPath: a path as in the URL is expected, beginning with a slash";
    }
    if (!dir->metadata_paths) {
        dir->metadata_paths = apr_array_make(cmd->pool, 1, sizeof(const char *));
    }
    APR_ARRAY_PUSH(dir->metadata_paths, const char *) = path;
    return NULL;
}

static const char *set_metadata_key(cmd_parms *cmd, void *conf, const char *key_name,
                                    const char *certificate_name)
{
    mod_eckid_dir_t *dir = conf;
    eckid_key_t *key;

    CHECK_LINE();
    CHECK_ONCE(dir);
    TRY(mod_eckid_read_pair(&key, cmd, key_name, certificate_name));
    dir->metadata_key = key;
    return NULL;
}

static const char *set_skew(cmd_parms *cmd, void *conf, const char *value)
{
    mod_eckid_dir_t *dir = conf;

    CHECK_LINE();
    if (ap_timeout_parameter_parse(value, &dir->skew, "s") != APR_SUCCESS || dir->skew < 0 ||
        dir->skew > apr_time_from_sec(600)) {
        return "EckidClockSkew: a time up to ten minutes is expected, such as 60s";
    }
    return NULL;
}

static const char *set_sha1(cmd_parms *cmd, void *conf, int on)
{
    CHECK_LINE();
    ((mod_eckid_dir_t *)conf)->sha1 = on;
    return NULL;
}

static const char *set_size(cmd_parms *cmd, void *conf, const char *value)
{
    apr_size_t *size = (apr_size_t *)((char *)conf + (apr_size_t)cmd->info);
    char *end;
    apr_int64_t number = apr_strtoi64(value, &end, 10);

    CHECK_LINE();
    if (*end || number < 16384 || number > 64 * 1024 * 1024) {
        return apr_psprintf(cmd->pool,
                            "%s: a number of bytes between 16384 and 67108864 is "
                            "expected",
                            cmd->directive->directive);
    }
    *size = (apr_size_t)number;
    return NULL;
}

static const char *set_helpdesk(cmd_parms *cmd, void *conf, const char *text)
{
    CHECK_LINE();
    ((mod_eckid_dir_t *)conf)->helpdesk = text;
    return NULL;
}

/* Keys */

static const char *add_signing_key(cmd_parms *cmd, void *conf, const char *key_name,
                                   const char *certificate_name, const char *shared)
{
    mod_eckid_dir_t *dir = conf;
    apr_array_header_t **signers =
        dir->open_supplier ? &dir->open_supplier->signers : &dir->signers;
    eckid_key_t *key;

    CHECK_LINE();
    if (shared && strcmp(shared, "shared") != 0) {
        return "EckidSigningKey: the third argument can only be \"shared\", for a key that is the "
               "identity provider's too";
    }
    TRY(mod_eckid_read_pair(&key, cmd, key_name, certificate_name));
    if (!*signers) {
        *signers = apr_array_make(cmd->pool, 2, sizeof(eckid_signer_t));
    }
    APR_ARRAY_PUSH(*signers, eckid_signer_t) = (eckid_signer_t){key, shared != NULL};
    APR_ARRAY_PUSH(process->signers, const eckid_key_t *) = key;
    return NULL;
}

/* The student and the school */

static const char *add_student_if(cmd_parms *cmd, void *conf, const char *attribute,
                                  const char *expression)
{
    mod_eckid_dir_t *dir = conf;
    eckid_condition_t condition = {.attribute = attribute};
    eckid_match_t *match;

    CHECK_LINE();
    TRY(eckid_match_make(&match, expression, NULL, cmd->pool));
    condition.match = match;
    if (!dir->conditions) {
        dir->conditions = apr_array_make(cmd->pool, 1, sizeof(eckid_condition_t));
    }
    APR_ARRAY_PUSH(dir->conditions, eckid_condition_t) = condition;
    return NULL;
}

static const char *set_student_key(cmd_parms *cmd, void *conf, int argc, char *const argv[])
{
    mod_eckid_dir_t *dir = conf;
    eckid_match_t *match;

    CHECK_LINE();
    CHECK_ONCE(dir);
    if (argc != 4) {
        return "EckidStudentKey: four arguments are expected: an attribute or NameID, an "
               "expression, a template and the type, such as: "
               "employeeNumber ^(\\d+)$ $1@1.school.example NEPPI";
    }
    TRY(eckid_match_make(&match, argv[1], argv[2], cmd->pool));
    eckid_student_t *student = apr_pcalloc(cmd->pool, sizeof(*student));

    student->source = strcmp(argv[0], "NameID") == 0 ? NULL : argv[0];
    student->match = match;
    student->type = argv[3];
    dir->student = student;
    return NULL;
}

static const char *set_school(cmd_parms *cmd, void *conf, const char *type, const char *value)
{
    eckid_school_t *school = apr_pcalloc(cmd->pool, sizeof(*school));

    CHECK_LINE();
    CHECK_ONCE(conf);
    if (!*value) {
        return "EckidSchool: the value is empty";
    }
    *school = (eckid_school_t){type, value};
    ((mod_eckid_dir_t *)conf)->school = school;
    return mod_eckid_one_of(cmd, type, eckid_school_types);
}

static const char *set_school_map(cmd_parms *cmd, void *conf, int argc, char *const argv[])
{
    mod_eckid_school_map_t *schools = apr_pcalloc(cmd->pool, sizeof(*schools));
    eckid_school_map_t *map;
    eckid_match_t *match;
    eckid_bytes_t content;

    CHECK_LINE();
    CHECK_ONCE(conf);
    if (argc != 2 && argc != 4) {
        return "EckidSchoolMap: a file and an attribute are expected, and perhaps an expression "
               "and a template, such as: eckid/schools.map nlEduPersonHomeOrganizationId "
               "^(.{4}).*$ "
               "$1";
    }
    schools->file = mod_eckid_path(cmd, argv[0]);
    schools->source = argv[1];
    TRY(mod_eckid_read_file(&content, schools->file, cmd->temp_pool));
    TRY(eckid_school_map_make(&map, content, schools->file, cmd->pool));
    TRY(eckid_match_make(&match, argc == 4 ? argv[2] : ".*", argc == 4 ? argv[3] : "$0",
                         cmd->pool));
    schools->map = map;
    schools->match = match;
    ((mod_eckid_dir_t *)conf)->schools = schools;
    return NULL;
}

static const char *set_cache_time(cmd_parms *cmd, void *conf, const char *found,
                                  const char *not_found, const char *stale)
{
    mod_eckid_dir_t *dir = conf;

    CHECK_LINE();
    if (ap_timeout_parameter_parse(found, &dir->found_for, "s") != APR_SUCCESS ||
        ap_timeout_parameter_parse(not_found, &dir->not_found_for, "s") != APR_SUCCESS ||
        (stale && ap_timeout_parameter_parse(stale, &dir->stale_for, "s") != APR_SUCCESS)) {
        return "EckidCacheTime: two times are expected, for found and for not found, and perhaps "
               "a third one, for which a found ECK iD is kept after the first, such as: "
               "12h 2min 72h";
    }
    return NULL;
}

#define WHERE (RSRC_CONF | ACCESS_CONF)
#define SIZE(member) (void *)APR_OFFSETOF(mod_eckid_dir_t, member)

const command_rec mod_eckid_directives[] = {
    AP_INIT_TAKE1("EckidCache", set_cache, NULL, RSRC_CONF,
                  "a socache provider, with its arguments after a colon; or none"),
    AP_INIT_TAKE12("EckidSecretFile", set_secret_file, NULL, RSRC_CONF,
                   "the file from which the keys of the cache are derived, and the previous one"),
    AP_INIT_TAKE1("EckidCacheGeneration", set_generation, NULL, RSRC_CONF,
                  "any word; another one makes the cache forget everything"),
    AP_INIT_TAKE1("EckidEngine", set_engine, NULL, WHERE, "on, off or observe"),
    AP_INIT_TAKE12("EckidIdpMetadata", set_idp_metadata, NULL, WHERE,
                   "the identity provider's metadata file, and its entity ID in an aggregate"),
    AP_INIT_TAKE_ARGV("EckidProvider", mod_eckid_provider_set, NULL, WHERE,
                      "issuer of the OpenID provider; backend=, student=, ca=, timeout="),
    AP_INIT_TAKE2("EckidIntrospection", mod_eckid_provider_ask, NULL, WHERE,
                  "a client of our own at the provider and the file with its secret"),
    AP_INIT_TAKE1("EckidUnknownToken", mod_eckid_provider_unknown, NULL, WHERE,
                  "deny or pass: userinfo for access tokens that are nobody's"),
    AP_INIT_TAKE1("EckidTokenCache", mod_eckid_provider_tokens, NULL, RSRC_CONF,
                  "where it is remembered whose tokens are: as EckidCache"),
    AP_INIT_ITERATE("EckidMetadataPath", add_metadata_path, NULL, WHERE,
                    "URL paths where the identity provider serves its metadata"),
    AP_INIT_TAKE2("EckidMetadataKey", set_metadata_key, NULL, WHERE,
                  "key and certificate that sign the metadata that is passed on"),
    AP_INIT_TAKE1("EckidClockSkew", set_skew, NULL, WHERE, "how far clocks may differ"),
    AP_INIT_FLAG("EckidAllowSha1", set_sha1, NULL, WHERE,
                 "whether signatures with SHA-1 are accepted"),
    AP_INIT_TAKE1("EckidPageLimit", set_size, SIZE(page_max), WHERE,
                  "bytes of a page that is held to be rewritten"),
    AP_INIT_TAKE1("EckidResponseLimit", set_size, SIZE(response_max), WHERE,
                  "bytes of a login response, decoded"),
    AP_INIT_TAKE1("EckidHelpdesk", set_helpdesk, NULL, WHERE,
                  "what a student reads when a login is refused"),
    AP_INIT_TAKE23("EckidSigningKey", add_signing_key, NULL, WHERE,
                   "key and certificate that sign logins; \"shared\" with the identity provider"),
    AP_INIT_TAKE2("EckidStudentIf", add_student_if, NULL, WHERE,
                  "an attribute and an expression that one of its values must match"),
    AP_INIT_TAKE_ARGV("EckidStudentKey", set_student_key, NULL, WHERE,
                      "attribute or NameID, expression, template and type of the student key"),
    AP_INIT_TAKE_ARGV("EckidLas", mod_eckid_las_line, NULL, WHERE,
                      "base URL of the LAS; ca=, certificate=, key=, connect-timeout=, timeout=, "
                      "calls=, queue=, wait=, failures=, pause="),
    AP_INIT_TAKE2("EckidLasKey", mod_eckid_las_key, NULL, WHERE,
                  "a key that proves to the LAS who asks, and keyid="),
    AP_INIT_TAKE12("EckidLasSignature", mod_eckid_las_sign, NULL, WHERE,
                   "on or off; or what calls are signed over, and with which parameters"),
    AP_INIT_TAKE2("EckidLasAnswerKey", mod_eckid_las_answer_key, NULL, WHERE,
                  "a public key or certificate by which the LAS signs its answers, and keyid="),
    AP_INIT_TAKE1("EckidLasContract", mod_eckid_las_contract, NULL, WHERE, "edu-v, or a file"),
    AP_INIT_TAKE_ARGV("EckidLasToken", mod_eckid_las_token, NULL, WHERE,
                      "URL of the token endpoint; client_id=, scope=, keyid=, alg=, audience=, "
                      "secret=, ca=, certificate=, key="),
    AP_INIT_RAW_ARGS("<EckidLasNamed", mod_eckid_las_block, NULL, WHERE,
                     "a LAS that EckidSchoolMap calls by this name"),
    AP_INIT_TAKE2("EckidSchool", set_school, NULL, WHERE,
                  "type and value of the school's identifier at the LAS"),
    AP_INIT_TAKE_ARGV("EckidSchoolMap", set_school_map, NULL, WHERE,
                      "a file of schools, the attribute by which it is read, expression, template"),
    AP_INIT_FLAG("EckidPilot", mod_eckid_las_pilot, NULL, WHERE,
                 "whether ECK iDs of the pilot label are accepted"),
    AP_INIT_TAKE23("EckidCacheTime", set_cache_time, NULL, WHERE,
                   "how long a found ECK iD is remembered, and how long that there is none"),
    AP_INIT_RAW_ARGS("<EckidSupplier", mod_eckid_supplier_block, NULL, WHERE,
                     "the supplier's entity IDs"),
    AP_INIT_TAKE1("EckidSupplierMetadata", mod_eckid_supplier_metadata, NULL, WHERE,
                  "a file with the supplier's metadata"),
    AP_INIT_ITERATE("EckidConsumer", mod_eckid_supplier_consumer, NULL, WHERE,
                    "assertion consumer URLs"),
    AP_INIT_TAKE_ARGV("EckidClient", mod_eckid_provider_client, NULL, WHERE,
                      "client ID of the supplier; alg=, claim=, secret=, front-channel=, encrypt="),
    AP_INIT_TAKE_ARGV("EckidName", mod_eckid_supplier_name, NULL, WHERE,
                      "name of the ECK iD at the supplier; format=, friendly="),
    AP_INIT_ITERATE("EckidRelease", mod_eckid_supplier_release, NULL, WHERE,
                    "attributes that the supplier may see; * for all, none for none"),
    AP_INIT_TAKE_ARGV("EckidRename", mod_eckid_supplier_rename, NULL, WHERE,
                      "name at the identity provider, name at the supplier; format=, friendly="),
    AP_INIT_TAKE23("EckidOn", mod_eckid_supplier_on, NULL, WHERE,
                   "not-student, unknown, no-eckid, las-failed or provider-failed; deny or omit"),
    AP_INIT_TAKE1("EckidDenyBy", mod_eckid_supplier_deny_by, NULL, WHERE, "page or status"),
    {.name = NULL},
};

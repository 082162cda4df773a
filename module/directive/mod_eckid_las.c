/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Directives about the LAS. */
#include "directive/mod_eckid_directive.h"

#include <apr_strings.h>
#include <http_log.h>

#include "conf/mod_eckid_expiry.h"
#include "contract/eckid_contract_eduv.h"
#include "contract/eckid_contract_file.h"
#include "http/eckid_httpsig_verify.h"
#include "directive/mod_eckid_las.h"
#include "directive/mod_eckid_option.h"
#include "directive/mod_eckid_person.h"
#include "las/eckid_las.h"

APLOG_USE_MODULE(eckid);

#define USUAL_WAIT apr_time_from_msec(200)

static const eckid_las_limits_options_t usual_limits = {
    .calls = 16,
    .queue = 64,
    .wait = -1, /* see choose_wait */
    .failures = 5,
    .open_for = 5 * APR_USEC_PER_SEC,
};

mod_eckid_las_t *mod_eckid_las_of(void *conf)
{
    mod_eckid_dir_t *dir = conf;

    return dir->open_las ? dir->open_las : &dir->las;
}

#define COUNT(table) ((int)(sizeof(table) / sizeof(*(table))))

bool mod_eckid_las_is_url(const char *url)
{
    return strncmp(url, "https://", 8) == 0 && url[8] && !strpbrk(url, "# ");
}

/* A certificate that is not valid yet is only a warning, as an expired one is. */
static void warn_of_dates(const cmd_parms *cmd, const eckid_key_t *pair)
{
    if (eckid_key_not_before(pair) > apr_time_now()) {
        ap_log_error(
            APLOG_MARK, APLOG_STARTUP | APLOG_WARNING, 0, cmd->server,
            "ECK%04d: %s:%d: the certificate of %s is not valid yet; the LAS will refuse it",
            ECKID_CONFIG, cmd->directive->filename, cmd->directive->line_num, cmd->cmd->name);
    }
    mod_eckid_expiry_add_key(pair, apr_pstrcat(cmd->pool, "certificate= of ", cmd->cmd->name, NULL),
                             "the LAS will refuse it", cmd->directive);
}

const char *mod_eckid_las_pair(cmd_parms *cmd, const eckid_curl_options_t *options)
{
    eckid_key_t *certificate, *key, *both;

    if (!options->certificate.len != !options->key.len) {
        return "certificate= and key= belong together: the client's certificate with its chain, "
               "and its key";
    }
    if (options->key.len) {
        TRY(eckid_key_private(&key, options->key, "key=", cmd->pool));
        TRY(eckid_key_certificate(&certificate, options->certificate, "certificate=", cmd->pool));
        TRY(eckid_key_pair(&both, key, certificate, cmd->pool));
        warn_of_dates(cmd, both);
    }
    return NULL;
}

/* EckidLas */

/* The same line in several virtual hosts is one LAS, with shared limits and connections. */
static const char *make_line(cmd_parms *cmd, void *conf, const char *base,
                             const eckid_curl_options_t *options,
                             const eckid_las_limits_options_t *limits)
{
    apr_hash_t *lines = mod_eckid_process()->lines;
    mod_eckid_line_t *line = apr_hash_get(lines, cmd->directive->args, APR_HASH_KEY_STRING);
    apr_size_t len = strlen(base);

    if (!line) {
        line = apr_pcalloc(cmd->pool, sizeof(*line));
        line->base = apr_pstrmemdup(cmd->pool, base, len - (base[len - 1] == '/'));
        line->timeout = apr_time_from_msec(options->total_ms);
        TRY(eckid_curl_make(&line->curl, options, cmd->pool));
        TRY(eckid_las_limits_make(&line->limits, limits, cmd->pool));
        APR_ARRAY_PUSH(mod_eckid_process()->curls, eckid_curl_t *) = line->curl;
        APR_ARRAY_PUSH(mod_eckid_process()->limits, eckid_las_limits_t *) = line->limits;
        apr_hash_set(lines, cmd->directive->args, APR_HASH_KEY_STRING, line);
    }
    mod_eckid_note_source(line, cmd->directive);
    mod_eckid_las_of(conf)->line = line;
    return NULL;
}

/* A caller that has waited must still have time for the call. */
static const char *choose_wait(apr_interval_time_t *wait, apr_interval_time_t total)
{
    if (*wait < 0) {
        *wait = total / 4 < USUAL_WAIT ? total / 4 : USUAL_WAIT;
    }
    return *wait < total ? NULL
                         : "EckidLas: timeout= includes waiting, so wait= must "
                           "be shorter";
}

const char *mod_eckid_las_line(cmd_parms *cmd, void *conf, int argc, char *const argv[])
{
    eckid_curl_options_t curl = {.body_max = MOD_ECKID_LAS_ANSWER_MAX,
                                 .connect_ms = MOD_ECKID_LAS_CONNECT_MS,
                                 .total_ms = MOD_ECKID_LAS_TOTAL_MS};
    eckid_las_limits_options_t limits = usual_limits;
    const mod_eckid_option_t options[] = {
        {"ca", MOD_ECKID_AUTHORITIES, &curl.ca, 0, 0},
        {"certificate", MOD_ECKID_CERTIFICATES, &curl.certificate, 0, 0},
        {"key", MOD_ECKID_SECRET, &curl.key, 0, 0},
        {"connect-timeout", MOD_ECKID_MS, &curl.connect_ms, 1, 30000},
        {"timeout", MOD_ECKID_MS, &curl.total_ms, 1, 30000},
        {"calls", MOD_ECKID_NUMBER, &limits.calls, 1, ECKID_LAS_CALLS_MAX},
        {"queue", MOD_ECKID_NUMBER, &limits.queue, 0, 10000},
        {"wait", MOD_ECKID_TIME, &limits.wait, 0, 30000},
        {"failures", MOD_ECKID_NUMBER, &limits.failures, 1, 1000},
        {"pause", MOD_ECKID_TIME, &limits.open_for, 1, 60000},
    };

    CHECK_LINE();
    CHECK_ONCE(mod_eckid_las_of(conf));
    if (argc < 1 || !mod_eckid_las_is_url(argv[0]) || strchr(argv[0], '?')) {
        return "EckidLas: the base URL of the LAS is expected, beginning with https://, without a "
               "query";
    }
    const char *wrong = mod_eckid_options(cmd, options, COUNT(options), argc, argv);

    wrong = wrong ? wrong : mod_eckid_las_pair(cmd, &curl);
    wrong = wrong ? wrong : choose_wait(&limits.wait, apr_time_from_msec(curl.total_ms));
    return wrong ? wrong : make_line(cmd, conf, argv[0], &curl, &limits);
}

/* EckidLasKey */

const char *mod_eckid_las_key(cmd_parms *cmd, void *conf, const char *name, const char *keyid)
{
    mod_eckid_las_key_t one = {.keyid = mod_eckid_option(keyid, "keyid")};
    eckid_key_t *key;

    CHECK_LINE();
    if (!one.keyid || strpbrk(one.keyid, "\"\\") || !*one.keyid) {
        return "EckidLasKey: the second argument must be keyid=NAME, the LAS's name for the key";
    }
    TRY(mod_eckid_read_key(&key, cmd, name));
    one.key = key;
    mod_eckid_las_t *las = mod_eckid_las_of(conf);

    if (!las->keys) {
        las->keys = apr_array_make(cmd->pool, 2, sizeof(one));
    }
    APR_ARRAY_PUSH(las->keys, mod_eckid_las_key_t) = one;
    return NULL;
}

/* EckidLasSignature */

const char *mod_eckid_las_sign(cmd_parms *cmd, void *conf, const char *components,
                               const char *parameters)
{
    mod_eckid_las_t *las = mod_eckid_las_of(conf);
    eckid_httpsig_profile_t *profile;
    bool is_word = strcasecmp(components, "on") == 0 || strcasecmp(components, "off") == 0;

    CHECK_LINE();
    las->sign = strcasecmp(components, "off") != 0;
    if (!is_word) {
        TRY(eckid_httpsig_profile_parse(&profile, components, parameters, cmd->pool));
        las->profile = profile;
    }
    return is_word && parameters ? "EckidLasSignature: \"on\" and \"off\" allow no other argument"
                                 : NULL;
}

/* EckidLasAnswerKey */

const char *mod_eckid_las_answer_key(cmd_parms *cmd, void *conf, const char *name,
                                     const char *keyid)
{
    mod_eckid_las_t *las = mod_eckid_las_of(conf);
    eckid_httpsig_key_t one = {.keyid = mod_eckid_option(keyid, "keyid")};
    eckid_key_t *key;

    CHECK_LINE();
    if (!one.keyid || !*one.keyid) {
        return "EckidLasAnswerKey: the second argument must be keyid=NAME, the LAS's name for its "
               "key";
    }
    TRY(mod_eckid_read_verifier(&key, cmd, name, "the LAS may use another key after that"));
    one.key = key;
    if (!las->answer_keys) {
        las->answer_keys = apr_array_make(cmd->pool, 1, sizeof(one));
    }
    APR_ARRAY_PUSH(las->answer_keys, eckid_httpsig_key_t) = one;
    return NULL;
}

/* EckidLasContract */

/* The built-in contracts. */
static const eckid_contract_t *const contracts[] = {&eckid_contract_eduv,
                                                    &eckid_contract_eduv_employees};

static const eckid_contract_t *find_contract(const char *name)
{
    for (int i = 0; i < COUNT(contracts); i++) {
        if (strcmp(contracts[i]->name, name) == 0) {
            return contracts[i];
        }
    }
    return NULL;
}

static const char *read_contract(const eckid_contract_t **contract, cmd_parms *cmd,
                                 const char *name)
{
    const char *path = mod_eckid_path(cmd, name);
    eckid_bytes_t content;

    *contract = find_contract(name);
    if (!*contract) {
        TRY(mod_eckid_read_file(&content, path, cmd->temp_pool));
        TRY(eckid_contract_file_make(contract, content, path, cmd->pool));
    }
    return NULL;
}

/* The contract about people of another kind than students. */
static const char *add_question(cmd_parms *cmd, mod_eckid_las_t *las,
                                const eckid_contract_t *contract, const char *kind)
{
    if (!las->questions) {
        las->questions = apr_array_make(cmd->pool, 1, sizeof(eckid_las_question_t));
    }
    for (int i = 0; i < las->questions->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(las->questions, i, eckid_las_question_t).kind, kind) == 0) {
            return apr_psprintf(cmd->pool,
                                "EckidLasContract: there is already one for the kind %s, so one "
                                "of the two would have no effect",
                                kind);
        }
    }
    APR_ARRAY_PUSH(las->questions, eckid_las_question_t) = (eckid_las_question_t){kind, contract};
    return mod_eckid_person_check_kind(cmd, kind);
}

const char *mod_eckid_las_contract(cmd_parms *cmd, void *conf, const char *name, const char *kind)
{
    mod_eckid_las_t *las = mod_eckid_las_of(conf);
    const eckid_contract_t *contract;

    CHECK_LINE();
    const char *wrong = read_contract(&contract, cmd, name);

    if (wrong) {
        return wrong;
    }
    if (kind && !eckid_kind_same(kind, NULL)) {
        return add_question(cmd, las, contract, kind);
    }
    CHECK_ONCE(las);
    las->contract = contract;
    return NULL;
}

const char *mod_eckid_las_pilot(cmd_parms *cmd, void *conf, int on)
{
    CHECK_LINE();
    mod_eckid_las_of(conf)->pilot = on;
    return NULL;
}

/* EckidLookup */

const char *mod_eckid_las_lookup(cmd_parms *cmd, void *conf, const char *first, const char *second)
{
    static const struct {
        const char *first, *second;
        eckid_las_order_t order;
    } orders[] = {{"las", "", ECKID_LAS_ONLY},
                  {"directory", "las", ECKID_DIRECTORY_FIRST},
                  {"directory", "", ECKID_DIRECTORY_ONLY}};
    mod_eckid_las_t *las = mod_eckid_las_of(conf);

    CHECK_LINE();
    CHECK_ONCE(las);
    for (int i = 0; i < COUNT(orders); i++) {
        if (strcmp(orders[i].first, first) == 0 &&
            strcmp(orders[i].second, second ? second : "") == 0) {
            las->order = orders[i].order;
            return NULL;
        }
    }
    return "EckidLookup: \"las\", \"directory las\" or \"directory\" is expected: where people are "
           "looked up, and in which order";
}

/* <EckidLasNamed> */

static void add_named(mod_eckid_dir_t *dir, const char *name, apr_pool_t *pool)
{
    eckid_las_t *channel = apr_palloc(pool, sizeof(*channel));

    if (!dir->named) {
        dir->named = apr_hash_make(pool);
        dir->channels = apr_hash_make(pool);
    }
    *channel = mod_eckid_las_channel(dir->open_las);
    apr_hash_set(dir->named, name, APR_HASH_KEY_STRING, dir->open_las);
    apr_hash_set(dir->channels, name, APR_HASH_KEY_STRING, channel);
}

const char *mod_eckid_las_block(cmd_parms *cmd, void *conf, const char *args)
{
    mod_eckid_dir_t *dir = conf;
    const char *end = strrchr(args, '>');

    CHECK_LINE();
    if (!end || end[1]) {
        return "<EckidLasNamed> has no closing \">\"";
    }
    args = apr_pstrmemdup(cmd->pool, args, end - args);
    const char *name = ap_getword_conf(cmd->pool, &args);

    if (!*name || *args || dir->open_las) {
        return "<EckidLasNamed> needs one name, and is not allowed inside another";
    }
    dir->open_las = mod_eckid_las_create(cmd->pool);
    const char *wrong = ap_walk_config(cmd->directive->first_child, cmd, cmd->context);

    if (wrong) {
        return wrong;
    }
    TRY(mod_eckid_las_check(dir->open_las, cmd->pool));
    add_named(dir, name, cmd->pool);
    dir->open_las = NULL;
    return NULL;
}

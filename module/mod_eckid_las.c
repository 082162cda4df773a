/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The LAS: its directives, and what they make of it. */
#include "mod_eckid_directive.h"

#include <apr_strings.h>

#include "mod_eckid_las.h"
#include "mod_eckid_option.h"

#define CONNECT_MS 500
#define TOTAL_MS 1500
#define ANSWER_MAX 65536

static const eckid_gate_limits_t usual_limits = {
    .calls = 16,
    .queue = 64,
    .wait = APR_USEC_PER_SEC / 5,
    .failures = 5,
    .open_for = 5 * APR_USEC_PER_SEC,
};

mod_eckid_las_t *mod_eckid_las_create(apr_pool_t *pool)
{
    mod_eckid_las_t *las = apr_pcalloc(pool, sizeof(*las));

    las->sign = las->pilot = -1;
    return las;
}

mod_eckid_las_t mod_eckid_las_merge(const mod_eckid_las_t *b, const mod_eckid_las_t *a)
{
    return (mod_eckid_las_t){
        .line = a->line ? a->line : b->line,
        .keys = a->keys ? a->keys : b->keys,
        .oauth = a->oauth ? a->oauth : b->oauth,
        .sign = a->sign >= 0 ? a->sign : b->sign,
        .pilot = a->pilot >= 0 ? a->pilot : b->pilot,
    };
}

eckid_las_t mod_eckid_las_channel(const mod_eckid_las_t *las)
{
    const mod_eckid_las_key_t *key =
        las->keys && las->sign ? &APR_ARRAY_IDX(las->keys, 0, mod_eckid_las_key_t) : NULL;

    return (eckid_las_t){
        .base = las->line->base,
        .key = key ? key->key : NULL,
        .keyid = key ? key->keyid : NULL,
        .oauth = las->oauth,
        .gate = las->line->gate,
        .transport = eckid_curl_transport(las->line->curl),
        .timeout = las->line->timeout,
        .clock = eckid_moment_now,
        .pilot = las->pilot == 1,
    };
}

const char *mod_eckid_las_wants(const mod_eckid_las_t *las)
{
    if (!las->line) {
        return "there is no EckidLas; write, for one: EckidLas https://las.example/eduv/v1";
    }
    if (!las->oauth && !(las->keys && las->sign) && !eckid_curl_has_key(las->line->curl)) {
        return "nothing proves to the LAS who asks; write, for one: EckidLasKey eckid/las.key "
               "keyid=school-2026";
    }
    return NULL;
}

/* What the directives below write to: the block that is open, or what is around it. */
static mod_eckid_las_t *las_of(void *conf)
{
    mod_eckid_dir_t *dir = conf;

    return dir->open_las ? dir->open_las : &dir->las;
}

#define COUNT(table) ((int)(sizeof(table) / sizeof(*(table))))

static bool is_https(const char *url)
{
    return strncmp(url, "https://", 8) == 0 && url[8] && !strpbrk(url, "# ");
}

static const char *check_pair(const eckid_curl_options_t *options)
{
    return !options->certificate.len == !options->key.len
               ? NULL
               : "certificate= and key= belong together: the client's certificate with its chain, "
                 "and its key";
}

/* EckidLas */

static const char *make_line(cmd_parms *cmd, void *conf, const char *base,
                             const eckid_curl_options_t *options, const eckid_gate_limits_t *limits)
{
    mod_eckid_line_t *line = apr_pcalloc(cmd->pool, sizeof(*line));
    apr_size_t len = strlen(base);

    line->base = apr_pstrmemdup(cmd->pool, base, len - (base[len - 1] == '/'));
    line->timeout = apr_time_from_msec(options->total_ms);
    TELL(eckid_curl_make(&line->curl, options, cmd->pool));
    TELL(eckid_gate_make(&line->gate, limits, cmd->pool));
    APR_ARRAY_PUSH(mod_eckid_process()->curls, eckid_curl_t *) = line->curl;
    APR_ARRAY_PUSH(mod_eckid_process()->gates, eckid_gate_t *) = line->gate;
    las_of(conf)->line = line;
    return NULL;
}

const char *mod_eckid_las_line(cmd_parms *cmd, void *conf, int argc, char *const argv[])
{
    eckid_curl_options_t curl = {.body_max = ANSWER_MAX};
    eckid_gate_limits_t limits = usual_limits;
    apr_interval_time_t connect = apr_time_from_msec(CONNECT_MS),
                        total = apr_time_from_msec(TOTAL_MS);
    const mod_eckid_option_t options[] = {
        {"ca", MOD_ECKID_PATH, &curl.ca_file, 0, 0},
        {"certificate", MOD_ECKID_CONTENT, &curl.certificate, 0, 0},
        {"key", MOD_ECKID_SECRET, &curl.key, 0, 0},
        {"connect-timeout", MOD_ECKID_TIME, &connect, 1, 30000},
        {"timeout", MOD_ECKID_TIME, &total, 1, 30000},
        {"calls", MOD_ECKID_NUMBER, &limits.calls, 1, ECKID_GATE_CALLS_MAX},
        {"queue", MOD_ECKID_NUMBER, &limits.queue, 0, 10000},
        {"wait", MOD_ECKID_TIME, &limits.wait, 0, 30000},
        {"failures", MOD_ECKID_NUMBER, &limits.failures, 1, 1000},
        {"pause", MOD_ECKID_TIME, &limits.open_for, 1, 60000},
    };

    CHECK_PLACE();
    if (argc < 1 || !is_https(argv[0]) || strchr(argv[0], '?')) {
        return "EckidLas: the base URL of the LAS is expected, beginning with https://";
    }
    const char *wrong = mod_eckid_options(cmd, options, COUNT(options), argc, argv);

    wrong = wrong ? wrong : check_pair(&curl);
    curl.connect_ms = (int)apr_time_as_msec(connect);
    curl.total_ms = (int)apr_time_as_msec(total);
    return wrong ? wrong : make_line(cmd, conf, argv[0], &curl, &limits);
}

/* EckidLasKey */

const char *mod_eckid_las_key(cmd_parms *cmd, void *conf, const char *name, const char *keyid)
{
    mod_eckid_las_key_t one = {.keyid = mod_eckid_option(keyid, "keyid")};
    eckid_key_t *key;

    CHECK_PLACE();
    if (!one.keyid || strpbrk(one.keyid, "\"\\") || !*one.keyid) {
        return "EckidLasKey: the second argument must be keyid=NAME, as the LAS knows the key";
    }
    TELL(mod_eckid_read_key(&key, cmd, name));
    one.key = key;
    mod_eckid_las_t *las = las_of(conf);

    if (!las->keys) {
        las->keys = apr_array_make(cmd->pool, 2, sizeof(one));
    }
    APR_ARRAY_PUSH(las->keys, mod_eckid_las_key_t) = one;
    return NULL;
}

const char *mod_eckid_las_sign(cmd_parms *cmd, void *conf, int on)
{
    CHECK_PLACE();
    las_of(conf)->sign = on;
    return NULL;
}

const char *mod_eckid_las_pilot(cmd_parms *cmd, void *conf, int on)
{
    CHECK_PLACE();
    las_of(conf)->pilot = on;
    return NULL;
}

/* EckidLasToken */

static const char *choose_key(cmd_parms *cmd, eckid_oauth_options_t *options,
                              const mod_eckid_las_t *las, const char *keyid)
{
    for (int i = 0; las->keys && i < las->keys->nelts; i++) {
        const mod_eckid_las_key_t *one = &APR_ARRAY_IDX(las->keys, i, mod_eckid_las_key_t);

        if (strcmp(one->keyid, keyid) == 0) {
            options->key = one->key;
            options->kid = one->keyid;
            return NULL;
        }
    }
    return apr_psprintf(cmd->pool, "EckidLasToken: there is no EckidLasKey with keyid=%s above it",
                        keyid);
}

static const char *choose_alg(cmd_parms *cmd, eckid_oauth_options_t *options, const char *name)
{
    static const char *const names[] = {"ES256", "PS256", "RS256", NULL};
    static const eckid_key_alg_t algs[] = {ECKID_ES256, ECKID_PS256, ECKID_RS256};
    bool is_rsa = eckid_key_kind(options->key) == ECKID_KEY_RSA;
    const char *usual = is_rsa ? "PS256" : "ES256";
    const char *wrong = mod_eckid_one_of(cmd, name ? name : usual, names);

    for (int i = 0; !wrong && names[i]; i++) {
        if (strcmp(names[i], name ? name : usual) == 0) {
            options->alg = algs[i];
        }
    }
    bool wants_rsa = options->alg != ECKID_ES256;

    if (!wrong &&
        (wants_rsa != is_rsa || (!is_rsa && eckid_key_kind(options->key) != ECKID_KEY_P256))) {
        return apr_psprintf(cmd->pool,
                            "EckidLasToken: the key %s is of another kind than alg=%s wants; make "
                            "one of EC P-256 for ES256, of RSA for PS256 and RS256",
                            options->kid, name ? name : usual);
    }
    return wrong;
}

/* What is told about the client in options and keyid must be one way, and a whole one. */
static const char *choose_proof(cmd_parms *cmd, eckid_oauth_options_t *options,
                                const mod_eckid_las_t *las, const char *keyid, const char *alg,
                                eckid_bytes_t secret)
{
    if (keyid && secret.len) {
        return "EckidLasToken: keyid= and secret= are two ways to do one thing; choose one";
    }
    if (keyid) {
        const char *wrong = choose_key(cmd, options, las, keyid);

        return wrong ? wrong : choose_alg(cmd, options, alg);
    }
    secret = eckid_codec_trim(secret);
    options->secret = secret.len ? apr_pstrmemdup(cmd->pool, secret.data, secret.len) : NULL;
    return NULL;
}

static const char *make_token(cmd_parms *cmd, void *conf, eckid_oauth_options_t *options,
                              const eckid_curl_options_t *curl_options)
{
    eckid_curl_t *curl;

    if (!options->client_id) {
        return "EckidLasToken: client_id= is missing";
    }
    if (!options->key && !options->secret && !curl_options->key.len) {
        return "EckidLasToken: nothing proves who asks; write keyid= (private_key_jwt), secret= "
               "(client_secret_basic), or certificate= and key= (mutual TLS)";
    }
    TELL(eckid_curl_make(&curl, curl_options, cmd->pool));
    APR_ARRAY_PUSH(mod_eckid_process()->curls, eckid_curl_t *) = curl;
    options->transport = eckid_curl_transport(curl);
    options->clock = eckid_moment_now;
    TELL(eckid_oauth_make(&las_of(conf)->oauth, options, cmd->pool));
    return NULL;
}

const char *mod_eckid_las_token(cmd_parms *cmd, void *conf, int argc, char *const argv[])
{
    eckid_curl_options_t curl = {
        .body_max = ANSWER_MAX, .connect_ms = CONNECT_MS, .total_ms = TOTAL_MS};
    eckid_oauth_options_t oauth = {.url = NULL};
    const char *keyid = NULL, *alg = NULL;
    eckid_bytes_t secret = {NULL, 0};
    const mod_eckid_option_t options[] = {
        {"client_id", MOD_ECKID_TEXT, &oauth.client_id, 0, 0},
        {"scope", MOD_ECKID_TEXT, &oauth.scope, 0, 0},
        {"audience", MOD_ECKID_TEXT, &oauth.audience, 0, 0},
        {"keyid", MOD_ECKID_TEXT, &keyid, 0, 0},
        {"alg", MOD_ECKID_TEXT, &alg, 0, 0},
        {"secret", MOD_ECKID_SECRET, &secret, 0, 0},
        {"ca", MOD_ECKID_PATH, &curl.ca_file, 0, 0},
        {"certificate", MOD_ECKID_CONTENT, &curl.certificate, 0, 0},
        {"key", MOD_ECKID_SECRET, &curl.key, 0, 0},
    };

    CHECK_PLACE();
    if (argc < 1 || !is_https(argv[0])) {
        return "EckidLasToken: the URL of the token endpoint is expected, beginning with https://";
    }
    const char *wrong = mod_eckid_options(cmd, options, COUNT(options), argc, argv);

    oauth.url = apr_pstrdup(cmd->pool, argc ? argv[0] : "");
    wrong = wrong ? wrong : check_pair(&curl);
    wrong = wrong ? wrong : choose_proof(cmd, &oauth, las_of(conf), keyid, alg, secret);
    return wrong ? wrong : make_token(cmd, conf, &oauth, &curl);
}

/* <EckidLasNamed> */

const char *mod_eckid_las_block(cmd_parms *cmd, void *conf, const char *args)
{
    mod_eckid_dir_t *dir = conf;
    const char *end = strrchr(args, '>');

    CHECK_PLACE();
    if (!end || end[1]) {
        return "<EckidLasNamed> has no closing \">\"";
    }
    args = apr_pstrmemdup(cmd->pool, args, end - args);
    const char *name = ap_getword_conf(cmd->pool, &args);

    if (!*name || *args || dir->open_las) {
        return "<EckidLasNamed> needs one name, and cannot stand inside another";
    }
    dir->open_las = mod_eckid_las_create(cmd->pool);
    const char *wrong = ap_walk_config(cmd->directive->first_child, cmd, cmd->context);

    wrong = wrong ? wrong : mod_eckid_las_wants(dir->open_las);
    if (!wrong) {
        dir->named = dir->named ? dir->named : apr_hash_make(cmd->pool);
        eckid_las_t *las = apr_palloc(cmd->pool, sizeof(*las));

        *las = mod_eckid_las_channel(dir->open_las);
        apr_hash_set(dir->named, name, APR_HASH_KEY_STRING, las);
    }
    dir->open_las = NULL;
    return wrong;
}

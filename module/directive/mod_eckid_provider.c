/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Directives about the OpenID provider and its clients. */
#include "conf/mod_eckid_freshness.h"
#include "directive/mod_eckid_provider.h"
#include "directive/mod_eckid_supplier.h"
#include "directive/mod_eckid_directive.h"
#include "directive/mod_eckid_option.h"

#include <apr_strings.h>

#include "jose/eckid_jwa.h"
#include "decision/eckid_policy.h"
#include "http/eckid_curl.h"
#include "jose/eckid_jwe.h"
#include "oidc/eckid_provider.h"

#define MAX_AGE apr_time_from_sec(3600)
#define WINDOW apr_time_from_sec(30)

/* RFC 6749 section 2.3.1: both parts are form-encoded before they are joined. */
const char *mod_eckid_provider_ask(cmd_parms *cmd, void *conf, const char *id, const char *file)
{
    eckid_bytes_t secret;

    CHECK_LINE();
    const char *path = mod_eckid_path(cmd, file), *wrong = mod_eckid_check_private(cmd, path);

    if (wrong) {
        return wrong;
    }
    TRY(mod_eckid_read_file(&secret, path, cmd->temp_pool));
    const char *pair =
        apr_pstrcat(cmd->pool, eckid_codec_percent(eckid_bytes_str(id), cmd->pool), ":",
                    eckid_codec_percent(eckid_codec_trim(secret), cmd->pool), NULL);

    ((mod_eckid_dir_t *)conf)->introspection = apr_pstrcat(
        cmd->pool, "Basic ", eckid_codec_base64(eckid_bytes_str(pair), cmd->pool).data, NULL);
    return NULL;
}

/* The provider */

typedef struct reading_t {
    cmd_parms *cmd;
    eckid_provider_options_t provider;
    eckid_curl_options_t curl;
    bool claims_in_userinfo;
} reading_t;

static const char *read_source(reading_t *reading, const char *value)
{
    static const char *const values[] = {"id-token", "userinfo", NULL};

    reading->claims_in_userinfo = strcmp(value, "userinfo") == 0;
    return mod_eckid_one_of(reading->cmd, value, values);
}

static const char *make_provider(mod_eckid_dir_t *dir, reading_t *reading)
{
    mod_eckid_process_t *process = mod_eckid_process();
    cmd_parms *cmd = reading->cmd;
    eckid_curl_t *curl;

    reading->provider.patience = 2 * apr_time_from_msec(reading->curl.total_ms);
    TRY(eckid_curl_make(&curl, &reading->curl, cmd->pool));
    const eckid_transport_t transport = eckid_curl_transport(curl);

    TRY(eckid_provider_make(&dir->provider, &reading->provider, &transport, cmd->pool));
    dir->claims_in_userinfo = reading->claims_in_userinfo;
    APR_ARRAY_PUSH(process->curls, eckid_curl_t *) = curl;
    process->has_provider = true;
    mod_eckid_freshness_add_provider(dir->provider);
    return NULL;
}

const char *mod_eckid_provider_set(cmd_parms *cmd, void *conf, int argc, char *const argv[])
{
    reading_t reading = {
        .cmd = cmd,
        .provider = {.max_age = MAX_AGE, .window = WINDOW},
        .curl = {.connect_ms = 500, .total_ms = 3000, .body_max = 262144, .plain = true},
    };
    const char *wrong, *source = "id-token";
    const mod_eckid_option_t options[] = {
        {"backend", MOD_ECKID_TEXT, &reading.provider.backend, 0, 0},
        {"student", MOD_ECKID_TEXT, &source, 0, 0},
        {"ca", MOD_ECKID_AUTHORITIES, &reading.curl.ca, 0, 0},
        {"connect-timeout", MOD_ECKID_MS, &reading.curl.connect_ms, 1, 30000},
        {"timeout", MOD_ECKID_MS, &reading.curl.total_ms, 1, 30000},
    };

    CHECK_LINE();
    CHECK_ONCE(conf);
    if (argc < 1) {
        return "EckidProvider: the issuer is expected, letter for letter as in its tokens";
    }
    reading.provider.issuer = apr_pstrdup(cmd->pool, argv[0]);
    wrong = mod_eckid_options(cmd, options, sizeof(options) / sizeof(*options), argc, argv);
    wrong = wrong ? wrong : read_source(&reading, source);
    if (!wrong && !reading.provider.backend) {
        return apr_psprintf(cmd->pool,
                            "EckidProvider: backend= is missing, the URL where the provider "
                            "itself is reached, such as: EckidProvider %s "
                            "backend=http://127.0.0.1:8080",
                            argv[0]);
    }
    return wrong ? wrong : make_provider(conf, &reading);
}

/* A client of the provider */

static const char *read_alg(eckid_client_t *client, const cmd_parms *cmd, const char *value)
{
    static const char *const values[] = {"RS256", "ES256", "PS256", "HS256", NULL};

    client->has_alg = eckid_jwa_find(&client->alg, value);
    return mod_eckid_one_of(cmd, value, values);
}

static const char *read_secret(eckid_client_t *client, const cmd_parms *cmd, const char *name)
{
    const char *path = mod_eckid_path(cmd, name), *wrong = mod_eckid_check_private(cmd, path);
    eckid_bytes_t content;
    eckid_key_t *key;

    if (wrong) {
        return wrong;
    }
    TRY(mod_eckid_read_file(&content, path, cmd->temp_pool));
    eckid_err_t *err = eckid_key_secret(&key, eckid_codec_trim(content), path, cmd->pool);

    memset((char *)content.data, 0, content.len);
    TRY(err);
    client->secret = key;
    return NULL;
}

static const char *read_encrypt(eckid_client_t *client, const cmd_parms *cmd, const char *name)
{
    const char *comma = strrchr(name, ','), *enc = comma ? comma + 1 : "A256GCM";
    const char *path = mod_eckid_path(
        cmd, comma ? apr_pstrmemdup(cmd->pool, name, (apr_size_t)(comma - name)) : name);
    static const char *const encs[] = {"A256GCM", "A128CBC-HS256", NULL};
    const char *wrong = mod_eckid_one_of(cmd, enc, encs);
    eckid_bytes_t content;
    eckid_jwe_t *jwe;

    if (wrong) {
        return wrong;
    }
    TRY(mod_eckid_read_file(&content, path, cmd->temp_pool));
    TRY(eckid_jwe_make(&jwe, content, enc, path, cmd->pool));
    client->encryption = jwe;
    return NULL;
}

static const char *read_front(eckid_client_t *client, const cmd_parms *cmd, const char *value)
{
    static const char *const values[] = {"on", "off", NULL};

    client->front_channel = strcmp(value, "on") == 0;
    return mod_eckid_one_of(cmd, value, values);
}

static const char *read_access_token(eckid_client_t *client, const cmd_parms *cmd,
                                     const char *value)
{
    static const char *const values[] = {"sealed", "as-is", NULL};

    client->tokens_as_is = strcmp(value, "as-is") == 0;
    return mod_eckid_one_of(cmd, value, values);
}

static const char *read_claim(eckid_client_t *client, const cmd_parms *cmd, const char *value)
{
    client->claim = apr_pstrdup(cmd->pool, value);
    return NULL;
}

static const char *read_client_option(eckid_client_t *client, const cmd_parms *cmd,
                                      const char *argument)
{
    static const struct {
        const char *name;
        const char *(*read)(eckid_client_t *client, const cmd_parms *cmd, const char *value);
    } options[] = {{"access-token", read_access_token},
                   {"alg", read_alg},
                   {"claim", read_claim},
                   {"encrypt", read_encrypt},
                   {"front-channel", read_front},
                   {"secret", read_secret}};

    for (unsigned i = 0; i < sizeof(options) / sizeof(*options); i++) {
        const char *value = mod_eckid_option(argument, options[i].name);

        if (value) {
            return options[i].read(client, cmd, value);
        }
    }
    return apr_psprintf(cmd->pool,
                        "EckidClient: \"%s\" is not one of access-token=, alg=, claim=, "
                        "encrypt=, front-channel=, secret=",
                        argument);
}

const char *mod_eckid_provider_client(cmd_parms *cmd, void *conf, int argc, char *const argv[])
{
    eckid_client_t client = {.id = NULL};
    eckid_supplier_t *supplier;
    const char *wrong = mod_eckid_get_supplier(&supplier, cmd, conf);

    if (!wrong && (argc < 1 || !*argv[0])) {
        return "EckidClient: the supplier's client_id at the provider is expected";
    }
    for (int i = 1; !wrong && i < argc; i++) {
        wrong = read_client_option(&client, cmd, argv[i]);
    }
    if (!wrong && client.has_alg && client.alg == ECKID_HS256 && !client.secret) {
        return "EckidClient: alg=HS256 needs secret=FILE, the client's secret";
    }
    if (!wrong) {
        client.id = apr_pstrdup(cmd->pool, argv[0]);
        APR_ARRAY_PUSH(supplier->clients, eckid_client_t) = client;
    }
    return wrong;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Directives about a location to which people are pushed by SCIM. */
#include "directive/mod_eckid_push.h"

#include <apr_strings.h>

#include "base/eckid_url.h"
#include "conf/mod_eckid_handler.h"
#include "conf/mod_eckid_push_conf.h"
#include "directive/mod_eckid_directive.h"
#include "directive/mod_eckid_option.h"
#include "http/eckid_curl.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof(*(table))))

/* The base of the service is the path of its location, which must be one path: httpd matches one
 * that has wildcards (fnmatch), and a regular expression, with paths that do not begin with it. */
static const char *check_place(const cmd_parms *cmd)
{
    const ap_directive_t *section = cmd->directive->parent;
    bool is_location = cmd->path && *cmd->path == '/' && section &&
                       strcasecmp(section->directive, "<Location") == 0 &&
                       !strchr(section->args, '~') && !strpbrk(cmd->path, "*?[");

    return is_location
               ? NULL
               : apr_psprintf(
                     cmd->pool,
                     "%s must stand in a <Location /PATH>, without wildcards, together with: "
                     "SetHandler " MOD_ECKID_SCIM,
                     cmd->cmd->name);
}

#define CHECK_PLACE()                                                                              \
    do {                                                                                           \
        CHECK_LINE();                                                                              \
        const char *place__ = check_place(cmd);                                                    \
        if (place__) {                                                                             \
            return place__;                                                                        \
        }                                                                                          \
    } while (0)

static const char *missing(const cmd_parms *cmd, const char *what, const char *example)
{
    return apr_psprintf(cmd->pool, "%s: %s; write, for example: %s %s", cmd->cmd->name, what,
                        cmd->cmd->name, example);
}

/* EckidScimToken */

#define TOKEN_EXAMPLE                                                                              \
    "https://as.example audience=https://idp.school.example/scim scope=eckid.push "                \
    "jwks=https://as.example/jwks"

#define ASKING_EXAMPLE                                                                             \
    "https://as.example audience=https://idp.school.example/scim scope=eckid.push "                \
    "introspection=https://as.example/introspect client_id=eckid secret=eckid/scim.secret"

typedef struct token_t {
    const char *audience, *scope, *jwks, *introspection, *verified_by, *client_id;
    eckid_bytes_t secret;
    eckid_curl_options_t curl;
} token_t;

/* RFC 6749 section 2.3.1. */
static const char *basic(const token_t *token, apr_pool_t *pool)
{
    const char *pair =
        apr_pstrcat(pool, eckid_codec_percent(eckid_bytes_str(token->client_id), pool), ":",
                    eckid_codec_percent(eckid_codec_trim(token->secret), pool), NULL);

    return apr_pstrcat(pool, "Basic ", eckid_codec_base64(eckid_bytes_str(pair), pool).data, NULL);
}

static const char *make_bearer(cmd_parms *cmd, eckid_bearer_t *bearer, const token_t *token)
{
    eckid_curl_t *curl;

    bearer->is_given = token->verified_by != NULL;
    if (bearer->is_given) {
        return NULL;
    }
    TRY(eckid_curl_make(&curl, &token->curl, cmd->pool));
    const eckid_transport_t transport = eckid_curl_transport(curl);

    APR_ARRAY_PUSH(mod_eckid_process()->curls, eckid_curl_t *) = curl;
    if (token->jwks) {
        TRY(eckid_bearer_keys_make(&bearer->keys, token->jwks, &transport,
                                   2 * apr_time_from_msec(token->curl.total_ms), cmd->pool));
        return NULL;
    }
    TRY(eckid_bearer_introspection_make(&bearer->introspection, token->introspection,
                                        basic(token, cmd->pool), &transport, cmd->pool));
    return NULL;
}

static bool ends_with(const char *text, const char *end)
{
    apr_size_t len = strlen(text), end_len = strlen(end);

    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/* http only within the machine: who can change the keys on their way can push anything. */
static bool is_url(const char *url, apr_pool_t *pool)
{
    const char *host = url ? eckid_url_host(url, pool) : NULL;

    if (!url || strncmp(url, "https://", 8) == 0) {
        return !url || host;
    }
    return host && strncmp(url, "http://", 7) == 0 &&
           (strcmp(host, "127.0.0.1") == 0 || strcmp(host, "[::1]") == 0 ||
            strcmp(host, "localhost") == 0 || ends_with(host, ".localhost"));
}

static const char *check_token(cmd_parms *cmd, const token_t *token)
{
    int ways =
        (token->jwks != NULL) + (token->introspection != NULL) + (token->verified_by != NULL);

    if (!token->audience) {
        return missing(cmd, "audience= is missing, which tokens for this server have as aud",
                       TOKEN_EXAMPLE);
    }
    if (ways != 1) {
        return missing(cmd, "one of jwks=, introspection= and verified-by=mod_oauth2 is needed",
                       TOKEN_EXAMPLE);
    }
    if (token->verified_by && strcmp(token->verified_by, "mod_oauth2") != 0) {
        return "EckidScimToken: only mod_oauth2 can stand behind verified-by=";
    }
    if (!is_url(token->jwks, cmd->pool) || !is_url(token->introspection, cmd->pool)) {
        return "EckidScimToken: jwks= and introspection= must begin with https://, or be on this "
               "machine";
    }
    if ((token->introspection != NULL) != (token->client_id && token->secret.len)) {
        return "EckidScimToken: introspection= needs client_id= and secret=FILE, by which we ask; "
               "nothing else does";
    }
    if (token->introspection && !token->scope) {
        return missing(cmd,
                       "introspection= needs scope=, as servers need not say whom a token is for",
                       ASKING_EXAMPLE);
    }
    return NULL;
}

const char *mod_eckid_push_token(cmd_parms *cmd, void *conf, int argc, char *const argv[])
{
    token_t token = {
        .curl = {.connect_ms = 500, .total_ms = 3000, .body_max = 262144, .plain = true}};
    const mod_eckid_option_t options[] = {
        {"audience", MOD_ECKID_TEXT, &token.audience, 0, 0},
        {"scope", MOD_ECKID_TEXT, &token.scope, 0, 0},
        {"jwks", MOD_ECKID_TEXT, &token.jwks, 0, 0},
        {"introspection", MOD_ECKID_TEXT, &token.introspection, 0, 0},
        {"verified-by", MOD_ECKID_TEXT, &token.verified_by, 0, 0},
        {"client_id", MOD_ECKID_TEXT, &token.client_id, 0, 0},
        {"secret", MOD_ECKID_SECRET, &token.secret, 0, 0},
        {"ca", MOD_ECKID_AUTHORITIES, &token.curl.ca, 0, 0},
        {"connect-timeout", MOD_ECKID_MS, &token.curl.connect_ms, 1, 30000},
        {"timeout", MOD_ECKID_MS, &token.curl.total_ms, 1, 30000},
    };

    CHECK_PLACE();
    CHECK_ONCE(conf);
    if (argc < 1) {
        return missing(cmd, "the issuer is missing, letter for letter as in iss", TOKEN_EXAMPLE);
    }
    const char *wrong = mod_eckid_options(cmd, options, COUNT(options), argc, argv);

    wrong = wrong ? wrong : check_token(cmd, &token);
    if (wrong) {
        return wrong;
    }
    mod_eckid_push_t *push = mod_eckid_push_get(conf, cmd->path, cmd->pool);

    push->bearer = apr_pcalloc(cmd->pool, sizeof(*push->bearer));
    push->bearer->rules = (eckid_bearer_rules_t){.issuer = apr_pstrdup(cmd->pool, argv[0]),
                                                 .audience = token.audience,
                                                 .scope = token.scope};
    mod_eckid_note_source(push, cmd->directive);
    return make_bearer(cmd, push->bearer, &token);
}

/* EckidScimClient */

static apr_array_header_t *split_schools(const char *list, apr_pool_t *pool)
{
    apr_array_header_t *schools = apr_array_make(pool, 2, sizeof(const char *));

    for (char *rest, *each = apr_strtok(apr_pstrdup(pool, list), ", ", &rest); each;
         each = apr_strtok(NULL, ", ", &rest)) {
        APR_ARRAY_PUSH(schools, const char *) = each;
    }
    return schools;
}

/* The name goes into the directory and into log lines. */
static bool is_name(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "-_.";
    apr_size_t len = strlen(name);

    return len > 0 && len <= ECKID_DIRECTORY_WORD_MAX && strspn(name, letters) == len;
}

static bool has_name(const apr_array_header_t *clients, const char *name)
{
    for (int i = 0; i < clients->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(clients, i, eckid_push_client_t).name, name) == 0) {
            return true;
        }
    }
    return false;
}

const char *mod_eckid_push_client(cmd_parms *cmd, void *conf, int argc, char *const argv[])
{
    eckid_push_client_t client = {.name = NULL};
    const char *schools = NULL;
    const mod_eckid_option_t options[] = {
        {"client_id", MOD_ECKID_TEXT, &client.client_id, 0, 0},
        {"subject", MOD_ECKID_TEXT, &client.subject, 0, 0},
        {"oin", MOD_ECKID_TEXT, &client.oin, 0, 0},
        {"school", MOD_ECKID_TEXT, &schools, 0, 0},
    };

    CHECK_PLACE();
    if (argc < 1 || !is_name(argv[0])) {
        return missing(cmd, "a name for the client is expected, of letters, digits, - _ and .",
                       "magister client_id=magister-11zz");
    }
    const char *wrong = mod_eckid_options(cmd, options, COUNT(options), argc, argv);

    if (wrong) {
        return wrong;
    }
    if (!client.client_id && !client.subject && !client.oin) {
        return missing(cmd, "nothing tells who it is: client_id=, subject= or oin= is needed",
                       "magister client_id=magister-11zz");
    }
    mod_eckid_push_t *push = mod_eckid_push_get(conf, cmd->path, cmd->pool);

    if (has_name(push->clients, argv[0])) {
        return apr_psprintf(cmd->pool, "EckidScimClient: %s is there twice", argv[0]);
    }
    client.name = apr_pstrdup(cmd->pool, argv[0]);
    client.schools = schools ? split_schools(schools, cmd->pool) : NULL;
    APR_ARRAY_PUSH(push->clients, eckid_push_client_t) = client;
    mod_eckid_note_source(push, cmd->directive);
    return NULL;
}

/* EckidScimKind */

const char *mod_eckid_push_kind(cmd_parms *cmd, void *conf, const char *name, const char *type,
                                const char *expression)
{
    eckid_scim_kind_t kind = {.name = name, .type = type};
    eckid_match_t *match;

    CHECK_PLACE();
    if (!is_name(name) || !is_name(type)) {
        return missing(cmd, "a kind of person and the type of its key are expected",
                       "student NEPRI");
    }
    if (expression) {
        TRY(eckid_match_make(&match, expression, NULL, cmd->pool));
        kind.match = match;
    }
    mod_eckid_push_t *push = mod_eckid_push_get(conf, cmd->path, cmd->pool);

    if (eckid_scim_person_kind(push->kinds, name)) {
        return apr_psprintf(cmd->pool, "EckidScimKind: %s is there twice", name);
    }
    APR_ARRAY_PUSH(push->kinds, eckid_scim_kind_t) = kind;
    mod_eckid_note_source(push, cmd->directive);
    return NULL;
}

/* EckidScimSchema */

static const char *check_schema(const eckid_scim_schema_t *schema)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "-_";

    if (schema->endpoint[0] != '/' || !schema->endpoint[1] ||
        strspn(schema->endpoint + 1, letters) != strlen(schema->endpoint + 1)) {
        return "EckidScimSchema: endpoint= must be a slash and a name, such as /Users";
    }
    if (strspn(schema->attribute, letters) != strlen(schema->attribute)) {
        return "EckidScimSchema: attribute= must be a name, such as eckId";
    }
    return schema->extension && strcasecmp(schema->extension, schema->core) == 0
               ? "EckidScimSchema: core= and extension= are the same; leave extension= out if the "
                 "resource has the ECK iD in itself"
               : NULL;
}

const char *mod_eckid_push_schema(cmd_parms *cmd, void *conf, int argc, char *const argv[])
{
    eckid_scim_schema_t schema;
    const mod_eckid_option_t options[] = {
        {"core", MOD_ECKID_TEXT, &schema.core, 0, 0},
        {"extension", MOD_ECKID_TEXT, &schema.extension, 0, 0},
        {"attribute", MOD_ECKID_TEXT, &schema.attribute, 0, 0},
        {"resource", MOD_ECKID_TEXT, &schema.resource, 0, 0},
        {"endpoint", MOD_ECKID_TEXT, &schema.endpoint, 0, 0},
    };
    static const char *const names[] = {"User", "EduUser", NULL};

    CHECK_PLACE();
    CHECK_ONCE(conf);
    if (argc < 1) {
        return missing(cmd, "User or EduUser is expected", "EduUser core=urn:vendor:EduUser");
    }
    const char *wrong = mod_eckid_one_of(cmd, argv[0], names);

    if (wrong) {
        return wrong;
    }
    schema = strcmp(argv[0], "User") == 0 ? eckid_scim_schema_user : eckid_scim_schema_edu_user;
    wrong = mod_eckid_options(cmd, options, COUNT(options), argc, argv);
    wrong = wrong ? wrong : check_schema(&schema);
    if (!wrong) {
        mod_eckid_push_t *push = mod_eckid_push_get(conf, cmd->path, cmd->pool);

        push->schema = schema;
        mod_eckid_note_source(push, cmd->directive);
    }
    return wrong;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether an authentication module protects a path, as far as the lines of the configuration show
 * it. */
#include "directive/mod_eckid_protection.h"

#include <apr_strings.h>

/* What is looked for while the tree of lines is walked. */
typedef struct walk_t {
    const char *path;
    const server_rec *server;
    bool has_type, is_open; /* by the last AuthType and the last Require */
    const ap_directive_t *headers;
    apr_pool_t *pool;
} walk_t;

static bool is(const ap_directive_t *line, const char *name)
{
    return ap_cstr_casecmp(line->directive, name) == 0;
}

/* The first argument of a section, whose args end with ">". */
static const char *argument_of(const ap_directive_t *section, apr_pool_t *pool)
{
    const char *args = apr_pstrdup(pool, section->args ? section->args : "");
    const char *word = ap_getword_conf(pool, &args);
    apr_size_t len = strlen(word);

    return apr_pstrmemdup(pool, word, len && word[len - 1] == '>' ? len - 1 : len);
}

static bool is_around(const char *location, const char *path)
{
    apr_size_t len = strlen(location);

    while (len && location[len - 1] == '/') {
        len--;
    }
    return strncmp(location, path, len) == 0 && (path[len] == '\0' || path[len] == '/');
}

/* Whether the lines in a section are about the path, or about the server. */
static bool applies(const walk_t *walk, const ap_directive_t *section)
{
    if (is(section, "<VirtualHost")) {
        return walk->server->defn_name &&
               section->line_num == (int)walk->server->defn_line_number &&
               strcmp(section->filename, walk->server->defn_name) == 0;
    }
    return !is(section, "<Location") || !walk->path ||
           is_around(argument_of(section, walk->pool), walk->path);
}

static void note(walk_t *walk, const ap_directive_t *line)
{
    const char *args = line->args ? line->args : "";

    if (is(line, "AuthType")) {
        walk->has_type = ap_cstr_casecmp(args, "None") != 0;
    }
    if (is(line, "Require")) {
        walk->is_open = ap_cstr_casecmp(args, "all granted") == 0;
    }
    if (is(line, "OIDCPassClaimsAs") &&
        (ap_cstr_casecmpn(args, "headers", 7) == 0 || ap_cstr_casecmpn(args, "both", 4) == 0)) {
        walk->headers = line;
    }
}

static void visit(walk_t *walk, const ap_directive_t *lines)
{
    for (; lines; lines = lines->next) {
        if (!lines->first_child) {
            note(walk, lines);
        }
        else if (applies(walk, lines)) {
            visit(walk, lines->first_child);
        }
    }
}

bool mod_eckid_is_protected(const char *path, const server_rec *server, apr_pool_t *pool)
{
    walk_t walk = {.path = path, .server = server, .pool = pool};

    visit(&walk, ap_conftree);
    return walk.has_type && !walk.is_open;
}

const ap_directive_t *mod_eckid_claims_by_headers(const server_rec *server, apr_pool_t *pool)
{
    walk_t walk = {.server = server, .pool = pool};

    visit(&walk, ap_conftree);
    return walk.headers;
}

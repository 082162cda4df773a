/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether an authentication module protects a path, as far as the lines of the configuration show
 * it. */
#include "directive/mod_eckid_protection.h"

#include <apr_strings.h>

/* The directives that say who may come in. Each is replaced by those of its name in a later
 * section. */
static const char *const conditions[] = {"Require", "MellonCond", "MellonRequire"};

#define CONDITIONS (sizeof(conditions) / sizeof(*conditions))

/* The directives by which modules pass what they know as headers, and the words that say so. */
static const struct {
    const char *name, *words[2];
} passing[] = {{"OIDCPassClaimsAs", {"headers", "both"}}, {"ShibUseHeaders", {"On", "1"}}};

#define PASSING (sizeof(passing) / sizeof(*passing))

/* What is looked for while the tree of lines is walked. */
typedef struct walk_t {
    const char *path;
    const server_rec *server;
    bool has_type, is_open; /* by the last AuthType and the last Require */
    bool has_require;       /* without which httpd asks nobody, whatever the AuthType */
    bool has_mellon;        /* which knows the user without AuthType too */
    const ap_directive_t *headers[PASSING];
    const ap_directive_t *section; /* in which the lines stand; NULL: none */
    struct {
        const ap_directive_t *section;
        const char *lines;
    } admitted[CONDITIONS];
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
    return !is(section, "<Location") || is_around(argument_of(section, walk->pool), walk->path);
}

/* A line, however it is spaced. */
static const char *words_of(const ap_directive_t *line, apr_pool_t *pool)
{
    const char *args = line->args ? line->args : "", *words = line->directive;

    for (const char *word = ap_getword_conf(pool, &args); *word;
         word = ap_getword_conf(pool, &args)) {
        words = apr_pstrcat(pool, words, " ", word, NULL);
    }
    return words;
}

static void admit(walk_t *walk, unsigned condition, const char *words)
{
    bool is_first = walk->admitted[condition].section != walk->section;
    const char *before = walk->admitted[condition].lines;

    walk->admitted[condition].section = walk->section;
    walk->admitted[condition].lines =
        apr_pstrcat(walk->pool, is_first || !before ? "" : before, words, "; ", NULL);
}

static void note_condition(walk_t *walk, const ap_directive_t *line)
{
    for (unsigned i = 0; i < CONDITIONS; i++) {
        if (is(line, conditions[i])) {
            admit(walk, i, words_of(line, walk->pool));
        }
    }
}

static void note_headers(walk_t *walk, const ap_directive_t *line)
{
    for (unsigned i = 0; i < PASSING; i++) {
        const char *args = line->args ? line->args : "";

        if (is(line, passing[i].name)) {
            const char *word = ap_getword_conf(walk->pool, &args);
            bool passes = ap_cstr_casecmp(word, passing[i].words[0]) == 0 ||
                          ap_cstr_casecmp(word, passing[i].words[1]) == 0;

            walk->headers[i] = passes ? line : NULL;
        }
    }
}

/* Which files the path stands for, and so which of their sections apply, cannot be seen here. */
static bool is_of_files(const ap_directive_t *section)
{
    return section && (ap_cstr_casecmpn(section->directive, "<Directory", 10) == 0 ||
                       ap_cstr_casecmpn(section->directive, "<Files", 6) == 0);
}

static void note(walk_t *walk, const ap_directive_t *line)
{
    const char *args = line->args ? line->args : "";

    note_condition(walk, line);
    if (is(line, "MellonEnable")) {
        walk->has_mellon = ap_cstr_casecmp(args, "off") != 0;
    }
    if (is(line, "AuthType")) {
        walk->has_type = ap_cstr_casecmp(args, "None") != 0;
    }
    if (is(line, "Require")) {
        walk->is_open = ap_cstr_casecmp(args, "all granted") == 0;
        walk->has_require = walk->has_require || !is_of_files(walk->section);
    }
    note_headers(walk, line);
}

static void visit(walk_t *walk, const ap_directive_t *lines);

/* <RequireAll> and its like are lines of the section around them. */
static void enter(walk_t *walk, const ap_directive_t *section)
{
    const ap_directive_t *outer = walk->section;
    bool is_condition = ap_cstr_casecmpn(section->directive, "<Require", 8) == 0;

    if (is_condition) {
        admit(walk, 0, section->directive);
        visit(walk, section->first_child);
        admit(walk, 0, ">");
        return;
    }
    walk->section = section;
    visit(walk, section->first_child);
    walk->section = outer;
}

static void visit(walk_t *walk, const ap_directive_t *lines)
{
    for (; lines; lines = lines->next) {
        if (!lines->first_child) {
            note(walk, lines);
        }
        else if (applies(walk, lines)) {
            enter(walk, lines);
        }
    }
}

bool mod_eckid_is_protected(const char *path, const server_rec *server, apr_pool_t *pool)
{
    walk_t walk = {.path = path, .server = server, .pool = pool};

    visit(&walk, ap_conftree);
    return walk.has_type && !walk.is_open && (walk.has_require || walk.has_mellon);
}

static bool is_anybody(const char *lines)
{
    return ap_cstr_casecmp(lines, "Require valid-user; ") == 0 ||
           ap_cstr_casecmp(lines, "Require all granted; ") == 0;
}

const char *mod_eckid_admitted(const char *path, const server_rec *server, apr_pool_t *pool)
{
    walk_t walk = {.path = path, .server = server, .pool = pool};
    const char *all = "";

    visit(&walk, ap_conftree);
    for (unsigned i = 0; i < CONDITIONS; i++) {
        const char *lines = walk.admitted[i].lines;

        all = apr_pstrcat(pool, all, lines && !is_anybody(lines) ? lines : "", NULL);
    }
    return walk.has_type || walk.has_mellon ? all : NULL;
}

const ap_directive_t *mod_eckid_claims_by_headers(const char *path, const server_rec *server,
                                                  apr_pool_t *pool)
{
    walk_t walk = {.path = path, .server = server, .pool = pool};
    const ap_directive_t *found = NULL;

    visit(&walk, ap_conftree);
    for (unsigned i = 0; i < PASSING; i++) {
        found = walk.headers[i] ? walk.headers[i] : found;
    }
    return found;
}

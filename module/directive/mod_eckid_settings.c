/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Directives about the identity provider, keys and schools. */
#include "directive/mod_eckid_settings.h"

#include <apr_strings.h>

#include "directive/mod_eckid_directive.h"
#include "base/eckid_match.h"
#include "contract/eckid_contract.h"
#include "decision/eckid_color.h"
#include "decision/eckid_policy.h"
#include "decision/eckid_refusal_page.h"
#include "las/eckid_school_map.h"
#include "crypto/eckid_secret.h"

/* The engine and the identity provider */

const char *mod_eckid_set_engine(cmd_parms *cmd, void *conf, const char *value)
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

const char *mod_eckid_add_metadata_path(cmd_parms *cmd, void *conf, const char *path)
{
    mod_eckid_dir_t *dir = conf;

    CHECK_LINE();
    CHECK_WORD(path);
    if (path[0] != '/') {
        return "EckidMetadataPath: a path as in the URL is expected, beginning with a slash";
    }
    if (strpbrk(path, "?#")) {
        return apr_psprintf(cmd->pool,
                            "EckidMetadataPath: a path ends before the query; write: "
                            "EckidMetadataPath %.*s",
                            (int)strcspn(path, "?#"), path);
    }
    if (!dir->metadata_paths) {
        dir->metadata_paths = apr_array_make(cmd->pool, 1, sizeof(const char *));
    }
    APR_ARRAY_PUSH(dir->metadata_paths, const char *) = path;
    return NULL;
}

const char *mod_eckid_set_metadata_key(cmd_parms *cmd, void *conf, const char *key_name,
                                       const char *certificate_name)
{
    mod_eckid_dir_t *dir = conf;
    eckid_key_t *key;

    CHECK_LINE();
    CHECK_ONCE(dir);
    TRY(mod_eckid_read_signer(&key, cmd, key_name, certificate_name));
    dir->metadata_key = key;
    return NULL;
}

const char *mod_eckid_set_skew(cmd_parms *cmd, void *conf, const char *value)
{
    mod_eckid_dir_t *dir = conf;

    CHECK_LINE();
    CHECK_ONCE(dir);
    if (ap_timeout_parameter_parse(value, &dir->skew, "s") != APR_SUCCESS || dir->skew < 0 ||
        dir->skew > apr_time_from_sec(600)) {
        return "EckidClockSkew: a time up to ten minutes is expected, such as 60s";
    }
    return NULL;
}

const char *mod_eckid_set_sha1(cmd_parms *cmd, void *conf, int on)
{
    CHECK_LINE();
    CHECK_ONCE(conf);
    ((mod_eckid_dir_t *)conf)->sha1 = on;
    return NULL;
}

const char *mod_eckid_set_size(cmd_parms *cmd, void *conf, const char *value)
{
    apr_size_t *size = (apr_size_t *)((char *)conf + (apr_size_t)cmd->info);
    char *end;
    apr_int64_t number = apr_strtoi64(value, &end, 10);

    CHECK_LINE();
    CHECK_ONCE(conf);
    if (*end || number < 16384 || number > 64 * 1024 * 1024) {
        return apr_psprintf(cmd->pool,
                            "%s: a number of bytes between 16384 and 67108864 is "
                            "expected",
                            cmd->directive->directive);
    }
    *size = (apr_size_t)number;
    return NULL;
}

static const char *read_colors(cmd_parms *cmd, eckid_refusal_look_t *look, int argc,
                               char *const argv[])
{
    eckid_color_t color;

    for (int i = 0; i < argc; i++) {
        const char *text = mod_eckid_option(argv[i], "color"),
                   *ground = mod_eckid_option(argv[i], "background");

        if ((!text && !ground) || !eckid_color_parse(&color, text ? text : ground)) {
            return apr_psprintf(cmd->pool,
                                "EckidPage: \"%s\" is not color= or background= with a color such "
                                "as #005ea5 (a name of several words needs quotation marks: "
                                "EckidPage \"Example College\")",
                                argv[i]);
        }
        look->color = text ? text : look->color;
        look->background = ground ? ground : look->background;
    }
    return NULL;
}

/* Text that is hard to read is a mistake like any other. */
static const char *check_contrast(cmd_parms *cmd, const eckid_refusal_look_t *look)
{
    eckid_color_t color = {255, 255, 255}, background = {51, 51, 51};

    if (look->color) {
        eckid_color_parse(&color, look->color);
    }
    if (look->background) {
        eckid_color_parse(&background, look->background);
    }
    double contrast = eckid_color_contrast(color, background);

    return contrast >= ECKID_COLOR_CONTRAST_MIN
               ? NULL
               : apr_psprintf(
                     cmd->pool,
                     "EckidPage: the contrast of these colors is %.1f, and text needs %.1f "
                     "to be read (WCAG 2.2); write, for example: color=#ffffff",
                     contrast, ECKID_COLOR_CONTRAST_MIN);
}

const char *mod_eckid_set_page(cmd_parms *cmd, void *conf, int argc, char *const argv[])
{
    eckid_refusal_look_t *look = apr_pcalloc(cmd->pool, sizeof(*look));

    CHECK_LINE();
    CHECK_ONCE(conf);
    if (argc < 1) {
        return "EckidPage: the school's name is missing";
    }
    look->school = argv[0];
    ((mod_eckid_dir_t *)conf)->page = look;
    const char *wrong = read_colors(cmd, look, argc - 1, argv + 1);

    return wrong ? wrong : check_contrast(cmd, look);
}

const char *mod_eckid_set_helpdesk(cmd_parms *cmd, void *conf, const char *text)
{
    CHECK_LINE();
    CHECK_ONCE(conf);
    ((mod_eckid_dir_t *)conf)->helpdesk = text;
    return NULL;
}

/* Keys */

const char *mod_eckid_add_signing_key(cmd_parms *cmd, void *conf, const char *key_name,
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
    TRY(mod_eckid_read_signer(&key, cmd, key_name, certificate_name));
    if (!*signers) {
        *signers = apr_array_make(cmd->pool, 2, sizeof(eckid_signer_t));
    }
    APR_ARRAY_PUSH(*signers, eckid_signer_t) = eckid_signer_make(key, shared != NULL, cmd->pool);
    APR_ARRAY_PUSH(mod_eckid_process()->signers, const eckid_key_t *) = key;
    return NULL;
}

/* The school */

const char *mod_eckid_set_school(cmd_parms *cmd, void *conf, const char *type, const char *value)
{
    eckid_school_t *school = apr_pcalloc(cmd->pool, sizeof(*school));

    CHECK_LINE();
    CHECK_ONCE(conf);
    if (!*value) {
        return "EckidSchool: the value is empty";
    }
    *school = (eckid_school_t){type, value};
    ((mod_eckid_dir_t *)conf)->school = school;
    const char *wrong = mod_eckid_one_of(cmd, type, eckid_contract_school_types),
               *fault = eckid_school_fault(school);

    return wrong || !fault ? wrong : apr_pstrcat(cmd->pool, "EckidSchool: ", fault, NULL);
}

const char *mod_eckid_set_school_map(cmd_parms *cmd, void *conf, int argc, char *const argv[])
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

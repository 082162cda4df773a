/* SPDX-License-Identifier: GPL-3.0-or-later */
/* eckid-import: brings everybody of a school from a file, or from its LAS, into the directory. */
#include <apr_general.h>
#include <apr_strings.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "directory_client.h"
#include "import_las.h"
#include "import_rules.h"
#include "import_source.h"
#include "import_uwlr.h"
#include "usage.h"

static const char usage[] =
    "usage: eckid-import [OPTIONS] --school TYPE:VALUE FILE\n"
    "       eckid-import [OPTIONS] --school TYPE:VALUE --las URL --las-key FILE --keyid NAME\n"
    "       eckid-import [OPTIONS] --school TYPE:VALUE --uwlr URL --autorisatiesleutel FILE\n"
    "                    --klantcode CODE --klantnaam NAME\n"
    "\n"
    "Brings everybody of a school into the directory, all or nothing. FILE is UWLR or EDEXML, CSV\n"
    "if its name ends in .csv, or a list of Edu-V if it ends in .json.\n"
    "  --school SCHOOL   as in EckidSchool: V_ID:11ZZ03\n"
    "  --dry-run         only say what would change\n"
    "  --share PERCENT   stop if more of those known would change or be gone (10)\n"
    "  --yes             do it even so\n"
    "  --key \"[KIND:]FIELD EXPRESSION TEMPLATE TYPE\"\n"
    "                    how a key is made, as in EckidStudentKey; may be repeated\n"
    "                    (key ^(.*)$ $1 ASI; of Edu-V each userId by its type)\n"
    "  --in-file SCHOOL  what FILE calls the school, if not VALUE: BRIN, BRIN and branch, or\n"
    "                    schoolkey; - for a file that does not say it\n"
    "  --year YEAR       the school year that FILE must be of, such as 2026-2027 (this one);\n"
    "                    - for any\n"
    "  --kind KIND       of the people in a list of Edu-V (student)\n"
    "  --source NAME     who brings these people (uwlr, csv, edu-v): who is gone from it is "
    "removed\n"
    "  --separator CHAR  of CSV (,)\n"
    "  --pilot           ECK iDs of the pilot label are accepted\n" UWLR_USAGE LAS_USAGE
        CHANNEL_USAGE DIRECTORY_USAGE
    "Status: 0 done, 1 refused, 2 the database, the file or the LAS fails, 3 stopped: too much\n"
    "would change.";

typedef struct options_t {
    directory_options_t directory;
    las_options_t las;
    uwlr_options_t uwlr;
    channel_options_t channel;
    const char *school, *in_file, *year, *source, *kind;
    const char *file;         /* NULL: from the LAS */
    apr_array_header_t *keys; /* const char * */
    char separator;
    int share;
    bool dry, forced, pilot;
} options_t;

static _Noreturn void stop(int status, const char *text)
{
    fprintf(stderr, "%s\n", text);
    exit(status);
}

/* Options */

static const struct option long_options[] = {
    {"school", required_argument, NULL, 's'},
    {"dry-run", no_argument, NULL, 'n'},
    {"share", required_argument, NULL, 'p'},
    {"yes", no_argument, NULL, 'y'},
    {"key", required_argument, NULL, 'k'},
    {"in-file", required_argument, NULL, 'i'},
    {"year", required_argument, NULL, 'j'},
    {"source", required_argument, NULL, 'o'},
    {"pilot", no_argument, NULL, 't'},
    {"separator", required_argument, NULL, 'c'},
    {"kind", required_argument, NULL, 'm'},
    {"help", no_argument, NULL, 'h'},
    LAS_OPTIONS,
    UWLR_OPTIONS,
    CHANNEL_OPTIONS,
    DIRECTORY_OPTIONS,
    {NULL, 0, NULL, 0},
};

static void take_flag(options_t *options, int letter)
{
    switch (letter) {
    case 'n':
        options->dry = true;
        break;
    case 'y':
        options->forced = true;
        break;
    case 't':
        options->pilot = true;
        break;
    default:
        stop(2, usage);
    }
}

static void take_number(options_t *options, int letter, const char *text)
{
    char *end;
    long number = strtol(text, &end, 10);

    if (letter == 'p') {
        if (!*text || *end || number < 0 || number > 100) {
            stop(2, "--share is a number from 0 to 100");
        }
        options->share = (int)number;
    }
    else {
        if (strlen(text) != 1 || strchr("\"\r\n", *text)) {
            stop(2, "--separator is one character, such as \";\"");
        }
        options->separator = *text;
    }
}

static void take(options_t *options, int letter, const char *text)
{
    const struct {
        char letter;
        const char **to;
    } texts[] = {{'s', &options->school},
                 {'i', &options->in_file},
                 {'j', &options->year},
                 {'o', &options->source},
                 {'m', &options->kind}};

    if (directory_client_option(&options->directory, letter, text) ||
        import_las_option(&options->las, letter, text) ||
        import_uwlr_option(&options->uwlr, letter, text) ||
        import_channel_option(&options->channel, letter, text)) {
        return;
    }
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        if (texts[i].letter == letter) {
            *texts[i].to = text;
            return;
        }
    }
    if (letter == 'k') {
        APR_ARRAY_PUSH(options->keys, const char *) = text;
    }
    else if (letter == 'p' || letter == 'c') {
        take_number(options, letter, text);
    }
    else {
        take_flag(options, letter);
    }
}

static void read_options(options_t *options, int argc, char **argv, apr_pool_t *pool)
{
    int letter;

    *options = (options_t){.directory = directory_client_defaults,
                           .uwlr = UWLR_DEFAULTS,
                           .channel = CHANNEL_DEFAULTS,
                           .kind = ECKID_KIND_STUDENT,
                           .separator = ',',
                           .share = 10,
                           .keys = apr_array_make(pool, 1, sizeof(const char *))};
    while ((letter = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        take(options, letter, optarg);
    }
    const bool is_fetched = options->las.base || options->uwlr.url;

    if (!options->school) {
        fprintf(stderr, "%s: --school is missing\n", argv[0]);
    }
    if (!options->school || optind != argc - !is_fetched ||
        (options->las.base && options->uwlr.url)) {
        stop(2, usage);
    }
    options->file = is_fetched ? NULL : argv[optind];
}

/* The settings */

static eckid_school_t parse_school(const char *text, apr_pool_t *pool)
{
    const char *colon = strchr(text, ':');

    if (!colon || colon == text || !colon[1]) {
        stop(2, "--school is type and value, as in EckidSchool: V_ID:11ZZ03");
    }
    const eckid_school_t school = {apr_pstrmemdup(pool, text, (apr_size_t)(colon - text)),
                                   colon + 1};
    const char *fault = eckid_school_fault(&school);

    if (fault) {
        stop(2, apr_pstrcat(pool, "--school: ", fault, NULL));
    }
    return school;
}

/* The school year begins on the first of August. */
static const char *this_year(apr_pool_t *pool)
{
    apr_time_exp_t now;

    apr_time_exp_lt(&now, apr_time_now());
    int first = 1900 + now.tm_year - (now.tm_mon < 7);

    return apr_psprintf(pool, "%d-%d", first, first + 1);
}

static const char *unless_dash(const char *text)
{
    return strcmp(text, "-") == 0 ? NULL : text;
}

static eckid_bulk_expected_t expected_of(const options_t *options, const eckid_school_t *school,
                                         apr_pool_t *pool)
{
    return (eckid_bulk_expected_t){
        .school = options->in_file ? unless_dash(options->in_file) : school->value,
        .year = options->year ? unless_dash(options->year) : this_year(pool)};
}

/* Telling */

static void show_progress(void *self, apr_uint64_t people, bool is_check)
{
    (void)self;
    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r%s %" APR_UINT64_T_FMT " people", is_check ? "checked" : "brought in",
                people);
    }
}

static void end_progress(void)
{
    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r\033[K");
    }
}

/* The types of keys by which logins can find these people. */
static const char *types_of(const options_t *options, apr_pool_t *pool)
{
    const apr_array_header_t *rules = import_rules(options->keys, pool);
    const char *types = "";

    for (int i = 0; i < rules->nelts; i++) {
        const char *type = APR_ARRAY_IDX(rules, i, eckid_bulk_rule_t).type;

        types = strstr(types, type) ? types : apr_pstrcat(pool, types, " ", type, NULL);
    }
    return types;
}

static void show(const eckid_import_result_t *result, const options_t *options, apr_pool_t *pool)
{
    const eckid_directory_changes_t *changes = &result->changes;

    printf("people in the file: %" APR_UINT64_T_FMT ", of these without ECK iD: %" APR_UINT64_T_FMT
           ", passed over as they have no key: %" APR_UINT64_T_FMT "\n",
           result->people, result->without_eckid, result->without_key);
    if (result->resumed) {
        printf("continued behind the first %" APR_UINT64_T_FMT " of an earlier run\n",
               result->resumed);
    }
    printf("%s: new %" APR_UINT64_T_FMT ", changed %" APR_UINT64_T_FMT ", gone %" APR_UINT64_T_FMT
           ", the same %" APR_UINT64_T_FMT "; before: %" APR_UINT64_T_FMT "; types of keys:%s\n",
           result->done ? "done" : "would be", changes->added, changes->changed, changes->gone,
           changes->same, changes->before, types_of(options, pool));
    if (result->held) {
        printf("stopped: more than %d%% of those known would change or be gone; if that is right, "
               "run it again with --yes\n",
               options->share);
    }
}

static int fail(const eckid_err_t *err, apr_pool_t *pool)
{
    fprintf(stderr, "ECK%04d: %s\n", (int)err->code, eckid_err_text(err, pool));
    return err->code == ECKID_BULK || err->code == ECKID_KEY_TAKEN ||
                   err->code == ECKID_ECKID_TAKEN || err->code == ECKID_DIRECTORY_PERSON
               ? 1
               : 2;
}

static int end(const eckid_err_t *err, const eckid_import_result_t *result,
               const options_t *options, apr_pool_t *pool)
{
    end_progress();
    if (err) {
        return fail(err, pool);
    }
    if (result->unchanged) {
        printf("the file says that nothing has changed; so nothing was done\n");
        return 0;
    }
    show(result, options, pool);
    return result->held ? 3 : 0;
}

/* What the LAS will be asked. */
typedef struct question_t {
    uwlr_call_t uwlr;
    las_call_t las;
} question_t;

/* Opens and reads files, with all rights that there are. */
static eckid_err_t *prepare_source(eckid_import_file_t *file, question_t *question,
                                   import_reading_t *reading, const options_t *options,
                                   const eckid_school_t *school, apr_pool_t *pool)
{
    if (options->file) {
        return import_source_open(file, options->file, reading, pool);
    }
    return options->uwlr.url ? import_uwlr_prepare(&question->uwlr, &options->uwlr,
                                                   &options->channel, &reading->expected, pool)
                             : import_las_prepare(&question->las, &options->las, &options->channel,
                                                  school, options->kind, pool);
}

/* What comes from elsewhere is parsed as the owner of the database, not as root. */
static eckid_err_t *fetch_source(eckid_import_file_t *file, question_t *question,
                                 import_reading_t *reading, const options_t *options,
                                 apr_pool_t *pool)
{
    eckid_spool_t *spool;

    if (options->file) {
        return NULL;
    }
    ECKID_ERR(options->uwlr.url ? import_uwlr_fetch(&spool, &question->uwlr, pool)
                                : import_las_fetch(&spool, &question->las, pool));
    import_source_spool(file, options->uwlr.url ? options->uwlr.url : options->las.base, spool,
                        reading);
    return NULL;
}

/* Where no option says how keys are made. */
static void add_usual_keys(options_t *options, import_format_t format)
{
    bool none = options->keys->nelts == 0;

    for (const char *const *key = import_source_keys(format); none && *key; key++) {
        APR_ARRAY_PUSH(options->keys, const char *) = *key;
    }
}

static int work(options_t *options, apr_pool_t *pool)
{
    const eckid_school_t school = parse_school(options->school, pool);
    const import_format_t format = options->file       ? import_source_format(options->file)
                                   : options->uwlr.url ? IMPORT_UWLR
                                                       : IMPORT_EDUV;

    add_usual_keys(options, format);
    apr_array_header_t *rules = import_rules(options->keys, pool);
    import_reading_t reading = {.format = format,
                                .expected = expected_of(options, &school, pool),
                                .wanted = import_rules_fields(rules, pool),
                                .separator = options->separator,
                                .kind = options->kind};
    eckid_import_file_t file;
    eckid_import_result_t result;
    question_t question;
    eckid_err_t *err = prepare_source(&file, &question, &reading, options, &school, pool);

    if (err) {
        return fail(err, pool);
    }
    eckid_directory_t *directory = directory_client_open(&options->directory, pool);

    directory_client_demand(eckid_directory_check(directory, pool), pool);
    err = fetch_source(&file, &question, &reading, options, pool);
    if (err) {
        return fail(err, pool);
    }
    const eckid_import_setup_t setup = {
        .directory = directory,
        .school = &school,
        .source = options->source ? options->source : import_source_name(format),
        .rules = rules,
        .settings =
            apr_pstrcat(pool, options->kind, "\n", import_rules_text(options->keys, pool), NULL),
        .pilot = options->pilot,
        .dry = options->dry,
        .forced = options->forced,
        .share = options->share,
        .progress = show_progress};

    return end(eckid_import_run(&result, &file, &setup, apr_time_now(), pool), &result, options,
               pool);
}

int main(int argc, char **argv)
{
    apr_pool_t *pool;
    options_t options;

    usage_answer(argc, argv, "eckid-import", usage);
    apr_initialize();
    atexit(apr_terminate);
    apr_pool_create(&pool, NULL);
    read_options(&options, argc, argv, pool);
    return work(&options, pool);
}

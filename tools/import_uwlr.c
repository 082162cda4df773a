/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fetches everybody of a school from the LAS by the web service of UWLR. */
#include "import_uwlr.h"

#include <apr_strings.h>

#include "contract/eckid_contract.h"
#include "provision/eckid_uwlr.h"
#include "provision/eckid_uwlr_question.h"

#define ANSWER_MAX ((apr_size_t)1024 * 1024 * 1024)
#define REFUSAL_MAX (1024 * 1024)

bool import_uwlr_option(uwlr_options_t *options, int letter, const char *argument)
{
    const struct {
        int letter;
        const char **to;
    } texts[] = {{UWLR_URL, &options->url},           {UWLR_KEY, &options->key_file},
                 {UWLR_CODE, &options->klantcode},    {UWLR_NAME, &options->klantnaam},
                 {UWLR_VERSION, &options->xsdversie}, {UWLR_SET, &options->gegevenssetid}};

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        if (texts[i].letter == letter) {
            *texts[i].to = argument;
            return true;
        }
    }
    return false;
}

static eckid_err_t *ask(eckid_http_request_t *request, const uwlr_options_t *options,
                        const eckid_bulk_expected_t *expected, apr_pool_t *pool)
{
    eckid_bytes_t key;

    if (!options->key_file || !options->klantcode || !options->klantnaam) {
        return import_usage("--uwlr needs --autorisatiesleutel, --klantcode and --klantnaam", pool);
    }
    if (!expected->school || !expected->year) {
        return import_usage("--uwlr asks for one school and one year: - is neither", pool);
    }
    ECKID_ERR(import_channel_file(&key, options->key_file, pool));
    key = eckid_codec_trim(key);
    const eckid_uwlr_question_t question = {.autorisatiesleutel =
                                                apr_pstrmemdup(pool, key.data, key.len),
                                            .klantcode = options->klantcode,
                                            .klantnaam = options->klantnaam,
                                            .schooljaar = expected->year,
                                            .school = expected->school,
                                            .xsdversie = options->xsdversie,
                                            .gegevenssetid = options->gegevenssetid};

    eckid_err_t *err = eckid_uwlr_question(request, &question, pool);

    return err ? import_usage(err->detail, pool) : NULL;
}

static eckid_err_t *take_nobody(void *self, const eckid_bulk_row_t *row, apr_pool_t *pool)
{
    (void)self, (void)row;
    return eckid_err_make(pool, ECKID_BULK, "people in a refusal");
}

/* The beginning of what came. */
typedef struct beginning_t {
    eckid_spool_t *spool;
    int left;
} beginning_t;

static int read_beginning(void *self, char *buffer, int room)
{
    beginning_t *beginning = self;
    int len =
        eckid_spool_read(beginning->spool, buffer, room < beginning->left ? room : beginning->left);

    beginning->left -= len > 0 ? len : 0;
    return len;
}

/* A fault comes with status 500: SOAP 1.1 section 6.2. */
static eckid_err_t *read_refusal(eckid_spool_t *spool, const char *url, int status,
                                 apr_pool_t *pool)
{
    beginning_t beginning = {spool, REFUSAL_MAX};
    const eckid_bulk_input_t input = {url, read_beginning, &beginning};
    const eckid_bulk_expected_t anything = {NULL, NULL};
    const eckid_bulk_sink_t nobody = {take_nobody, NULL};
    eckid_bulk_found_t found;
    eckid_err_t *err = eckid_uwlr_read(&found, &input, &anything, &nobody, pool);

    return err && err->code == ECKID_LAS_REFUSED ? err : eckid_contract_refused(status, pool);
}

static bool is_xml(const eckid_http_response_t *response, apr_pool_t *pool)
{
    const char *type =
        eckid_http_media_type(apr_table_get(response->headers, "Content-Type"), pool);

    return strcmp(type, "text/xml") == 0 || strcmp(type, "application/xml") == 0;
}

eckid_err_t *import_uwlr_prepare(uwlr_call_t *call, const uwlr_options_t *options,
                                 const channel_options_t *channel_options,
                                 const eckid_bulk_expected_t *expected, apr_pool_t *pool)
{
    call->request = (eckid_http_request_t){.url = options->url};
    ECKID_ERR(ask(&call->request, options, expected, pool));
    return import_channel_open(&call->channel, channel_options, ANSWER_MAX, pool);
}

eckid_err_t *import_uwlr_fetch(eckid_spool_t **spool, uwlr_call_t *call, apr_pool_t *pool)
{
    eckid_http_response_t *response;

    ECKID_ERR(import_channel_fetch(&response, spool, &call->channel, &call->request, pool));
    if (response->status != 200) {
        return read_refusal(*spool, call->request.url, response->status, pool);
    }
    return is_xml(response, pool)
               ? NULL
               : eckid_err_advise(
                     eckid_err_make(pool, ECKID_LAS_SHAPE, "status 200, but not XML"),
                     "is the URL that of the web service, and not of a page or of its WSDL?");
}

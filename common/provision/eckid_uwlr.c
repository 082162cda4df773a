/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UWLR 2.2 and 2.3, and EDEXML: everybody of a school, as a LAS exports them. */
#include "provision/eckid_uwlr.h"
#include "base/eckid_words.h"
#include "provision/eckid_markup.h"
#include "provision/eckid_uwlr_fault.h"

#include <apr_strings.h>
#include <libxml/parser.h>

#define UWLR "http://www.edustandaard.nl/leerresultaten/2/leerlinggegevens"
#define SOAP "http://schemas.xmlsoap.org/soap/envelope/"
#define DEPTH_MAX 64
#define CHUNK 65536

/* Where in the document an element stands. */
typedef enum place_t {
    ELSEWHERE,
    TOP,
    ENVELOPE,
    BODY,
    FAULT,
    FAULT_CODE,
    DATA, /* the root of UWLR or EDEX, and the leerlinggegevens in it */
    UNCHANGED,
    NO_DATA,
    SCHOOL,
    YEAR,
    BRIN,
    BRANCH,
    SCHOOL_KEY,
    STUDENTS,
    EMPLOYEES,
    STUDENT,
    EMPLOYEE,
    USER_NAME,
    MAIL
} place_t;

static const struct {
    place_t within;
    const char *namespace; /* NULL: that of the root */
    const char *name;
    place_t place;
} steps[] = {
    {TOP, SOAP, "Envelope", ENVELOPE},
    {ENVELOPE, SOAP, "Body", BODY},
    {BODY, SOAP, "Fault", FAULT},
    {FAULT, NULL, "faultcode", FAULT_CODE}, /* of no namespace: SOAP 1.1 section 4.4 */
    {DATA, NULL, "leerlinggegevens", DATA},
    {DATA, NULL, "leerlinggegevens-leerlingen", DATA}, /* of an answer in steps */
    {DATA, NULL, "leerlinggegevens-leerkrachten", DATA},
    {DATA, NULL, "geenwijzigingen", UNCHANGED},
    {DATA, NULL, "geengegevens", NO_DATA},
    {DATA, NULL, "school", SCHOOL},
    {SCHOOL, NULL, "schooljaar", YEAR},
    {SCHOOL, NULL, "brincode", BRIN},
    {SCHOOL, NULL, "dependancecode", BRANCH},
    {SCHOOL, NULL, "schoolkey", SCHOOL_KEY},
    {DATA, NULL, "leerlingen", STUDENTS},
    {DATA, NULL, "leerkrachten", EMPLOYEES},
    {STUDENTS, NULL, "leerling", STUDENT},
    {EMPLOYEES, NULL, "leerkracht", EMPLOYEE},
    {STUDENT, NULL, "gebruikersnaam", USER_NAME},
    {STUDENT, NULL, "emailadres", MAIL},
    {EMPLOYEE, NULL, "gebruikersnaam", USER_NAME},
    {EMPLOYEE, NULL, "emailadres", MAIL},
};

static const struct {
    const char *namespace, *name;
} roots[] = {
    {UWLR, "leerlinggegevens_antwoord"},
    {UWLR, "leerlinggegevens"},
    {UWLR, "leerlingen_antwoord"},
    {UWLR, "leerkrachten_antwoord"},
    {NULL, "EDEX"},
};

#define COUNT(table) ((int)(sizeof(table) / sizeof(*(table))))

/* A document on its way. */
typedef struct reading_t {
    xmlParserCtxtPtr parser;
    const eckid_bulk_input_t *input;
    const eckid_bulk_expected_t *expected;
    const eckid_bulk_sink_t *sink;
    eckid_bulk_found_t *found;
    eckid_err_t *err;
    const char *namespace; /* of the root; NULL: none */
    place_t places[DEPTH_MAX + 1];
    int depth;
    bool has_text; /* whether the text of this element is wanted */
    char text[ECKID_BULK_FIELD_MAX + 1];
    apr_size_t text_len;
    const char *year, *brin, *branch, *school_key;
    const char *fault_code;
    bool has_school;
    eckid_bulk_row_t row;
    apr_pool_t *person_pool; /* of the row */
    apr_pool_t *pool;
} reading_t;

static apr_uint64_t line_of(const reading_t *reading)
{
    const xmlParserInput *input = reading->parser ? reading->parser->input : NULL;

    return input && input->line > 0 ? (apr_uint64_t)input->line : 1;
}

static void stop(reading_t *reading, eckid_err_t *err)
{
    if (!reading->err) {
        reading->err = err;
        xmlStopParser(reading->parser);
    }
}

static void refuse(reading_t *reading, const char *what)
{
    if (!reading->err) {
        stop(reading, eckid_bulk_wrong(reading->input, line_of(reading), what, reading->pool));
    }
}

/* Places */

static place_t find_root(reading_t *reading, const char *namespace, const char *name)
{
    for (int i = 0; i < COUNT(roots); i++) {
        if (eckid_words_same_or_none(roots[i].namespace, namespace) &&
            strcmp(roots[i].name, name) == 0) {
            reading->namespace = roots[i].namespace;
            return DATA;
        }
    }
    refuse(reading, "the root is not one of UWLR 2 or EDEX");
    return ELSEWHERE;
}

/* Schemas differ in whether inner elements have the namespace. */
static bool is_inner(const reading_t *reading, const char *namespace)
{
    return !namespace || eckid_words_same_or_none(namespace, reading->namespace);
}

static place_t find_place(reading_t *reading, const char *namespace, const char *name)
{
    place_t within = reading->places[reading->depth];

    for (int i = 0; i < COUNT(steps); i++) {
        if (steps[i].within == within && strcmp(steps[i].name, name) == 0 &&
            (steps[i].namespace ? eckid_words_same_or_none(steps[i].namespace, namespace)
                                : is_inner(reading, namespace))) {
            return steps[i].place;
        }
    }
    return within == TOP || within == BODY ? find_root(reading, namespace, name) : ELSEWHERE;
}

/* The school */

static const char *keep(const reading_t *reading)
{
    const eckid_bytes_t text = eckid_codec_trim(eckid_bytes(reading->text, reading->text_len));

    return apr_pstrmemdup(reading->pool, text.data, text.len);
}

/* BRIN and branch in one word; a branch of "00", which stands for none, may also be left out. */
static bool is_brin(const reading_t *reading)
{
    const char *expected = reading->expected->school;
    const char *branch = reading->branch && *reading->branch ? reading->branch : "00";

    return reading->brin &&
           (strcasecmp(expected, apr_pstrcat(reading->pool, reading->brin, branch, NULL)) == 0 ||
            (strcmp(branch, "00") == 0 && strcasecmp(expected, reading->brin) == 0));
}

static void check_school(reading_t *reading)
{
    const eckid_bulk_expected_t *expected = reading->expected;

    reading->has_school = true;
    if (expected->school && !is_brin(reading) &&
        !eckid_words_same_or_none(expected->school, reading->school_key)) {
        refuse(reading, "it is about another school");
    }
    else if (expected->year && !eckid_words_same_or_none(expected->year, reading->year)) {
        refuse(reading, apr_pstrcat(reading->pool, "it is not about the school year ",
                                    expected->year, NULL));
    }
}

/* People */

static void begin_person(reading_t *reading, const char *kind, int count,
                         const xmlChar **attributes)
{
    apr_pool_clear(reading->person_pool);
    reading->row = (eckid_bulk_row_t){.kind = kind, .line = line_of(reading)};
    for (int i = 0; i < count; i++) {
        const char *name = (const char *)attributes[5 * i];
        const eckid_bytes_t value = eckid_bytes(
            attributes[5 * i + 3], (apr_size_t)(attributes[5 * i + 4] - attributes[5 * i + 3]));

        if (attributes[5 * i + 2]) { /* of a namespace */
            continue;
        }
        if (strcmp(name, "eckid") == 0 && value.len) {
            reading->row.eckid = apr_pstrmemdup(reading->person_pool, value.data, value.len);
        }
        if (strcmp(name, "key") == 0 &&
            !eckid_bulk_add_field(&reading->row, "key", value, reading->person_pool)) {
            refuse(reading, "the key is too long, or has control characters");
        }
    }
}

static void end_person(reading_t *reading)
{
    eckid_err_t *err = reading->sink->add(reading->sink->self, &reading->row, reading->person_pool);

    if (err) {
        stop(reading, eckid_err_copy(err, reading->pool));
    }
}

static void add_field(reading_t *reading, const char *name)
{
    if (!eckid_bulk_add_field(&reading->row, name, eckid_bytes(reading->text, reading->text_len),
                              reading->person_pool)) {
        refuse(reading, apr_pstrcat(reading->pool, name, " has control characters", NULL));
    }
}

/* The callbacks of libxml2 */

static bool is_text(place_t place)
{
    return place == YEAR || place == BRIN || place == BRANCH || place == SCHOOL_KEY ||
           place == USER_NAME || place == MAIL || place == FAULT_CODE;
}

static void enter(reading_t *reading, place_t place, int count, const xmlChar **attributes)
{
    switch (place) {
    case STUDENTS:
        eckid_bulk_found_kind(reading->found, ECKID_KIND_STUDENT, reading->pool);
        break;
    case EMPLOYEES:
        eckid_bulk_found_kind(reading->found, ECKID_KIND_EMPLOYEE, reading->pool);
        break;
    case STUDENT:
        begin_person(reading, ECKID_KIND_STUDENT, count, attributes);
        break;
    case EMPLOYEE:
        begin_person(reading, ECKID_KIND_EMPLOYEE, count, attributes);
        break;
    case UNCHANGED:
        reading->found->unchanged = true;
        break;
    case NO_DATA:
        refuse(reading, "the LAS has nothing about this school and year");
        break;
    default:
        break;
    }
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix,
                     const xmlChar *namespace, int namespaces_count, const xmlChar **namespaces,
                     int count, int defaulted, const xmlChar **attributes)
{
    reading_t *reading = ((xmlParserCtxtPtr)ctx)->_private;

    (void)prefix, (void)namespaces_count, (void)namespaces, (void)defaulted;
    if (reading->err) {
        return;
    }
    if (reading->depth == DEPTH_MAX) {
        refuse(reading, "elements are nested too deep");
        return;
    }
    place_t place = find_place(reading, (const char *)namespace, (const char *)name);

    reading->places[++reading->depth] = place;
    reading->has_text = is_text(place);
    reading->text_len = 0;
    enter(reading, place, count, attributes);
}

static void on_text(void *ctx, const xmlChar *text, int len)
{
    reading_t *reading = ((xmlParserCtxtPtr)ctx)->_private;

    if (!reading->has_text || reading->err) {
        return;
    }
    if ((apr_size_t)len > ECKID_BULK_FIELD_MAX - reading->text_len) {
        refuse(reading, "a value is too long");
        return;
    }
    memcpy(reading->text + reading->text_len, text, (apr_size_t)len);
    reading->text_len += (apr_size_t)len;
}

static void end_fault(reading_t *reading)
{
    const char *where = apr_psprintf(reading->pool, "%s:%" APR_UINT64_T_FMT, reading->input->name,
                                     line_of(reading));
    const eckid_bytes_t code = eckid_bytes_str(reading->fault_code ? reading->fault_code : "");

    stop(reading, eckid_uwlr_fault(code, where, reading->pool));
}

static void leave(reading_t *reading, place_t place)
{
    switch (place) {
    case FAULT_CODE:
        reading->fault_code = keep(reading);
        break;
    case FAULT:
        end_fault(reading);
        break;
    case YEAR:
        reading->year = keep(reading);
        break;
    case BRIN:
        reading->brin = keep(reading);
        break;
    case BRANCH:
        reading->branch = keep(reading);
        break;
    case SCHOOL_KEY:
        reading->school_key = keep(reading);
        break;
    case SCHOOL:
        check_school(reading);
        break;
    case USER_NAME:
        add_field(reading, "gebruikersnaam");
        break;
    case MAIL:
        add_field(reading, "emailadres");
        break;
    case STUDENT:
    case EMPLOYEE:
        end_person(reading);
        break;
    default:
        break;
    }
}

static void on_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *namespace)
{
    reading_t *reading = ((xmlParserCtxtPtr)ctx)->_private;

    (void)name, (void)prefix, (void)namespace;
    if (!reading->err) {
        leave(reading, reading->places[reading->depth--]);
        reading->has_text = false;
    }
}

static void on_doctype(void *ctx, const xmlChar *name, const xmlChar *external,
                       const xmlChar *system)
{
    (void)name, (void)external, (void)system;
    refuse(((xmlParserCtxtPtr)ctx)->_private, "it has a document type");
}

static void on_error(void *ctx, xmlErrorPtr error)
{
    (void)ctx, (void)error; /* its text quotes the document */
}

/* Feeding */

/* Encodings in which every byte of ASCII is that character, and which such exports use. */
static bool is_known_encoding(const char *name)
{
    static const char *const known[] = {"UTF-8",        "US-ASCII",    "ASCII",      "ISO-8859-1",
                                        "ISO-8859-15",  "ISO-LATIN-1", "ISO_8859-1", "LATIN1",
                                        "WINDOWS-1252", "CP1252"};

    for (int i = 0; i < COUNT(known); i++) {
        if (strcasecmp(known[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static void on_document(void *ctx)
{
    const xmlParserCtxt *parser = ctx;

    if (parser->encoding && !is_known_encoding((const char *)parser->encoding)) {
        refuse(parser->_private, "its encoding is not read; let it be written in UTF-8");
    }
}

/* In UTF-16 and UTF-32, which need no declaration, the first characters have a byte of 0, or there
 * is a mark. */
static bool is_wide(const char *text, int len)
{
    return !text[0] || (unsigned char)text[0] >= 0xfe || (len > 1 && !text[1]);
}

/* Spreadsheets are ZIP files, too. */
static bool is_packed(const char *buffer, int len)
{
    return buffer[0] == 'P' && (len < 2 || buffer[1] == 'K');
}

static void feed(reading_t *reading)
{
    char *buffer = apr_palloc(reading->pool, CHUNK);
    eckid_markup_t markup = {.state = 0};
    int len = 0;
    bool first = true;

    while (!reading->err && (len = reading->input->read(reading->input->self, buffer, CHUNK)) > 0) {
        if (first && is_wide(buffer, len)) {
            refuse(reading, "its encoding is not read; let it be written in UTF-8");
        }
        else if (first && is_packed(buffer, len)) {
            refuse(reading,
                   "it is a spreadsheet or another ZIP file; save it as CSV, or unpack it");
        }
        else if (!eckid_markup_is_bounded(&markup, eckid_bytes(buffer, (apr_size_t)len))) {
            refuse(reading, "a tag is longer than 64 KiB");
        }
        else if (xmlParseChunk(reading->parser, buffer, len, 0)) {
            refuse(reading, "it is not well-formed XML");
        }
        first = false;
    }
    if (len < 0) {
        stop(reading, eckid_err_make(reading->pool, ECKID_FILE, "%s", reading->input->name));
    }
    if (!reading->err && xmlParseChunk(reading->parser, buffer, 0, 1)) {
        refuse(reading, "it is not well-formed XML; was it cut off?");
    }
}

static void check_end(reading_t *reading)
{
    const eckid_bulk_expected_t *expected = reading->expected;

    if (reading->found->unchanged && !reading->found->kinds->nelts) {
        return;
    }
    if (!reading->found->kinds->nelts) {
        refuse(reading, "it has neither leerlingen nor leerkrachten");
    }
    else if (!reading->has_school && (expected->school || expected->year)) {
        refuse(reading, "it does not say which school and year it is about");
    }
}

static eckid_err_t *make_parser(reading_t *reading)
{
    xmlSAXHandler handler = {.initialized = XML_SAX2_MAGIC,
                             .startElementNs = on_start,
                             .endElementNs = on_end,
                             .characters = on_text,
                             .cdataBlock = on_text,
                             .ignorableWhitespace = on_text,
                             .internalSubset = on_doctype,
                             .startDocument = on_document,
                             .serror = on_error};

    reading->parser = xmlCreatePushParserCtxt(&handler, NULL, NULL, 0, NULL);
    if (!reading->parser) {
        return eckid_err_make(reading->pool, ECKID_INTERNAL, "libxml2");
    }
    reading->parser->_private = reading;
    /* with NOENT "&amp;" in an attribute is "&"; there are no others without a document type */
    xmlCtxtUseOptions(reading->parser, XML_PARSE_NONET | XML_PARSE_NOENT);
    return NULL;
}

eckid_err_t *eckid_uwlr_read(eckid_bulk_found_t *found, const eckid_bulk_input_t *input,
                             const eckid_bulk_expected_t *expected, const eckid_bulk_sink_t *sink,
                             apr_pool_t *pool)
{
    reading_t *reading = apr_pcalloc(pool, sizeof(*reading));

    *found = (eckid_bulk_found_t){.kinds = apr_array_make(pool, 2, sizeof(const char *))};
    *reading = (reading_t){.input = input,
                           .expected = expected,
                           .sink = sink,
                           .found = found,
                           .places = {TOP},
                           .pool = pool};
    apr_pool_create(&reading->person_pool, pool);
    ECKID_ERR(make_parser(reading));
    feed(reading);
    if (!reading->err) {
        check_end(reading);
    }
    xmlFreeParserCtxt(reading->parser);
    apr_pool_destroy(reading->person_pool);
    return reading->err;
}

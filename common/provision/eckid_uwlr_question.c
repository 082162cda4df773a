/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HaalLeerlinggegevens: the request by which a LAS is asked for everybody of a school. */
#include "provision/eckid_uwlr_question.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

#define HEAD                                                                                       \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                                                 \
    "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Header>"        \
    "<autorisatie xmlns=\"http://www.edustandaard.nl/leerresultaten/2/autorisatie\">"
#define MIDDLE                                                                                     \
    "</autorisatie></soap:Header><soap:Body><leerlinggegevens_verzoek "                            \
    "xmlns=\"http://www.edustandaard.nl/leerresultaten/2/leerlinggegevens\">"
#define TAIL "</leerlinggegevens_verzoek></soap:Body></soap:Envelope>\n"

/* Values */

/* The letters stand for: 9 a digit, X a letter of ASCII. */
static bool has_shape(const char *text, const char *shape)
{
    for (; *text && *shape; text++, shape++) {
        if (*shape == '9'   ? !apr_isdigit(*text)
            : *shape == 'X' ? !apr_isalpha(*text)
                            : *text != *shape) {
            return false;
        }
    }
    return !*text && !*shape;
}

/* Characters, not bytes, as maxLength counts (XML Schema part 2 section 4.3.3). */
static int length_of(const char *text)
{
    int length = 0;

    for (; *text; text++) {
        length += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return length;
}

static bool has_control(const char *text)
{
    while (*text && !apr_iscntrl(*text)) {
        text++;
    }
    return *text != '\0';
}

static eckid_err_t *check_length(const char *name, const char *value, int max, apr_pool_t *pool)
{
    return value && *value && length_of(value) <= max && !has_control(value)
               ? NULL
               : eckid_err_make(pool, ECKID_CONFIG, "%s must have 1 to %d characters on one line",
                                name, max);
}

/* tpSchooljaar; the letters of its pattern begin with 1 or 2. */
static eckid_err_t *check_year(const char *year, apr_pool_t *pool)
{
    return year && has_shape(year, "9999-9999") && (year[0] == '1' || year[0] == '2') &&
                   (year[5] == '1' || year[5] == '2')
               ? NULL
               : eckid_err_make(pool, ECKID_CONFIG, "a school year such as 2026-2027 is needed");
}

static eckid_err_t *check(const eckid_uwlr_question_t *question, apr_pool_t *pool)
{
    ECKID_ERR(check_length("autorisatiesleutel", question->autorisatiesleutel, 64, pool));
    ECKID_ERR(check_length("klantcode", question->klantcode, 64, pool));
    ECKID_ERR(check_length("klantnaam", question->klantnaam, 64, pool));
    ECKID_ERR(check_year(question->schooljaar, pool));
    ECKID_ERR(check_length("schoolkey", question->school, 256, pool));
    ECKID_ERR(check_length("xsdversie", question->xsdversie, 32, pool));
    return question->gegevenssetid
               ? check_length("gegevenssetid", question->gegevenssetid, 64, pool)
               : NULL;
}

/* Writing */

static const char *element(const char *name, const char *value, apr_pool_t *pool)
{
    return apr_pstrcat(pool, "<", name, ">", eckid_codec_html(value, pool), "</", name, ">", NULL);
}

/* gSchoolIdentificatie: tpBrinCode is in upper case, and dependancecode may follow. */
static const char *school_of(const char *school, apr_pool_t *pool)
{
    const bool has_branch = has_shape(school, "99XX99");

    if (!has_branch && !has_shape(school, "99XX")) {
        return element("schoolkey", school, pool);
    }
    char *brin = apr_pstrmemdup(pool, school, 4);

    brin[2] = (char)apr_toupper(brin[2]);
    brin[3] = (char)apr_toupper(brin[3]);
    return apr_pstrcat(pool, element("brincode", brin, pool),
                       has_branch ? element("dependancecode", school + 4, pool) : "", NULL);
}

static const char *body_of(const eckid_uwlr_question_t *question, apr_pool_t *pool)
{
    const char *set = question->gegevenssetid;

    return apr_pstrcat(
        pool, HEAD, element("autorisatiesleutel", question->autorisatiesleutel, pool),
        element("klantcode", question->klantcode, pool),
        element("klantnaam", question->klantnaam, pool), MIDDLE,
        element("schooljaar", question->schooljaar, pool), school_of(question->school, pool),
        element("xsdversie", question->xsdversie, pool),
        set ? element("gegevenssetid", set, pool) : "", TAIL, NULL);
}

eckid_err_t *eckid_uwlr_question(eckid_http_request_t *request,
                                 const eckid_uwlr_question_t *question, apr_pool_t *pool)
{
    ECKID_ERR(check(question, pool));
    request->method = "POST";
    request->headers = apr_table_make(pool, 4);
    request->body = eckid_bytes_str(body_of(question, pool));
    apr_table_setn(request->headers, "Content-Type", "text/xml; charset=utf-8");
    apr_table_setn(request->headers, "Accept", "text/xml");
    /* in quotation marks: SOAP 1.1 section 6.1.1 */
    apr_table_setn(request->headers, "SOAPAction", "\"HaalLeerlinggegevens\"");
    return NULL;
}

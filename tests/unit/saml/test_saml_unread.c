/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_escape.h>
#include <apr_strings.h>
#include <ctype.h>
#include <zlib.h>

#include "saml/eckid_saml_unread.h"
#include "support/suppliers.h"

static eckid_saml_context_t context_of(eckid_bytes_t bytes)
{
    return (eckid_saml_context_t){.policy = two_suppliers(), .bytes = bytes};
}

static eckid_err_t *judge(eckid_saml_context_t *context, const char *action)
{
    return eckid_saml_unread(eckid_err_make(pool, ECKID_XML, "it is cut off"), context, action,
                             pool);
}

static eckid_err_t *judge_bytes(eckid_bytes_t bytes)
{
    eckid_saml_context_t context = context_of(bytes);

    return judge(&context, NULL);
}

static eckid_bytes_t base64(eckid_bytes_t bytes)
{
    return eckid_codec_base64(bytes, pool);
}

static eckid_bytes_t wide(const char *text, int width)
{
    apr_size_t len = strlen(text);
    char *out = apr_pcalloc(pool, len * (apr_size_t)width + 1);

    for (apr_size_t i = 0; i < len; i++) {
        out[i * (apr_size_t)width] = text[i];
    }
    return eckid_bytes(out, len * (apr_size_t)width);
}

static eckid_bytes_t deflated(const char *text)
{
    unsigned char *out = apr_palloc(pool, 1000);
    z_stream stream = {.next_in = (unsigned char *)(uintptr_t)text,
                       .avail_in = (uInt)strlen(text),
                       .next_out = out,
                       .avail_out = 1000};

    deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
    deflate(&stream, Z_FINISH);
    deflateEnd(&stream);
    return eckid_bytes(out, stream.total_out);
}

/* Ways in which a page or a URL can name its recipient. */
static eckid_bytes_t as_it_is(const char *name)
{
    return str(apr_pstrcat(pool, "<x to='", name, "'", NULL));
}

static eckid_bytes_t in_capitals(const char *name)
{
    char *copy = apr_pstrdup(pool, name);

    for (char *c = copy; *c; c++) {
        *c = (char)toupper(*c);
    }
    return str(copy);
}

static eckid_bytes_t by_references(const char *name)
{
    const char *text = "";

    for (; *name; name++) {
        text = apr_psprintf(pool, "%s&#%d;", text, *name);
    }
    return str(text);
}

static eckid_bytes_t by_percent(const char *name)
{
    const char *text = "?a=";

    for (; *name; name++) {
        text = apr_psprintf(pool, "%s%%%02x", text, *name);
    }
    return str(text);
}

static eckid_bytes_t by_percent_beside_a_coded_nul(const char *name)
{
    return str(apr_pstrcat(pool, by_percent(name).data, "&RelayState=%00%2500", NULL));
}

static eckid_bytes_t in_utf_16(const char *name)
{
    return wide(name, 2);
}

static eckid_bytes_t in_utf_32(const char *name)
{
    return wide(name, 4);
}

static eckid_bytes_t in_base64(const char *name)
{
    return base64(as_it_is(name));
}

static eckid_bytes_t in_base64_behind_a_word(const char *name)
{
    return str(apr_pstrcat(pool, "value abc ", in_base64(name).data, "'", NULL));
}

static eckid_bytes_t in_folded_base64(const char *name)
{
    const char *text = in_base64(name).data, *folded = "";

    for (; *text; text++) {
        folded = apr_psprintf(pool, "%s%c&#10;", folded, *text);
    }
    return str(folded);
}

static eckid_bytes_t in_base64_of_utf_16(const char *name)
{
    return base64(in_utf_16(name));
}

static eckid_bytes_t in_base64_by_references(const char *name)
{
    return base64(by_references(name));
}

static eckid_bytes_t deflated_in_a_url(const char *name)
{
    const char *value = base64(deflated(name)).data;

    return str(apr_pstrcat(pool, "/acs?SAMLResponse=", apr_pescape_urlencoded(pool, value), NULL));
}

static eckid_bytes_t (*const writings[])(const char *) = {
    as_it_is,
    in_capitals,
    by_references,
    by_percent,
    by_percent_beside_a_coded_nul,
    in_utf_16,
    in_utf_32,
    in_base64,
    in_base64_behind_a_word,
    in_folded_base64,
    in_base64_of_utf_16,
    in_base64_by_references,
    deflated_in_a_url,
};

START_TEST(a_name_is_found_however_it_is_written)
{
    refused(judge_bytes(writings[_i]("https://books.example/saml")), ECKID_XML);
    refused(judge_bytes(writings[_i]("https://BOOKS.example:8443/elsewhere")), ECKID_XML);
    ok(judge_bytes(writings[_i]("https://canteen.example/saml")));
}
END_TEST

START_TEST(the_request_may_name_it)
{
    eckid_saml_context_t context = context_of(str("<x"));

    context.request = "/sso?spentityid=https%3A%2F%2Fbooks.example%2Fsaml";
    refused(judge(&context, NULL), ECKID_XML);
    context = context_of(str("<x"));
    context.request = "/sso?spentityid=https%3A%2F%2Fcanteen.example%2Fsaml";
    ok(judge(&context, NULL));
}
END_TEST

START_TEST(the_action_may_name_it)
{
    eckid_saml_context_t context = context_of(str("<x"));

    refused(judge(&context, "\\\\books.exam\tple/x"), ECKID_XML);
    ok(judge(&context, "https://canteen.example/x"));
    ok(judge(&context, "/x"));
}
END_TEST

START_TEST(an_entity_can_stand_for_any_name_unless_the_action_tells)
{
    eckid_bytes_t xml = base64(str("<!DOCTYPE x [<!ENTITY a SYSTEM 'b'>]><x>&a;</x>"));
    eckid_saml_context_t context = context_of(xml);

    refused(judge(&context, NULL), ECKID_XML);
    refused(judge(&context, "/x"), ECKID_XML);
    ok(judge(&context, "https://canteen.example/x"));
}
END_TEST

START_TEST(what_passes_is_kept_as_the_reason)
{
    eckid_saml_context_t context = context_of(str("<x"));

    ok(judge(&context, NULL));
    ck_assert_int_eq(context.why->code, ECKID_XML);
}
END_TEST

/* A page of many small deflated messages, each of which becomes long. */
START_TEST(inflation_is_bounded_over_all_messages)
{
    char *zeros = apr_pcalloc(pool, 500001);
    const char *message, *page = "";

    memset(zeros, '0', 500000);
    message = base64(deflated(zeros)).data;
    for (int i = 0; i < 100; i++) {
        page = apr_pstrcat(pool, page, "&a=", message, NULL);
    }
    refused(judge_bytes(str(page)), ECKID_XML);
}
END_TEST

UNIT_SUITE(saml_unread)
{
    Suite *suite = suite_create("saml_unread");
    TCase *tcase = unit_case(suite, "unread");

    tcase_add_loop_test(tcase, a_name_is_found_however_it_is_written, 0, COUNT(writings));
    tcase_add_test(tcase, the_request_may_name_it);
    tcase_add_test(tcase, the_action_may_name_it);
    tcase_add_test(tcase, an_entity_can_stand_for_any_name_unless_the_action_tells);
    tcase_add_test(tcase, what_passes_is_kept_as_the_reason);
    tcase_add_test(tcase, inflation_is_bounded_over_all_messages);
    return suite;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where lists stand in SAML: in a login, on a page, in a document, in a URL. */
#include "places.h"

#include <apr_strings.h>
#include <zlib.h>

#include "unit.h"

static const char *judge_page(const scene_t *scene, eckid_bytes_t page, apr_pool_t *p)
{
    return scene_outcome(eckid_page_rewrite(&scene->saml->gateway, page, false, scene->moment, p),
                         p);
}

static eckid_bytes_t login(const maker_t *maker)
{
    maker_t by_p256 = *maker;

    by_p256.kind = P_256;
    return str(maker_page(MAKER_CONSUMER, maker_xml(&by_p256)));
}

#define SAML_PLACE(member, made)                                                                   \
    static eckid_bytes_t make_##member(const char *text)                                           \
    {                                                                                              \
        maker_t maker = maker_usual();                                                             \
                                                                                                   \
        maker.member = made;                                                                       \
        return login(&maker);                                                                      \
    }                                                                                              \
    const place_t in_##member = {make_##member, judge_page};

SAML_PLACE(attributes, apr_pstrcat(pool, maker.attributes, text, NULL))
SAML_PLACE(name_id, text)
SAML_PLACE(subject_extra, text)
SAML_PLACE(conditions_extra, text)
SAML_PLACE(advice, text)
SAML_PLACE(assertion_extra, text)
SAML_PLACE(response_start, text)
SAML_PLACE(response_extra, text)
SAML_PLACE(transforms, text)
SAML_PLACE(signature_extra, text)
SAML_PLACE(in_response_to, text)

/* Two members of one login, parted by a form feed. */
static void cut(const char **first, const char **second, const char *text)
{
    const char *at = strchr(text, '\f');

    *first = apr_pstrmemdup(pool, text, (apr_size_t)(at - text));
    *second = at + 1;
}

static eckid_bytes_t make_request_and_subject(const char *text)
{
    maker_t maker = maker_usual();

    cut(&maker.in_response_to, &maker.subject_extra, text);
    return login(&maker);
}

const place_t in_request_and_subject = {make_request_and_subject, judge_page};

static eckid_bytes_t make_transforms_and_advice(const char *text)
{
    maker_t maker = maker_usual();

    cut(&maker.transforms, &maker.advice, text);
    return login(&maker);
}

const place_t in_transforms_and_advice = {make_transforms_and_advice, judge_page};

static eckid_bytes_t make_inclusive(const char *text)
{
    maker_t maker = maker_usual();

    maker.transforms = "<ds:Transform Algorithm='http://www.w3.org/2000/09/xmldsig#enveloped-"
                       "signature'/>";
    maker.advice = text;
    return login(&maker);
}

const place_t in_inclusive = {make_inclusive, judge_page};

/* Links with a message each, deflated from a megabyte of spaces. */
static eckid_bytes_t make_bombs(const char *text)
{
    unsigned char packed[8192];
    char *spaces = apr_palloc(pool, 1000000);
    z_stream stream = {.next_in = (Bytef *)spaces,
                       .avail_in = 1000000,
                       .next_out = packed,
                       .avail_out = sizeof(packed)};

    memset(spaces, ' ', 1000000);
    deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
    deflate(&stream, Z_FINISH);
    deflateEnd(&stream);
    eckid_bytes_t base64 =
        eckid_codec_base64(eckid_bytes(packed, sizeof(packed) - stream.avail_out), pool);
    const list_t links = {.element = apr_pstrcat(pool, "<a href='?SAMLResponse=",
                                                 eckid_codec_percent(base64, pool), "'>", NULL)};

    return str(list_text(&links, strlen(text)));
}

const place_t in_bombs = {make_bombs, judge_page};

/* A login of somebody who is no supplier. */
static eckid_bytes_t make_other(const char *text)
{
    return str(maker_page("https://canteen.example/acs", text));
}

const place_t in_xml_of_others = {make_other, judge_page};

eckid_bytes_t as_it_is(const char *text)
{
    return str(text);
}

const place_t in_page = {as_it_is, judge_page};

static eckid_bytes_t base64_of(const char *text)
{
    return eckid_codec_base64(str(text), pool);
}

const place_t in_base64_page = {base64_of, judge_page};

static const char *judge_xml(const scene_t *scene, eckid_bytes_t body, apr_pool_t *p)
{
    return scene_outcome(eckid_page_check_xml(&scene->saml->gateway, body, false, p), p);
}

const place_t in_xml = {as_it_is, judge_xml};

static const char *judge_metadata(const scene_t *scene, eckid_bytes_t body, apr_pool_t *p)
{
    return scene_outcome(
        eckid_page_publish(&scene->saml->gateway, body, false, scene->moment->now, p), p);
}

const place_t in_metadata = {as_it_is, judge_metadata};

static const char *judge_url(const scene_t *scene, eckid_bytes_t url, apr_pool_t *p)
{
    return scene_outcome(eckid_page_check_url(&scene->saml->gateway, url.data, p), p);
}

const place_t in_url = {as_it_is, judge_url};

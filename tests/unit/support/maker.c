/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An identity provider in a few lines: makes login responses and signs them by xmlsec's own API. */
#include "support/maker.h"

#include <stdarg.h>
#include <apr_strings.h>
#include <libxml/parser.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/openssl/app.h>
#include <xmlsec/openssl/crypto.h>
#include <xmlsec/errors.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmltree.h>

#include "xml/eckid_xml_namespaces.h"
#include "unit.h"

#define STATUS_PREFIX "urn:oasis:names:tc:SAML:2.0:status:"
#define EXCLUSIVE "http://www.w3.org/2001/10/xml-exc-c14n#"
#define TRANSFORMS                                                                                 \
    "<ds:Transform Algorithm='http://www.w3.org/2000/09/xmldsig#enveloped-signature'/>"            \
    "<ds:Transform Algorithm='" EXCLUSIVE "'/>"

maker_t maker_usual(void)
{
    return (maker_t){
        .destination = MAKER_CONSUMER,
        .recipient = MAKER_CONSUMER,
        .audience = MAKER_SUPPLIER,
        .issuer = MAKER_ISSUER,
        .response_issuer = MAKER_ISSUER,
        .version = "2.0",
        .response_version = "2.0",
        .method = MAKER_BEARER,
        .in_response_to = "_request",
        .status = "Success",
        .name_id = "p.pukkelen@school.example",
        .attributes =
            apr_pstrcat(pool, maker_attribute("uid", "p.pukkelen@school.example", NULL),
                        maker_attribute("employeeNumber", "95312", NULL),
                        maker_attribute("eduPersonAffiliation", "student", "member", NULL), NULL),
        .not_before = "2026-08-31T08:29:30Z",
        .not_on_or_after = "2026-08-31T08:35:00Z",
        .confirmation_until = "2026-08-31T08:35:00Z",
        .sign_assertion = true,
    };
}

maker_t maker_signed(int how)
{
    maker_t maker = maker_usual();

    maker.kind = how < COUNT(maker_signings) ? RSA_2048 : P_256;
    maker.sign_response = maker_signings[how % COUNT(maker_signings)].response;
    maker.sign_assertion = maker_signings[how % COUNT(maker_signings)].assertion;
    return maker;
}

const char *maker_attribute(const char *name, ...)
{
    const char *text = apr_pstrcat(pool, "<saml:Attribute Name='", name, "'>", NULL), *value;
    va_list values;

    va_start(values, name);
    while ((value = va_arg(values, const char *)) != NULL) {
        text = apr_pstrcat(pool, text, "<saml:AttributeValue xsi:type='xs:string'>", value,
                           "</saml:AttributeValue>", NULL);
    }
    va_end(values);
    return apr_pstrcat(pool, text, "</saml:Attribute>", NULL);
}

static const char *or_empty(const char *xml)
{
    return xml ? xml : "";
}

static const char *attribute(const char *name, const char *value)
{
    return value ? apr_pstrcat(pool, " ", name, "='", value, "'", NULL) : "";
}

static const char *element(const char *name, const char *content)
{
    return content ? apr_pstrcat(pool, "<", name, ">", content, "</", name, ">", NULL) : "";
}

/* The certificate as it stands between the lines of the PEM. */
static const char *certificate_text(const maker_t *maker)
{
    const char *pem = test_certificate_pem(maker->kind, maker->key).data;
    const char *from = strchr(pem, '\n') + 1;

    return apr_pstrmemdup(pool, from, strstr(from, "-----END") - from);
}

static const char *signature(const maker_t *maker, const char *reference, const char *extra)
{
    const char *method = maker->kind == RSA_2048
                             ? "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
                             : "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";

    return apr_pstrcat(
        pool,
        "<ds:Signature xmlns:ds='http://www.w3.org/2000/09/xmldsig#'><ds:SignedInfo>"
        "<ds:CanonicalizationMethod Algorithm='",
        maker->canonicalization ? maker->canonicalization : EXCLUSIVE,
        "'/><ds:SignatureMethod Algorithm='",
        maker->signature_method ? maker->signature_method : method, "'/><ds:Reference URI='",
        reference, "'><ds:Transforms>", maker->transforms ? maker->transforms : TRANSFORMS,
        "</ds:Transforms><ds:DigestMethod Algorithm='",
        maker->digest_method ? maker->digest_method : "http://www.w3.org/2001/04/xmlenc#sha256",
        "'/><ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo>"
        "<ds:X509Data><ds:X509Certificate>",
        certificate_text(maker), "</ds:X509Certificate></ds:X509Data></ds:KeyInfo>",
        or_empty(extra), "</ds:Signature>", NULL);
}

static const char *confirmation(const maker_t *maker)
{
    return maker->method
               ? apr_pstrcat(pool, "<saml:SubjectConfirmation", attribute("Method", maker->method),
                             "><saml:SubjectConfirmationData",
                             attribute("NotOnOrAfter", maker->confirmation_until),
                             attribute("Recipient", maker->recipient),
                             attribute("InResponseTo", maker->in_response_to),
                             "/></saml:SubjectConfirmation>", NULL)
               : "";
}

static const char *conditions(const maker_t *maker)
{
    return apr_pstrcat(pool, "<saml:Conditions", attribute("NotBefore", maker->not_before),
                       attribute("NotOnOrAfter", maker->not_on_or_after), ">",
                       maker->audience ? element("saml:AudienceRestriction",
                                                 element("saml:Audience", maker->audience))
                                       : "",
                       or_empty(maker->conditions_extra), "</saml:Conditions>",
                       maker->advice ? element("saml:Advice", maker->advice) : "", NULL);
}

static const char *id_of(const maker_t *maker)
{
    return maker->assertion_id ? maker->assertion_id : "_assertion";
}

static const char *assertion(const maker_t *maker)
{
    return apr_pstrcat(
        pool,
        "<saml:Assertion xmlns:saml='" ECKID_NS_SAML "'"
        " xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'"
        " xmlns:xs='http://www.w3.org/2001/XMLSchema'",
        attribute("ID", id_of(maker)), attribute("Version", maker->version),
        " IssueInstant='2026-08-31T08:30:00Z'>", element("saml:Issuer", maker->issuer),
        maker->sign_assertion
            ? signature(maker,
                        maker->reference ? maker->reference
                                         : apr_pstrcat(pool, "#", id_of(maker), NULL),
                        maker->signature_extra)
            : "",
        "<saml:Subject>", element("saml:NameID", maker->name_id), or_empty(maker->subject_start),
        confirmation(maker), or_empty(maker->subject_extra), "</saml:Subject>", conditions(maker),
        "<saml:AuthnStatement AuthnInstant='2026-08-31T08:30:00Z'>"
        "<saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:"
        "Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>",
        element("saml:AttributeStatement", maker->attributes), or_empty(maker->assertion_extra),
        "</saml:Assertion>", NULL);
}

static const char *response(const maker_t *maker, const char *assertion)
{
    return apr_pstrcat(
        pool, "<samlp:Response xmlns:samlp='" ECKID_NS_SAMLP "' xmlns:saml='" ECKID_NS_SAML "'",
        or_empty(maker->root_extra), attribute("Destination", maker->destination),
        attribute("InResponseTo", maker->in_response_to), " ID='_response'",
        attribute("Version", maker->response_version), " IssueInstant='2026-08-31T08:30:00Z'>",
        element("saml:Issuer", maker->response_issuer),
        maker->sign_response ? signature(maker, "#_response", NULL) : "",
        or_empty(maker->response_start), "<samlp:Status><samlp:StatusCode Value='" STATUS_PREFIX,
        maker->status, "'/></samlp:Status>", assertion, or_empty(maker->response_extra),
        "</samlp:Response>", NULL);
}

static void sign_node(xmlNodePtr node, const maker_t *maker)
{
    eckid_bytes_t pem = test_private_pem(maker->kind, maker->key);
    xmlSecDSigCtxPtr ctx = xmlSecDSigCtxCreate(NULL);

    ctx->signKey = xmlSecOpenSSLAppKeyLoadMemory((const xmlSecByte *)pem.data, (xmlSecSize)pem.len,
                                                 xmlSecKeyDataFormatPem, NULL, NULL, NULL);
    ck_assert_int_ge(xmlSecDSigCtxSign(ctx, node), 0);
    xmlSecDSigCtxDestroy(ctx);
}

static void register_id(xmlNodePtr element)
{
    xmlAttrPtr attr = xmlHasNsProp(element, BAD_CAST "ID", NULL);

    xmlAddID(NULL, element->doc, attr->children->content, attr);
}

/* The innermost first. */
static void sign_below(xmlNodePtr node, const maker_t *maker)
{
    for (xmlNodePtr child = node->children; child; child = child->next) {
        sign_below(child, maker);
    }
    for (xmlNodePtr child = node->children; child; child = child->next) {
        if (xmlSecCheckNodeName(child, BAD_CAST "Signature", BAD_CAST ECKID_NS_DSIG) &&
            !(xmlSecFindNode(child, BAD_CAST "Object", BAD_CAST ECKID_NS_DSIG))) {
            sign_node(child, maker);
        }
    }
    if (maker->spoil_assertion && eckid_xml_is(node, ECKID_NS_SAML, "Assertion")) {
        xmlSetProp(node, BAD_CAST "IssueInstant", BAD_CAST "2026-08-31T08:30:01Z");
    }
}

void maker_start_xmlsec(void)
{
    static bool started;

    if (!started) {
        ck_assert_int_ge(xmlSecInit(), 0);
        ck_assert_int_ge(xmlSecOpenSSLInit(), 0);
        xmlSecErrorsDefaultCallbackEnableOutput(FALSE);
        started = true;
    }
}

/* The same text with its signatures made. */
static const char *signed_text(const maker_t *maker, const char *text)
{
    xmlDocPtr doc = xmlReadMemory(text, (int)strlen(text), NULL, NULL, 0);
    xmlNodePtr root, child;
    xmlChar *out;
    int len;

    maker_start_xmlsec();
    ck_assert_msg(doc != NULL, "%s", text);
    root = xmlDocGetRootElement(doc);
    child = eckid_xml_child(root, ECKID_NS_SAML, "Assertion");
    register_id(root);
    if (child) {
        register_id(child);
    }
    sign_below(root, maker);
    xmlDocDumpMemory(doc, &out, &len);
    const char *copy = apr_pstrmemdup(pool, (const char *)out, (apr_size_t)len);

    xmlFree(out);
    xmlFreeDoc(doc);
    return copy;
}

const char *maker_xml(const maker_t *maker)
{
    return signed_text(
        maker, response(maker, maker->sealing ? sealer_seal(maker->sealing,
                                                            signed_text(maker, assertion(maker)))
                                              : assertion(maker)));
}

const char *maker_page(const char *action, const char *xml)
{
    return apr_pstrcat(pool,
                       "<!DOCTYPE html>\n<html><body onload=\"document.forms[0].submit()\">\n"
                       "<form method=\"post\" action=\"",
                       action,
                       "\">\n"
                       "<input type=\"hidden\" name=\"SAMLResponse\" value=\"",
                       eckid_codec_base64(str(xml), pool).data,
                       "\" />\n"
                       "<input type=\"hidden\" name=\"RelayState\" value=\"a&amp;b\" />\n"
                       "<noscript><button type=\"submit\">Verder</button></noscript>\n"
                       "</form></body></html>\n",
                       NULL);
}

eckid_saml_rules_t maker_rules(test_kind_t kind, int number)
{
    apr_array_header_t *keys = apr_array_make(pool, 1, sizeof(const eckid_key_t *));
    eckid_key_t *key;

    ok(eckid_key_certificate(&key, test_certificate_pem(kind, number), "idp.crt", pool));
    APR_ARRAY_PUSH(keys, const eckid_key_t *) = key;
    return (eckid_saml_rules_t){
        .issuer = MAKER_ISSUER,
        .trust = {keys, false},
        .now = MAKER_NOW,
        .skew = apr_time_from_sec(60),
    };
}

eckid_verified_t *maker_verified(const maker_t *maker)
{
    const eckid_saml_rules_t rules = maker_rules(maker->kind, maker->key);
    eckid_saml_message_t *saml;
    eckid_verified_t *verified;

    ok(eckid_saml_message_open(&saml, str(maker_xml(maker)), pool));
    ok(eckid_saml_verify(&verified, saml, &rules, pool));
    return verified;
}

const eckid_moment_t *maker_moment(void)
{
    eckid_moment_t *moment = apr_pcalloc(pool, sizeof(*moment));

    moment->now = MAKER_NOW;
    memcpy(moment->http_nonce, "0123456789abcdef", 16);
    memcpy(moment->message_id, "0123456789abcdef", 16);
    memcpy(moment->reference, "01234", 5);
    memcpy(moment->token_nonce[1], "0123456789ab", 12);
    return moment;
}

const char *replaced(const char *text, const char *what, const char *by)
{
    const char *at = strstr(text, what);

    ck_assert_msg(at != NULL, "%s is not in %s", what, text);
    return apr_pstrcat(pool, apr_pstrmemdup(pool, text, at - text), by, at + strlen(what), NULL);
}

bool maker_clock(eckid_moment_t *moment)
{
    *moment = *maker_moment();
    return true;
}

eckid_err_t *maker_verify(eckid_verified_t **verified, const char *xml, const eckid_trust_t *trust)
{
    xmlDocPtr doc;

    ok(eckid_xml_parse(&doc, str(xml), pool));
    xmlNodePtr root = xmlDocGetRootElement(doc);

    return eckid_xmldsig_verify(verified, root, eckid_xml_child(root, ECKID_NS_SAML, "Assertion"),
                                trust, pool);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XML Encryption by xmlsec's own API: the other implementation, in both directions. */
#include "support/sealer.h"

#include <apr_strings.h>
#include <libxml/parser.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/openssl/app.h>
#include <xmlsec/openssl/crypto.h>
#include <xmlsec/xmlenc.h>
#include <xmlsec/xmltree.h>

#include "support/maker.h"
#include "unit.h"
#include "xml/eckid_xml_namespaces.h"

static const char *key_template(const sealing_t *sealing)
{
    return apr_pstrcat(
        pool, "<e:EncryptedKey",
        sealing->recipient ? apr_pstrcat(pool, " Recipient='", sealing->recipient, "'", NULL) : "",
        "><e:EncryptionMethod Algorithm='" ECKID_NS_XMLENC "rsa-oaep-mgf1p'/>"
        "<e:CipherData><e:CipherValue/></e:CipherData></e:EncryptedKey>",
        NULL);
}

static const char *template(const sealing_t *sealing, const char *xml)
{
    return apr_pstrcat(pool, "<s:", sealing->holder, " xmlns:s='" ECKID_NS_SAML "'>", xml,
                       "<e:EncryptedData xmlns:e='" ECKID_NS_XMLENC "' Type='" ECKID_NS_XMLENC
                       "Element'><e:EncryptionMethod Algorithm='http://www.w3.org/",
                       sealing->cipher, "'/><d:KeyInfo xmlns:d='" ECKID_NS_DSIG "'>",
                       key_template(sealing),
                       "</d:KeyInfo><e:CipherData><e:CipherValue/></e:CipherData>"
                       "</e:EncryptedData></s:",
                       sealing->holder, ">", NULL);
}

static xmlSecKeysMngrPtr manager(eckid_bytes_t pem)
{
    xmlSecKeysMngrPtr keys = xmlSecKeysMngrCreate();

    ck_assert_int_ge(xmlSecOpenSSLAppDefaultKeysMngrInit(keys), 0);
    xmlSecKeyPtr key =
        xmlSecOpenSSLAppKeyLoadMemory((const xmlSecByte *)pem.data, (xmlSecSize)pem.len,
                                      xmlSecKeyDataFormatPem, NULL, NULL, NULL);
    ck_assert_ptr_nonnull(key);
    ck_assert_int_ge(xmlSecOpenSSLAppDefaultKeysMngrAdoptKey(keys, key), 0);
    return keys;
}

static const char *printed(xmlDocPtr doc)
{
    xmlBufferPtr buffer = xmlBufferCreate();

    xmlNodeDump(buffer, doc, xmlDocGetRootElement(doc), 0, 0);
    const char *text = apr_pstrdup(pool, (const char *)xmlBufferContent(buffer));

    xmlBufferFree(buffer);
    xmlFreeDoc(doc);
    return text;
}

/* Behind the element that is to be encrypted, which may have another in it. */
static xmlNodePtr data_below(xmlDocPtr doc)
{
    return eckid_xml_child(xmlDocGetRootElement(doc), ECKID_NS_XMLENC, "EncryptedData");
}

static xmlNodePtr data_in(xmlDocPtr doc)
{
    return xmlSecFindNode(xmlDocGetRootElement(doc), BAD_CAST "EncryptedData",
                          BAD_CAST ECKID_NS_XMLENC);
}

/* SAML core section 2.3.4 allows for both places. */
static void move_key(xmlDocPtr doc)
{
    xmlNodePtr data = data_below(doc);
    xmlNodePtr info = eckid_xml_child(data, ECKID_NS_DSIG, "KeyInfo");
    xmlNodePtr key = eckid_xml_child(info, ECKID_NS_XMLENC, "EncryptedKey");

    xmlUnlinkNode(key);
    xmlAddNextSibling(data, key);
    xmlReconciliateNs(doc, key);
    eckid_xml_remove(info);
}

const char *sealer_seal(const sealing_t *sealing, const char *xml)
{
    const char *text = template(sealing, strncmp(xml, "<?xml", 5) == 0 ? strchr(xml, '\n') : xml);
    xmlDocPtr doc = xmlReadMemory(text, (int)strlen(text), NULL, NULL, 0);

    maker_start_xmlsec();
    xmlNodePtr data = data_below(doc), element = xmlFirstElementChild(xmlDocGetRootElement(doc));
    xmlSecKeysMngrPtr keys = manager(test_public_pem(RSA_2048, sealing->key));
    xmlSecEncCtxPtr ctx = xmlSecEncCtxCreate(keys);

    xmlUnlinkNode(data);
    ctx->encKey = xmlSecKeyGenerate(xmlSecOpenSSLKeyDataAesId, (xmlSecSize)sealing->bits,
                                    xmlSecKeyDataTypeSession);
    ck_assert_int_ge(xmlSecEncCtxXmlEncrypt(ctx, data, element), 0);
    xmlSecEncCtxDestroy(ctx);
    xmlSecKeysMngrDestroy(keys);
    if (sealing->beside) {
        move_key(doc);
    }
    return printed(doc);
}

const char *sealer_open(const char *xml, int key)
{
    xmlDocPtr doc = xmlReadMemory(xml, (int)strlen(xml), NULL, NULL, 0);

    maker_start_xmlsec();
    xmlSecKeysMngrPtr keys = manager(test_private_pem(RSA_2048, key));
    xmlSecEncCtxPtr ctx = xmlSecEncCtxCreate(keys);
    bool done = xmlSecEncCtxDecrypt(ctx, data_in(doc)) >= 0 && ctx->result;

    xmlSecEncCtxDestroy(ctx);
    xmlSecKeysMngrDestroy(keys);
    const char *text = printed(doc);

    return done ? text : NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The algorithms of XML Encryption: what they are called, and which are accepted. */
#ifndef ECKID_XMLENC_METHOD_H
#define ECKID_XMLENC_METHOD_H

#include "crypto/eckid_encryption.h"
#include "xml/eckid_xml.h"

/* The Algorithm of an EncryptionMethod; "" if there is none. */
const char *eckid_xmlenc_method_uri(const xmlNode *method, apr_pool_t *pool);

/* The cipher of an EncryptionMethod. False for one that is not accepted, and for NULL. */
bool eckid_xmlenc_method_cipher(eckid_cipher_t *cipher, const xmlNode *method, apr_pool_t *pool);

const char *eckid_xmlenc_method_cipher_uri(eckid_cipher_t cipher);

/*
 * The key transport of an EncryptionMethod (XML Encryption 1.1 section 5.5.2), and whether it is
 * that of version 1.1. False for any but RSA-OAEP, for parameters that are not known, and for NULL.
 */
bool eckid_xmlenc_method_transport(eckid_oaep_t *oaep, bool *is_11, const xmlNode *method,
                                   apr_pool_t *pool);

/* Adds an EncryptionMethod to an EncryptedKey. Ds is the namespace of XML Signature there. */
void eckid_xmlenc_method_add_transport(xmlNodePtr key, const eckid_encryption_t *encryption,
                                       xmlNsPtr ds);

/*
 * The best of what somebody says that can be decrypted there: EncryptionMethods, the children of
 * that name of a KeyDescriptor (SAML metadata section 2.4.1.1). Where no cipher is named it is
 * AES-256-GCM, where no key transport is, rsa-oaep-mgf1p with SHA-1, which is what everybody
 * decrypts. False if all that is named are others. The member key stays as it is.
 */
bool eckid_xmlenc_method_choose(eckid_encryption_t *encryption, const xmlNode *descriptor,
                                apr_pool_t *pool);

/* Adds an EncryptionMethod to a KeyDescriptor for each algorithm that is accepted here, the
 * preferred ones first. */
void eckid_xmlenc_method_add_all(xmlNodePtr descriptor);

#endif

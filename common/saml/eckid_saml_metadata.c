/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SAML metadata as it is read: entities, their keys and their endpoints. */
#include "saml/eckid_saml_metadata.h"
#include "saml/eckid_saml_key_descriptor.h"
#include "saml/eckid_saml_likeness.h"
#include "xml/eckid_xml_namespaces.h"
#include "base/eckid_time.h"
#include "xml/eckid_xmldsig.h"
#include "xml/eckid_xmlenc_method.h"
#include "xml/eckid_xml_print.h"

#include <apr_file_io.h>
#include <apr_portable.h>
#include <apr_strings.h>
#include <libxml/xmlreader.h>

/* Reads an entity that was found. */
struct search_t;
typedef eckid_err_t *visit_t(const struct search_t *search, const xmlNode *entity,
                             apr_pool_t *pool);

/* A search in a file, or in a document. */
typedef struct search_t {
    const char *file;      /* or the name of the document */
    xmlDocPtr doc;         /* or NULL */
    const char *entity_id; /* NULL: any with that role */
    const char *role;
    visit_t *visit;
    void *self;
    int found;
    const char *other; /* the first with that role and another ID; or NULL */
} search_t;

static void on_error(void *line, xmlErrorPtr error)
{
    *(int *)line = error->line;
}

const char *eckid_saml_metadata_id(const xmlNode *entity, apr_pool_t *pool)
{
    return eckid_xml_token(entity, "entityID", pool);
}

static eckid_err_t *several(const search_t *search, apr_pool_t *pool)
{
    eckid_err_t *err = eckid_err_make(
        pool, ECKID_METADATA, "%s holds several entities with an %s; which of them is not said",
        search->file, search->role);

    return eckid_err_advise(err, search->entity_id ? NULL
                                                   : "write the entity ID of the one that is meant "
                                                     "behind the file or URL");
}

static eckid_err_t *consider(search_t *search, const xmlNode *entity, apr_pool_t *pool)
{
    const char *id = eckid_saml_metadata_id(entity, pool);

    if (!id || !*id || !eckid_xml_child(entity, ECKID_NS_METADATA, search->role)) {
        return NULL;
    }
    if (search->entity_id && strcmp(search->entity_id, id) != 0) {
        search->other = search->other ? search->other : id;
        return NULL;
    }
    if (++search->found > 1) {
        return several(search, pool);
    }
    return search->visit(search, entity, pool);
}

/* Whether the reader is at the start of an entity. */
static bool at_entity(xmlTextReaderPtr reader)
{
    return xmlTextReaderNodeType(reader) == XML_READER_TYPE_ELEMENT &&
           xmlStrEqual(xmlTextReaderConstLocalName(reader), BAD_CAST "EntityDescriptor") &&
           xmlStrEqual(xmlTextReaderConstNamespaceUri(reader), BAD_CAST ECKID_NS_METADATA);
}

static eckid_err_t *read_all(xmlTextReaderPtr reader, search_t *search, const int *line,
                             apr_pool_t *pool)
{
    int more = xmlTextReaderRead(reader);

    while (more == 1) {
        if (xmlTextReaderNodeType(reader) == XML_READER_TYPE_DOCUMENT_TYPE) {
            return eckid_err_make(pool, ECKID_METADATA, "%s has a document type", search->file);
        }
        if (at_entity(reader)) {
            const xmlNode *entity = xmlTextReaderExpand(reader);

            if (!entity) {
                break;
            }
            ECKID_ERR(consider(search, entity, pool));
            more = xmlTextReaderNext(reader);
        }
        else {
            more = xmlTextReaderRead(reader);
        }
    }
    if (more != 0) {
        return eckid_err_make(pool, ECKID_METADATA, "%s is not well-formed XML, line %d",
                              search->file, *line);
    }
    return NULL;
}

static eckid_err_t *read_file(search_t *search, apr_file_t *file, apr_pool_t *pool)
{
    int line = 0;
    apr_os_file_t fd;

    apr_os_file_get(&fd, file);
    xmlTextReaderPtr reader = xmlReaderForFd(fd, NULL, NULL, XML_PARSE_NONET);

    if (!reader) {
        return eckid_err_make(pool, ECKID_INTERNAL, "libxml2 made no reader");
    }
    xmlTextReaderSetStructuredErrorHandler(reader, on_error, &line);
    eckid_err_t *err = read_all(reader, search, &line, pool);

    xmlFreeTextReader(reader);
    return err;
}

static eckid_err_t *check_kind(apr_file_t *file, const char *name, apr_pool_t *pool)
{
    apr_finfo_t info;

    return apr_file_info_get(&info, APR_FINFO_TYPE, file) == APR_SUCCESS && info.filetype == APR_DIR
               ? eckid_err_make(pool, ECKID_FILE, "%s is a folder", name)
               : NULL;
}

/* What the file is instead, if that can be told; otherwise the error that reading it made. */
static eckid_err_t *recognize(eckid_err_t *err, apr_file_t *file, const char *name,
                              apr_pool_t *pool)
{
    char text[256];
    apr_size_t len = 0;
    apr_off_t start = 0;

    apr_file_seek(file, APR_SET, &start);
    apr_file_read_full(file, text, sizeof(text), &len);
    eckid_err_t *better = eckid_saml_likeness(name, eckid_bytes(text, len), pool);

    return better ? better : err;
}

static eckid_err_t *open_and_read(search_t *search, apr_pool_t *pool)
{
    apr_file_t *file;
    char reason[128];
    apr_status_t status = apr_file_open(&file, search->file, APR_READ, APR_OS_DEFAULT, pool);

    if (status != APR_SUCCESS) {
        return eckid_err_make(pool, ECKID_FILE, "%s: %s", search->file,
                              apr_strerror(status, reason, sizeof(reason)));
    }
    eckid_err_t *err = check_kind(file, search->file, pool);

    err = err ? err : read_file(search, file, pool);
    err = err && err->code == ECKID_METADATA ? recognize(err, file, search->file, pool) : err;
    apr_file_close(file);
    return err;
}

/* Entities stand in sets only (metadata section 2.3.1), not in extensions or signatures. */
static eckid_err_t *read_doc(search_t *search, apr_pool_t *pool)
{
    const xmlNode *root = xmlDocGetRootElement(search->doc), *node = root;

    while (node) {
        bool is_set = eckid_xml_is(node, ECKID_NS_METADATA, "EntitiesDescriptor");

        if (eckid_xml_is(node, ECKID_NS_METADATA, "EntityDescriptor")) {
            ECKID_ERR(consider(search, node, pool));
        }
        node = is_set ? eckid_xml_walk(root, node) : eckid_xml_skip(root, node);
    }
    return NULL;
}

static eckid_err_t *find(search_t *search, apr_pool_t *pool)
{
    eckid_err_t *err = search->doc ? read_doc(search, pool) : open_and_read(search, pool);

    if (!err && !search->found) {
        err = eckid_err_make(pool, ECKID_METADATA, "%s holds no %s of %s%s%s", search->file,
                             search->role, search->entity_id ? search->entity_id : "anybody",
                             search->other ? ", but one of " : "",
                             search->other ? search->other : "");
    }
    return err;
}

/* Metadata for Registration and Publication Information 1.0, section 2.2.1: when it was published.
 */
static const char *creation_of(const xmlNode *node, apr_pool_t *pool)
{
    xmlNodePtr extensions = eckid_xml_child(node, ECKID_NS_METADATA, "Extensions");
    xmlNodePtr info = eckid_xml_child(extensions, ECKID_NS_RPI, "PublicationInfo");

    return info ? eckid_xml_attribute(info, "creationInstant", pool) : NULL;
}

/* What one element says about its age. */
static eckid_err_t *read_element(eckid_saml_metadata_life_t *life, const xmlNode *node,
                                 apr_pool_t *pool)
{
    const char *valid = eckid_xml_token(node, "validUntil", pool);
    const char *cache = eckid_xml_token(node, "cacheDuration", pool);
    const char *created = creation_of(node, pool);
    apr_interval_time_t duration;
    apr_time_t until;

    if (valid && !eckid_time_parse(&until, valid)) {
        return eckid_err_make(pool, ECKID_METADATA,
                              "validUntil in line %ld is no time with a time zone",
                              xmlGetLineNo(node));
    }
    life->until = valid && (!life->until || until < life->until) ? until : life->until;
    if (cache && eckid_time_parse_duration(&duration, cache)) {
        life->cache = !life->cache || duration < life->cache ? duration : life->cache;
    }
    if (created) {
        eckid_time_parse(&life->created, created);
    }
    return NULL;
}

/* Metadata section 2.3.1: the validity of a set of entities holds for each of them. */
static eckid_err_t *read_life(eckid_saml_metadata_life_t *life, eckid_expiry_t *expiry,
                              const search_t *search, const xmlNode *entity, apr_pool_t *pool)
{
    for (const xmlNode *node = entity; node && node->type == XML_ELEMENT_NODE;
         node = node->parent) {
        ECKID_ERR(read_element(life, node, pool));
    }
    *expiry =
        (eckid_expiry_t){.what = apr_psprintf(pool, "the metadata of %s in %s",
                                              eckid_saml_metadata_id(entity, pool), search->file),
                         .until = life->until,
                         .consequence = "its content stays in use"};
    return NULL;
}

/* The identity provider */

static bool is_for_signing(const xmlNode *descriptor, apr_pool_t *pool)
{
    return eckid_saml_key_is_for(descriptor, "signing", pool);
}

static eckid_err_t *add_key(eckid_idp_t *idp, const xmlNode *certificate, apr_pool_t *pool)
{
    eckid_key_t *key;

    ECKID_ERR(eckid_saml_key_certificate(&key, certificate, pool));
    APR_ARRAY_PUSH(idp->keys, const eckid_key_t *) = key;
    APR_ARRAY_PUSH(idp->expiries, eckid_expiry_t) = (eckid_expiry_t){
        .what = apr_psprintf(pool, "the certificate with SHA-256 %s of %s",
                             eckid_key_fingerprint(key), idp->entity_id),
        .until = eckid_key_not_after(key),
        .consequence = "the identity provider may sign by another key after that",
    };
    return NULL;
}

static eckid_err_t *add_key_value(eckid_idp_t *idp, const xmlNode *descriptor, apr_pool_t *pool)
{
    eckid_key_t *key;

    ECKID_ERR(eckid_saml_key_value(&key, descriptor, pool));
    APR_ARRAY_PUSH(idp->keys, const eckid_key_t *) = key;
    return NULL;
}

/* Adds the keys of one descriptor that can be used; the error is that of the last one that cannot.
 */
static eckid_err_t *add_descriptor(eckid_idp_t *idp, const xmlNode *descriptor, apr_pool_t *pool)
{
    xmlNodePtr certificate = eckid_saml_key_next_certificate(descriptor, NULL);
    eckid_err_t *err = NULL;

    if (!certificate) {
        return add_key_value(idp, descriptor, pool);
    }
    for (; certificate; certificate = eckid_saml_key_next_certificate(descriptor, certificate)) {
        eckid_err_t *trouble = add_key(idp, certificate, pool);

        err = trouble ? trouble : err;
    }
    return err;
}

static eckid_err_t *add_keys(eckid_idp_t *idp, const xmlNode *role, apr_pool_t *pool)
{
    eckid_err_t *err = NULL;
    xmlNodePtr descriptor = eckid_xml_child(role, ECKID_NS_METADATA, "KeyDescriptor");

    for (; descriptor;
         descriptor = eckid_xml_next(descriptor, ECKID_NS_METADATA, "KeyDescriptor")) {
        if (is_for_signing(descriptor, pool)) {
            eckid_err_t *trouble = add_descriptor(idp, descriptor, pool);

            err = trouble ? trouble : err;
        }
    }
    return err;
}

eckid_err_t *eckid_saml_metadata_keys(apr_array_header_t *keys, const xmlNode *role,
                                      apr_pool_t *pool)
{
    eckid_idp_t all = {.entity_id = "an entity",
                       .keys = keys,
                       .expiries = apr_array_make(pool, 1, sizeof(eckid_expiry_t))};

    return add_keys(&all, role, pool);
}

bool eckid_saml_metadata_is_saml2(const xmlNode *role, apr_pool_t *pool)
{
    const char *protocols = eckid_xml_attribute(role, "protocolSupportEnumeration", pool);

    return protocols && strstr(protocols, ECKID_NS_SAMLP);
}

/* An entity may have a role for each protocol; the keys of those for SAML 2.0 count, or of all
 * where none says that it is. */
static eckid_err_t *add_roles(eckid_idp_t *idp, const xmlNode *entity, apr_pool_t *pool)
{
    xmlNodePtr first = eckid_xml_child(entity, ECKID_NS_METADATA, "IDPSSODescriptor");
    eckid_err_t *err = NULL;
    bool any = false;

    for (xmlNodePtr role = first; role;
         role = eckid_xml_next(role, ECKID_NS_METADATA, "IDPSSODescriptor")) {
        any = any || eckid_saml_metadata_is_saml2(role, pool);
    }
    for (xmlNodePtr role = first; role;
         role = eckid_xml_next(role, ECKID_NS_METADATA, "IDPSSODescriptor")) {
        if (!any || eckid_saml_metadata_is_saml2(role, pool)) {
            eckid_err_t *trouble = add_keys(idp, role, pool);

            err = trouble ? trouble : err;
        }
    }
    return err;
}

static eckid_err_t *visit_idp(const search_t *search, const xmlNode *entity, apr_pool_t *pool)
{
    eckid_idp_t *idp = search->self;

    idp->entity_id = eckid_saml_metadata_id(entity, pool);
    ECKID_ERR(read_life(&idp->life, apr_array_push(idp->expiries), search, entity, pool));
    eckid_err_t *trouble = add_roles(idp, entity, pool);

    if (idp->keys->nelts) {
        return NULL;
    }
    eckid_err_t *err = eckid_err_wrap(pool, trouble, ECKID_METADATA,
                                      "%s has no signing key to be used", idp->entity_id);

    return trouble ? err
                   : eckid_err_advise(err, "its IDPSSODescriptor needs a KeyDescriptor for signing "
                                           "with the certificate that it signs by");
}

static eckid_err_t *find_idp(eckid_idp_t **out, search_t search, apr_pool_t *pool)
{
    eckid_idp_t *idp = apr_pcalloc(pool, sizeof(*idp));

    search.role = "IDPSSODescriptor";
    search.visit = visit_idp;
    search.self = idp;
    idp->keys = apr_array_make(pool, 2, sizeof(const eckid_key_t *));
    idp->expiries = apr_array_make(pool, 3, sizeof(eckid_expiry_t));
    ECKID_ERR(find(&search, pool));
    *out = idp;
    return NULL;
}

eckid_err_t *eckid_saml_metadata_idp(eckid_idp_t **idp, const char *file, const char *entity_id,
                                     apr_pool_t *pool)
{
    return find_idp(idp, (search_t){.file = file, .entity_id = entity_id}, pool);
}

eckid_err_t *eckid_saml_metadata_idp_in(eckid_idp_t **idp, xmlDocPtr doc, const char *name,
                                        const char *entity_id, apr_pool_t *pool)
{
    return find_idp(idp, (search_t){.file = name, .doc = doc, .entity_id = entity_id}, pool);
}

/* A supplier */

/* The key of a descriptor, and how to encrypt to it. */
static eckid_err_t *read_encryption(eckid_encryption_t *encryption, const xmlNode *descriptor,
                                    apr_pool_t *pool)
{
    xmlNodePtr certificate = eckid_saml_key_next_certificate(descriptor, NULL);
    eckid_key_t *key;

    ECKID_ERR(certificate ? eckid_saml_key_certificate(&key, certificate, pool)
                          : eckid_saml_key_value(&key, descriptor, pool));
    if (eckid_key_kind(key) != ECKID_KEY_RSA) {
        return eckid_err_advise(
            eckid_err_make(pool, ECKID_KEY, "the %s is not of RSA", eckid_key_name(key)),
            "the supplier must publish an RSA key for encryption; until then EckidEncryption off");
    }
    encryption->key = key;
    return eckid_xmlenc_method_choose(encryption, descriptor, pool)
               ? NULL
               : eckid_err_advise(eckid_err_make(pool, ECKID_KEY,
                                                 "the %s has no EncryptionMethod that is taken",
                                                 eckid_key_name(key)),
                                  "the supplier must name AES-GCM or AES-CBC, and RSA-OAEP if any "
                                  "key transport, or nothing; until then EckidEncryption off");
}

/* The first descriptor that can be used; why_not is about the last one that cannot. */
static void find_encryption(eckid_saml_metadata_sp_t *sp, const xmlNode *role, apr_pool_t *pool)
{
    xmlNodePtr descriptor = eckid_xml_child(role, ECKID_NS_METADATA, "KeyDescriptor");

    for (; descriptor && !sp->encryption;
         descriptor = eckid_xml_next(descriptor, ECKID_NS_METADATA, "KeyDescriptor")) {
        if (eckid_saml_key_is_for(descriptor, "encryption", pool)) {
            eckid_encryption_t *encryption = apr_pcalloc(pool, sizeof(*encryption));

            sp->why_not = read_encryption(encryption, descriptor, pool);
            sp->encryption = sp->why_not ? NULL : encryption;
        }
    }
}

/* The entity alone, with the namespaces it needs. */
static eckid_err_t *print_entity(eckid_bytes_t *text, const xmlNode *entity, apr_pool_t *pool)
{
    xmlDocPtr doc = eckid_xml_make(pool);

    xmlDocSetRootElement(doc, xmlDocCopyNode((xmlNodePtr)entity, doc, 1));
    return eckid_xml_print(text, doc, pool);
}

static eckid_err_t *read_entity(eckid_saml_metadata_sp_t *sp, const xmlNode *entity,
                                apr_pool_t *pool)
{
    xmlNodePtr role = eckid_xml_child(entity, ECKID_NS_METADATA, "SPSSODescriptor");

    for (; role; role = eckid_xml_next(role, ECKID_NS_METADATA, "SPSSODescriptor")) {
        if (eckid_saml_metadata_is_saml2(role, pool)) {
            find_encryption(sp, role, pool);
        }
    }
    sp->role = eckid_saml_sp_role_read(entity, pool);
    return print_entity(&sp->text, entity, pool);
}

/* Of a key without certificate it is not known when it ends. */
static void note_encryption(eckid_saml_metadata_sp_t *sp, const search_t *search, apr_pool_t *pool)
{
    const eckid_key_t *key = sp->encryption ? sp->encryption->key : NULL;

    if (key && eckid_key_fingerprint(key)) {
        APR_ARRAY_PUSH(sp->expiries, eckid_expiry_t) = (eckid_expiry_t){
            .what =
                apr_psprintf(pool,
                             "the certificate to which logins are encrypted, with SHA-256 %s in "
                             "%s",
                             eckid_key_fingerprint(key), search->file),
            .until = eckid_key_not_after(key),
            .consequence = "the supplier may read by another key after that",
        };
    }
}

static eckid_err_t *visit_supplier(const search_t *search, const xmlNode *entity, apr_pool_t *pool)
{
    eckid_saml_metadata_sp_t *sp = search->self;
    apr_array_header_t *urls = sp->consumers;

    ECKID_ERR(read_life(&sp->life, apr_array_push(sp->expiries), search, entity, pool));
    ECKID_ERR(read_entity(sp, entity, pool));
    note_encryption(sp, search, pool);
    for (xmlNodePtr node = entity->children; node; node = eckid_xml_walk(entity, node)) {
        if (eckid_xml_is(node, ECKID_NS_METADATA, "AssertionConsumerService")) {
            const char *location = eckid_xml_attribute(node, "Location", pool);
            const char *response = eckid_xml_attribute(node, "ResponseLocation", pool);

            if (location) {
                APR_ARRAY_PUSH(urls, const char *) = location;
            }
            if (response) {
                APR_ARRAY_PUSH(urls, const char *) = response;
            }
        }
    }
    return NULL;
}

static eckid_err_t *find_sp(eckid_saml_metadata_sp_t **out, search_t search, apr_pool_t *pool)
{
    eckid_saml_metadata_sp_t *sp = apr_pcalloc(pool, sizeof(*sp));

    search.role = "SPSSODescriptor";
    search.visit = visit_supplier;
    search.self = sp;
    sp->consumers = apr_array_make(pool, 2, sizeof(const char *));
    sp->expiries = apr_array_make(pool, 1, sizeof(eckid_expiry_t));
    ECKID_ERR(find(&search, pool));
    *out = sp;
    return NULL;
}

eckid_err_t *eckid_saml_metadata_sp(eckid_saml_metadata_sp_t **sp, const char *file,
                                    const char *entity_id, apr_pool_t *pool)
{
    return find_sp(sp, (search_t){.file = file, .entity_id = entity_id}, pool);
}

eckid_err_t *eckid_saml_metadata_sp_in(eckid_saml_metadata_sp_t **sp, xmlDocPtr doc,
                                       const char *name, const char *entity_id, apr_pool_t *pool)
{
    return find_sp(sp, (search_t){.file = name, .doc = doc, .entity_id = entity_id}, pool);
}

bool eckid_saml_metadata_has_key(const xmlNode *role, const eckid_key_t *key, apr_pool_t *pool)
{
    xmlNodePtr descriptor = eckid_xml_child(role, ECKID_NS_METADATA, "KeyDescriptor");

    for (; descriptor;
         descriptor = eckid_xml_next(descriptor, ECKID_NS_METADATA, "KeyDescriptor")) {
        xmlNodePtr certificate = NULL;

        while (is_for_signing(descriptor, pool) &&
               (certificate = eckid_saml_key_next_certificate(descriptor, certificate)) != NULL) {
            const char *fingerprint =
                eckid_key_fingerprint_of(eckid_xml_text(certificate, pool), pool);

            if (fingerprint && strcmp(fingerprint, eckid_key_fingerprint(key)) == 0) {
                return true;
            }
        }
    }
    return false;
}

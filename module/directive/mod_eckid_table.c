/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of all directives. */
#include "directive/mod_eckid_table.h"

#include "directive/mod_eckid_encryption.h"
#include "directive/mod_eckid_las.h"
#include "directive/mod_eckid_metadata.h"
#include "directive/mod_eckid_person.h"
#include "directive/mod_eckid_provider.h"
#include "directive/mod_eckid_cache.h"
#include "directive/mod_eckid_settings.h"
#include "directive/mod_eckid_supplier.h"

#define WHERE (RSRC_CONF | ACCESS_CONF)
#define SIZE(member) (void *)APR_OFFSETOF(mod_eckid_dir_t, member)

const command_rec mod_eckid_directives[] = {
    AP_INIT_TAKE_ARGV("EckidCache", mod_eckid_set_cache, NULL, RSRC_CONF,
                      "a socache provider, with its arguments after a colon, or none; for redis "
                      "user=, password-file=, ca="),
    AP_INIT_TAKE12("EckidSecretFile", mod_eckid_set_secret_file, NULL, RSRC_CONF,
                   "the file with the secret for the cache and the commands, and the previous one"),
    AP_INIT_TAKE_ARGV("EckidDirectory", mod_eckid_set_directory, NULL, RSRC_CONF,
                      "the database of who was pushed or imported, sqlite:PATH or "
                      "postgresql:CONNECTION; timeout="),
    AP_INIT_TAKE1("EckidCacheGeneration", mod_eckid_set_generation, NULL, RSRC_CONF,
                  "any word; changing it empties the cache"),
    AP_INIT_TAKE1("EckidEngine", mod_eckid_set_engine, NULL, WHERE, "on, off or observe"),
    AP_INIT_TAKE_ARGV("EckidIdpMetadata", mod_eckid_metadata_idp, NULL, WHERE,
                      "the identity provider's metadata file, and its entity ID in an aggregate"),
    AP_INIT_TAKE_ARGV("EckidProvider", mod_eckid_provider_set, NULL, WHERE,
                      "issuer of the OpenID provider; backend=, student=, ca=, timeout="),
    AP_INIT_TAKE2("EckidIntrospection", mod_eckid_provider_ask, NULL, WHERE,
                  "a client of our own at the provider and the file with its secret"),
    AP_INIT_TAKE_ARGV("EckidTokenCache", mod_eckid_set_token_cache, NULL, RSRC_CONF,
                      "the store for ID tokens that are shown as hints, as for EckidCache"),
    AP_INIT_ITERATE("EckidMetadataPath", mod_eckid_add_metadata_path, NULL, WHERE,
                    "URL paths where the identity provider serves its metadata"),
    AP_INIT_TAKE2("EckidMetadataKey", mod_eckid_set_metadata_key, NULL, WHERE,
                  "key and certificate that sign the metadata that is passed on"),
    AP_INIT_TAKE1("EckidClockSkew", mod_eckid_set_skew, NULL, WHERE, "how far clocks may differ"),
    AP_INIT_FLAG("EckidAllowSha1", mod_eckid_set_sha1, NULL, WHERE,
                 "whether signatures with SHA-1 are accepted"),
    AP_INIT_TAKE1("EckidPageLimit", mod_eckid_set_size, SIZE(page_max), WHERE,
                  "the largest page that can be rewritten, in bytes"),
    AP_INIT_TAKE1("EckidResponseLimit", mod_eckid_set_size, SIZE(response_max), WHERE,
                  "the largest login response, decoded, in bytes"),
    AP_INIT_TAKE_ARGV("EckidPage", mod_eckid_set_page, NULL, WHERE,
                      "the school's name on the page of a refused login; color=, background="),
    AP_INIT_TAKE1("EckidHelpdesk", mod_eckid_set_helpdesk, NULL, WHERE,
                  "a text for the page about a refused login"),
    AP_INIT_TAKE23("EckidSigningKey", mod_eckid_add_signing_key, NULL, WHERE,
                   "key and certificate that sign logins; \"shared\" with the identity provider"),
    AP_INIT_TAKE2("EckidDecryptionKey", mod_eckid_encryption_key, NULL, WHERE,
                  "key and certificate to which the identity provider encrypts logins"),
    AP_INIT_TAKE2("EckidStudentIf", mod_eckid_person_student_if, NULL, WHERE,
                  "an attribute and an expression that one of its values must match"),
    AP_INIT_TAKE_ARGV("EckidStudentKey", mod_eckid_person_student_key, NULL, WHERE,
                      "attribute or NameID, expression, template and type of the student key"),
    AP_INIT_TAKE3("EckidPersonIf", mod_eckid_person_if, NULL, WHERE,
                  "a kind of people, an attribute and an expression that a value must match"),
    AP_INIT_TAKE_ARGV("EckidPersonKey", mod_eckid_person_key, NULL, WHERE,
                      "a kind of people, and how its key is made, as for EckidStudentKey"),
    AP_INIT_TAKE_ARGV("EckidLas", mod_eckid_las_line, NULL, WHERE,
                      "base URL of the LAS; ca=, certificate=, key=, connect-timeout=, timeout=, "
                      "calls=, queue=, wait=, failures=, pause="),
    AP_INIT_TAKE2("EckidLasKey", mod_eckid_las_key, NULL, WHERE,
                  "a key that authenticates calls to the LAS, and keyid="),
    AP_INIT_TAKE12("EckidLasSignature", mod_eckid_las_sign, NULL, WHERE,
                   "on or off; or the signed components of a call, and the parameters"),
    AP_INIT_TAKE2("EckidLasAnswerKey", mod_eckid_las_answer_key, NULL, WHERE,
                  "public key or certificate of the LAS for its responses, and keyid="),
    AP_INIT_TAKE12("EckidLasContract", mod_eckid_las_contract, NULL, WHERE,
                   "edu-v, edu-v-employees, or a file; and the kind of people if not students"),
    AP_INIT_TAKE_ARGV("EckidLasToken", mod_eckid_las_token, NULL, WHERE,
                      "URL of the token endpoint; client_id=, scope=, keyid=, alg=, audience=, "
                      "secret=, ca=, certificate=, key="),
    AP_INIT_TAKE12("EckidLookup", mod_eckid_las_lookup, NULL, WHERE,
                   "las, directory las, or directory: where people are looked up"),
    AP_INIT_RAW_ARGS("<EckidLasNamed", mod_eckid_las_block, NULL, WHERE,
                     "a LAS that EckidSchoolMap calls by this name"),
    AP_INIT_TAKE2("EckidSchool", mod_eckid_set_school, NULL, WHERE,
                  "type and value of the school's identifier at the LAS"),
    AP_INIT_TAKE_ARGV("EckidSchoolMap", mod_eckid_set_school_map, NULL, WHERE,
                      "a file of schools, the attribute with the school, expression, template"),
    AP_INIT_FLAG("EckidPilot", mod_eckid_las_pilot, NULL, WHERE,
                 "whether ECK iDs of the pilot label are accepted"),
    AP_INIT_TAKE23("EckidCacheTime", mod_eckid_set_cache_time, NULL, WHERE,
                   "how long a found ECK iD is cached, and how long that there is none"),
    AP_INIT_RAW_ARGS("<EckidSupplier", mod_eckid_supplier_block, NULL, WHERE,
                     "the supplier's entity IDs"),
    AP_INIT_TAKE_ARGV("EckidSupplierMetadata", mod_eckid_metadata_supplier, NULL, WHERE,
                      "a file with the supplier's metadata"),
    AP_INIT_ITERATE("EckidConsumer", mod_eckid_supplier_consumer, NULL, WHERE,
                    "assertion consumer URLs"),
    AP_INIT_TAKE_ARGV("EckidClient", mod_eckid_provider_client, NULL, WHERE,
                      "client ID of the supplier; alg=, claim=, secret=, front-channel=, encrypt="),
    AP_INIT_TAKE_ARGV("EckidName", mod_eckid_supplier_name, NULL, WHERE,
                      "name of the ECK iD at the supplier; format=, friendly="),
    AP_INIT_ITERATE("EckidRelease", mod_eckid_supplier_release, NULL, WHERE,
                    "attributes that the supplier may see; * for all, none for none"),
    AP_INIT_TAKE_ARGV("EckidRename", mod_eckid_supplier_rename, NULL, WHERE,
                      "name at the identity provider, name at the supplier; format=, friendly="),
    AP_INIT_TAKE_ARGV("EckidOn", mod_eckid_supplier_on, NULL, WHERE,
                      "not-student, unknown, no-eckid, las-failed, directory-failed or "
                      "provider-failed; deny or omit; stale=, kind="),
    AP_INIT_TAKE1("EckidEncryption", mod_eckid_encryption_supplier, NULL, WHERE,
                  "on, off or as-it-came: whether SAML logins go out encrypted"),
    AP_INIT_TAKE1("EckidDenyBy", mod_eckid_supplier_deny_by, NULL, WHERE, "page or status"),
    {.name = NULL},
};

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Directives about encrypted SAML logins, and what of them can be checked at start. */
#include "directive/mod_eckid_encryption.h"

#include <apr_strings.h>

#include "decision/eckid_policy.h"
#include "directive/mod_eckid_directive.h"
#include "directive/mod_eckid_supplier.h"

static eckid_err_t *read_decryption_key(eckid_key_t **key, const cmd_parms *cmd,
                                        const char *key_name, const char *certificate_name)
{
    ECKID_ERR(mod_eckid_read_pair(key, cmd, key_name, certificate_name,
                                  "the identity provider may refuse to encrypt to it"));
    return eckid_key_kind(*key) == ECKID_KEY_RSA
               ? NULL
               : eckid_err_advise(
                     eckid_err_make(cmd->pool, ECKID_KEY, "%s is not of RSA", eckid_key_name(*key)),
                     "make a key of RSA, 2048 bits or more: XML Encryption knows no other that "
                     "identity providers have in common");
}

const char *mod_eckid_encryption_key(cmd_parms *cmd, void *conf, const char *key_name,
                                     const char *certificate_name)
{
    mod_eckid_dir_t *dir = conf;
    eckid_key_t *key;

    CHECK_LINE();
    if (dir->open_supplier) {
        return "EckidDecryptionKey stands outside of <EckidSupplier>: the keys are the gateway's, "
               "for the logins of all suppliers";
    }
    TRY(read_decryption_key(&key, cmd, key_name, certificate_name));
    if (!dir->decryption_keys) {
        dir->decryption_keys = apr_array_make(cmd->pool, 2, sizeof(const eckid_key_t *));
    }
    APR_ARRAY_PUSH(dir->decryption_keys, const eckid_key_t *) = key;
    return NULL;
}

const char *mod_eckid_encryption_supplier(cmd_parms *cmd, void *conf, const char *value)
{
    static const char *const values[] = {"as-it-came", "on", "off", NULL};
    eckid_supplier_t *supplier;
    const char *wrong = mod_eckid_get_supplier(&supplier, cmd, conf);

    wrong = wrong ? wrong : mod_eckid_one_of(cmd, value, values);
    if (wrong) {
        return wrong;
    }
    CHECK_ONCE(supplier);
    mod_eckid_note_source(supplier, cmd->directive);
    supplier->encrypt = strcmp(value, "on") == 0    ? ECKID_ENCRYPT_ON
                        : strcmp(value, "off") == 0 ? ECKID_ENCRYPT_OFF
                                                    : ECKID_ENCRYPT_AS_IT_CAME;
    return NULL;
}

/* The whole */

typedef struct check_t {
    const mod_eckid_dir_t *dir;
    apr_array_header_t *findings; /* mod_eckid_finding_t */
    apr_pool_t *pool;
} check_t;

static void find(const check_t *check, bool is_mistake, const void *thing, const char *text)
{
    APR_ARRAY_PUSH(check->findings, mod_eckid_finding_t) =
        (mod_eckid_finding_t){is_mistake, thing, text};
}

static bool has_key(const apr_array_header_t *keys, const eckid_key_t *key)
{
    for (int i = 0; keys && i < keys->nelts; i++) {
        if (eckid_key_same(APR_ARRAY_IDX(keys, i, const eckid_key_t *), key)) {
            return true;
        }
    }
    return false;
}

static bool is_signer(const apr_array_header_t *signers, const eckid_key_t *key)
{
    for (int i = 0; i < signers->nelts; i++) {
        if (eckid_key_same(APR_ARRAY_IDX(signers, i, eckid_signer_t).key, key)) {
            return true;
        }
    }
    return false;
}

static bool signs_for_las(const mod_eckid_dir_t *dir, const eckid_key_t *key)
{
    for (int i = 0; dir->las.keys && i < dir->las.keys->nelts; i++) {
        if (eckid_key_same(APR_ARRAY_IDX(dir->las.keys, i, mod_eckid_las_key_t).key, key)) {
            return true;
        }
    }
    return false;
}

/* A key that decrypts what others send must not sign with the same RSA. */
static void check_keys(const check_t *check, const apr_array_header_t *signers,
                       const apr_array_header_t *idp_keys)
{
    const apr_array_header_t *keys = check->dir->decryption_keys;

    for (int i = 0; keys && i < keys->nelts; i++) {
        const eckid_key_t *key = APR_ARRAY_IDX(keys, i, const eckid_key_t *);

        if (is_signer(signers, key) || has_key(idp_keys, key) || signs_for_las(check->dir, key) ||
            (check->dir->metadata_key && eckid_key_same(check->dir->metadata_key, key))) {
            find(check, true, key,
                 apr_psprintf(check->pool,
                              "the key of EckidDecryptionKey, %s, signs too; make one for "
                              "decryption alone",
                              eckid_key_name(key)));
        }
    }
}

static const char *why_not(const check_t *check, const eckid_supplier_t *supplier)
{
    const eckid_err_t *err = NULL;

    for (int i = 0; i < supplier->described->nelts; i++) {
        const eckid_described_t *each = &APR_ARRAY_IDX(supplier->described, i, eckid_described_t);

        err = each->why_not ? each->why_not : err;
    }
    return err                          ? eckid_err_text(err, check->pool)
           : supplier->described->nelts ? "its metadata have no key for encryption"
                                        : "it has no EckidSupplierMetadata";
}

/* Whether logins can be encrypted to each of a supplier's entities. */
static bool can_encrypt(const eckid_supplier_t *supplier)
{
    for (int i = 0; i < supplier->entity_ids->nelts; i++) {
        const eckid_described_t *described = eckid_policy_find_described(
            supplier, APR_ARRAY_IDX(supplier->entity_ids, i, const char *));

        if (!described || !described->encryption) {
            return false;
        }
    }
    return true;
}

static void check_described(const check_t *check, const eckid_supplier_t *supplier)
{
    for (int i = 0; i < supplier->described->nelts; i++) {
        const eckid_described_t *each = &APR_ARRAY_IDX(supplier->described, i, eckid_described_t);

        if (each->encryption && has_key(check->dir->decryption_keys, each->encryption->key)) {
            find(
                check, true, supplier,
                apr_psprintf(check->pool,
                             "EckidSupplierMetadata of %s names our own EckidDecryptionKey; write "
                             "the metadata that the supplier itself publishes, not those that this "
                             "server makes of them for the identity provider",
                             each->id));
        }
    }
}

static void check_supplier(const check_t *check, const eckid_supplier_t *supplier)
{
    check_described(check, supplier);
    if (supplier->encrypt == ECKID_ENCRYPT_ON && !supplier->consumers->nelts &&
        !supplier->hosts->nelts) {
        find(check, false, supplier,
             apr_psprintf(check->pool,
                          "EckidEncryption is about logins over SAML, and %s has none; for its "
                          "tokens write: EckidClient %s encrypt=FILE, with its JWK Set",
                          supplier->name, APR_ARRAY_IDX(supplier->clients, 0, eckid_client_t).id));
        return;
    }
    if (!supplier->consumers->nelts || supplier->hosts->nelts ||
        supplier->encrypt == ECKID_ENCRYPT_OFF || can_encrypt(supplier)) {
        return;
    }
    if (supplier->encrypt == ECKID_ENCRYPT_ON) {
        find(check, true, supplier,
             apr_psprintf(check->pool,
                          "EckidEncryption is on for %s, but there is no key for it: %s",
                          supplier->name, why_not(check, supplier)));
    }
    else if (check->dir->decryption_keys) {
        find(check, false, supplier,
             apr_psprintf(check->pool,
                          "logins for %s that come encrypted will be refused, as they cannot be "
                          "encrypted again (%s); write EckidEncryption off in its block if they "
                          "may go out in the clear",
                          supplier->name, why_not(check, supplier)));
    }
}

apr_array_header_t *mod_eckid_encryption_check(const mod_eckid_dir_t *dir,
                                               const apr_array_header_t *signers,
                                               const apr_array_header_t *idp_keys, apr_pool_t *pool)
{
    const apr_array_header_t *suppliers = dir->policy->suppliers;
    check_t check = {dir, apr_array_make(pool, 2, sizeof(mod_eckid_finding_t)), pool};

    check_keys(&check, signers, idp_keys);
    for (int i = 0; i < suppliers->nelts; i++) {
        check_supplier(&check, APR_ARRAY_IDX(suppliers, i, const eckid_supplier_t *));
    }
    return check.findings;
}

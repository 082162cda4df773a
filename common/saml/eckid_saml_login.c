/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A login over SAML: a response in, the response for the supplier out. */
#include "saml/eckid_saml_login.h"
#include "decision/eckid_release.h"
#include "saml/eckid_saml_answer.h"
#include "saml/eckid_saml_attributes.h"
#include "saml/eckid_saml_decrypt.h"
#include "saml/eckid_saml_status.h"
#include "saml/eckid_saml_verify.h"
#include "base/eckid_time.h"

#include <apr_strings.h>

/* One login while it is handled. */
typedef struct login_t {
    const eckid_saml_setup_t *setup;
    const eckid_saml_post_t *post;
    const eckid_moment_t *moment;
    apr_time_t at;                /* by which its times are judged */
    eckid_metadata_wait_t wait;   /* for the metadata of suppliers */
    const eckid_policy_t *policy; /* by what is known now */
    eckid_saml_message_t *message;
    eckid_attributes_t attributes; /* once verified */
    eckid_verified_t *verified;
    const eckid_described_t *reader; /* to whom it goes out encrypted; or NULL */
    eckid_decision_t decision;
    eckid_eck_id_t value; /* with outcome FOUND */
    apr_pool_t *pool;
} login_t;

/* Open and verify */

static eckid_err_t *open_message(login_t *login, eckid_bytes_t *xml)
{
    return eckid_codec_base64_decode(xml, login->post->value, login->pool)
               ? eckid_saml_message_open(&login->message, *xml, login->pool)
               : eckid_err_make(login->pool, ECKID_XML, "the field is not base64");
}

/* Whether only hosts are known yet of those that the message names, and more will be. */
static bool is_to_be_decrypted(const login_t *login)
{
    return login->message->kind == ECKID_SAML_ENCRYPTED && login->setup->decryption_keys;
}

static const char *first(const apr_array_header_t *texts)
{
    return texts->nelts ? APR_ARRAY_IDX(texts, 0, const char *) : NULL;
}

/* A login that can be read and names no supplier passes as it came. */
static void note_stranger(login_t *login)
{
    const eckid_saml_message_t *message = login->message;

    if (message && eckid_saml_message_may_log_in(message)) {
        const char *action = login->post->route.action;
        const char *url = action ? action : first(message->recipients);

        eckid_decision_note_stranger(&login->decision, first(message->audiences), url, login->pool);
    }
}

static eckid_err_t *find_recipient(login_t *login)
{
    return eckid_saml_recipient_find(&login->decision.supplier, login->policy, &login->post->route,
                                     login->message, login->pool);
}

/* A supplier that the message names, or whose host it goes to, if metadata of it is at a URL. */
static const eckid_supplier_t *find_fetched(const login_t *login)
{
    const char *action = login->post->route.action;
    const eckid_supplier_t *supplier = login->decision.supplier;

    if (!login->setup->sources) {
        return NULL;
    }
    if (!supplier && action) {
        supplier = eckid_policy_find_host(login->policy, action, login->pool);
    }
    return supplier && eckid_supplier_sources_has(login->setup->sources, supplier->name) ? supplier
                                                                                         : NULL;
}

/* A message that shows nothing but a host may go to one that metadata at a URL will name. */
static bool may_be_fetched(const login_t *login)
{
    return login->setup->sources && !login->decision.supplier &&
           login->message->kind != ECKID_SAML_LOGIN &&
           eckid_saml_message_may_log_in(login->message);
}

static eckid_err_t *fetch_and_find(eckid_err_t **mixed, login_t *login, const char *supplier,
                                   bool renew)
{
    const eckid_supplier_sources_t *sources = login->setup->sources;

    ECKID_ERR(eckid_supplier_sources_fetch(sources, supplier, renew, &login->wait, login->pool));
    login->policy = eckid_supplier_sources_policy(sources, login->pool);
    *mixed = find_recipient(login);
    return NULL;
}

/* Mixed is why the names do not fit. The supplier may have published more of them since; its
 * metadata is fetched by its own logins alone. */
static eckid_err_t *name_supplier(eckid_err_t **mixed, login_t *login)
{
    *mixed = find_recipient(login);
    if (may_be_fetched(login)) { /* after a failure, what is known decides */
        fetch_and_find(mixed, login, NULL, false);
    }
    const eckid_supplier_t *fetched = find_fetched(login);

    if (fetched) {
        ECKID_ERR(fetch_and_find(mixed, login, fetched->name, false));
    }
    return fetched && *mixed ? fetch_and_find(mixed, login, fetched->name, true) : NULL;
}

/* Finds the supplier. It stays NULL if the response names none or logs nobody in. */
static eckid_err_t *find_supplier(login_t *login)
{
    eckid_bytes_t xml;
    eckid_err_t *unread = open_message(login, &xml);

    if (unread) {
        return eckid_saml_unread(unread, login->post->context, login->post->route.action,
                                 login->pool);
    }
    eckid_err_t *mixed;

    ECKID_ERR(name_supplier(&mixed, login));
    if (mixed && !is_to_be_decrypted(login)) {
        return mixed;
    }
    if (login->decision.supplier && xml.len > login->setup->response_max) {
        return eckid_err_advise(
            eckid_err_make(login->pool, ECKID_LIMIT, "%" APR_SIZE_T_FMT " bytes", xml.len),
            "let the identity provider send fewer attributes, or raise EckidResponseLimit");
    }
    return NULL;
}

/* The identity provider's keys without those that are ours alone. */
static apr_array_header_t *trusted_keys(const eckid_saml_setup_t *setup, const eckid_idp_t *idp,
                                        apr_pool_t *pool)
{
    const apr_array_header_t *all = idp->keys;
    apr_array_header_t *keys = apr_array_make(pool, all->nelts, sizeof(const eckid_key_t *));
    apr_array_header_t *signers = eckid_rules_all_signers(setup->rules, pool);

    for (int i = 0; i < all->nelts; i++) {
        const eckid_key_t *key = APR_ARRAY_IDX(all, i, const eckid_key_t *);

        if (!eckid_rules_is_ours(key, signers)) {
            APR_ARRAY_PUSH(keys, const eckid_key_t *) = key;
        }
    }
    return keys;
}

/* Of an encrypted login only the host of its supplier was known. What was decrypted names it. */
static eckid_err_t *decrypt(login_t *login, const eckid_trust_t *trust,
                            const eckid_decryption_t *decryption)
{
    const eckid_supplier_t *supplier = login->decision.supplier;

    ECKID_ERR(eckid_saml_decrypt(login->message, trust, decryption, login->pool));
    ECKID_ERR(find_recipient(login));
    return login->decision.supplier
               ? NULL
               : eckid_err_advise(
                     eckid_err_make(login->pool, ECKID_MIXED,
                                    "its host is that of %s, but once decrypted it names nobody",
                                    supplier->name),
                     "does the identity provider have an entity ID or a URL for it that the block "
                     "does not have?");
}

/* The first Audience to which can be encrypted: a supplier may have several entities. */
static const eckid_described_t *find_reader(const login_t *login)
{
    const apr_array_header_t *audiences = login->message->audiences;

    for (int i = 0; i < audiences->nelts; i++) {
        const eckid_described_t *described = eckid_policy_find_described(
            login->decision.supplier, APR_ARRAY_IDX(audiences, i, const char *));

        if (described && described->encryption) {
            return described;
        }
    }
    return NULL;
}

/* If the login is to be encrypted to its supplier and cannot be, it must not go out as it is. */
static eckid_err_t *choose_encryption(login_t *login)
{
    const eckid_supplier_t *supplier = login->decision.supplier;

    if (supplier->encrypt == ECKID_ENCRYPT_OFF || (supplier->encrypt == ECKID_ENCRYPT_AS_IT_CAME &&
                                                   !eckid_xmldsig_was_encrypted(login->verified))) {
        return NULL;
    }
    login->reader = find_reader(login);
    return login->reader ? NULL
                         : eckid_err_make(login->pool, ECKID_NO_RECIPIENT, "%s", supplier->name);
}

static eckid_err_t *verify_by(login_t *login, const eckid_idp_t *idp)
{
    const eckid_saml_setup_t *setup = login->setup;
    const eckid_decryption_t decryption = {setup->decryption_keys,
                                           login->decision.supplier->entity_ids};
    eckid_saml_rules_t rules = {
        .issuer = idp->entity_id,
        .trust = {trusted_keys(setup, idp, login->pool), setup->sha1},
        .decryption = setup->decryption_keys ? &decryption : NULL,
        .now = login->at,
        .skew = setup->rules->skew,
        .policy = login->policy,
    };

    if (login->message->kind == ECKID_SAML_UNSUPPORTED) {
        return eckid_err_make(login->pool, ECKID_BINDING, "it is not SAML 2.0");
    }
    if (login->post->simple_sign) {
        return eckid_err_make(login->pool, ECKID_BINDING, "by HTTP-POST-SimpleSign");
    }
    if (login->message->kind == ECKID_SAML_ENCRYPTED) {
        ECKID_ERR(decrypt(login, &rules.trust, rules.decryption));
    }
    rules.supplier = login->decision.supplier;
    ECKID_ERR(eckid_saml_verify(&login->verified, login->message, &rules, login->pool));
    ECKID_ERR(choose_encryption(login));
    login->attributes = eckid_saml_attributes(login->verified, login->pool);
    login->decision.verified = true;
    return NULL;
}

/* Whether the error is about a certificate of ours. */
static bool tells_of_ours(const eckid_err_t *err, const login_t *login)
{
    const apr_array_header_t *all = eckid_rules_all_signers(login->setup->rules, login->pool);
    bool found = false;

    for (int i = 0; i < all->nelts; i++) {
        const eckid_key_t *key = APR_ARRAY_IDX(all, i, eckid_signer_t).key;
        const char *fingerprint = eckid_key_fingerprint(key);

        found = found ||
                (fingerprint && err->fingerprint && strcmp(err->fingerprint, fingerprint) == 0);
    }
    return found;
}

/* Why a key is unknown, where that is known. */
static eckid_err_t *advise_key(eckid_err_t *err, const login_t *login)
{
    if (!err || err->code != ECKID_UNKNOWN_KEY) {
        return err;
    }
    if (tells_of_ours(err, login)) {
        return eckid_err_advise(err, "that is our own certificate: the page was rewritten before; "
                                     "do ProxyPass and backend= lead to the identity provider "
                                     "itself, or does it pass two gateways?");
    }
    return eckid_metadata_url(login->setup->metadata)
               ? eckid_err_advise(err, "its metadata, as they were last fetched, do not have it: "
                                       "does the identity provider publish the key that it signs "
                                       "with? a new one is looked for at once, but not more than "
                                       "every few seconds")
               : err;
}

/* The identity provider may have a new key, which costs no login if its metadata can be fetched
 * now. That has a wait of its own, as slow metadata of a supplier must leave time for it. */
static eckid_err_t *verify(login_t *login)
{
    eckid_metadata_t *metadata = login->setup->metadata;
    eckid_metadata_wait_t wait = {.now = login->moment->now};
    const eckid_metadata_view_t *view, *fresh;

    ECKID_ERR(eckid_metadata_get(&view, metadata, &wait, login->pool));
    eckid_err_t *err = verify_by(login, view->idp);

    if (!err || (err->code != ECKID_UNKNOWN_KEY && err->code != ECKID_DECRYPTION)) {
        return err; /* the latter may be an unknown key that cannot be told from a bad ciphertext */
    }
    ECKID_ERR(eckid_metadata_renew(&fresh, metadata, &wait, login->pool));
    return advise_key(fresh == view ? err : verify_by(login, fresh->idp), login);
}

/* Decide and look up */

static void look_up(login_t *login)
{
    const eckid_rules_t *rules = login->setup->rules;
    eckid_person_key_t key;

    if (eckid_decision_find_key(&key, &login->decision, rules, login->attributes, login->pool)) {
        eckid_decision_look_up(&login->value, &login->decision, rules, &key, login->moment,
                               login->pool);
    }
}

/* Set and remove, sign */

static const eckid_key_t *signing_key(const login_t *login)
{
    return APR_ARRAY_IDX(eckid_rules_signers(login->setup->rules, login->decision.supplier), 0,
                         eckid_signer_t)
        .key;
}

static void set_body(login_t *login, eckid_bytes_t xml)
{
    login->decision.verdict = ECKID_CHANGE;
    login->decision.body = eckid_codec_base64(xml, login->pool);
}

static eckid_err_t *seal(login_t *login)
{
    eckid_decision_t *decision = &login->decision;
    eckid_bytes_t xml;

    decision->log.ecdsa = eckid_key_kind(signing_key(login)) != ECKID_KEY_RSA;
    decision->log.absent = eckid_release_absent(login->attributes, decision->supplier, login->pool);
    eckid_release(&decision->log.name_id_shows, login->attributes, decision->supplier, login->pool);
    if (decision->known.outcome == ECKID_FOUND) {
        ECKID_ERR(eckid_saml_attributes_set(login->attributes, &decision->supplier->attribute,
                                            login->value.text, login->pool));
    }
    decision->log.attributes = eckid_attributes_names(login->attributes, login->pool);
    decision->log.encrypted = login->reader != NULL;
    ECKID_ERR(login->reader
                  ? eckid_saml_seal_encrypted(&xml, login->verified, signing_key(login),
                                              login->reader, login->moment, login->pool)
                  : eckid_saml_seal(&xml, login->verified, signing_key(login), login->pool));
    set_body(login, xml);
    return NULL;
}

/* Tells the supplier by a signed error status, where the student would get a page. */
static eckid_err_t *refuse_by_status(login_t *login)
{
    const eckid_saml_refusal_t refusal = {
        .consumer = login->post->route.action,
        .id = eckid_saml_answer_id(login->moment->message_id, login->pool),
        .now = login->moment->now,
        .message = apr_pstrcat(login->pool, eckid_err_fact_of(login->decision.cause, login->pool),
                               " (reference ", eckid_moment_reference(login->moment, login->pool),
                               ")", NULL),
    };
    eckid_bytes_t xml;

    ECKID_ERR(
        eckid_saml_status_make(&xml, login->verified, &refusal, signing_key(login), login->pool));
    set_body(login, xml);
    login->decision.log.told_supplier = true;
    return NULL;
}

static eckid_err_t *walk(login_t *login)
{
    ECKID_ERR(find_supplier(login));
    if (!login->decision.supplier) {
        note_stranger(login);
        return NULL;
    }
    ECKID_ERR(verify(login));
    look_up(login);
    if (eckid_decision_goes_on(&login->decision)) {
        return seal(login);
    }
    return login->decision.supplier->refuse_by_status && login->post->route.action
               ? refuse_by_status(login)
               : NULL;
}

static login_t make_login(const eckid_saml_setup_t *setup, const eckid_saml_post_t *post,
                          const eckid_moment_t *moment, apr_pool_t *pool)
{
    return (login_t){
        .setup = setup,
        .post = post,
        .moment = moment,
        .at = moment->now,
        .wait = {.now = moment->now},
        .policy = setup->rules->policy,
        .decision.log.wanted = true,
        .pool = pool,
    };
}

eckid_decision_t eckid_saml_login_rewrite(const eckid_saml_setup_t *setup,
                                          const eckid_saml_post_t *post,
                                          const eckid_moment_t *moment, apr_pool_t *pool)
{
    login_t login = make_login(setup, post, moment, pool);
    const eckid_err_t *err = walk(&login);

    if (err) {
        const eckid_supplier_t *supplier = login.decision.supplier;

        login.decision = eckid_decision_refuse(err);
        if (err->code == ECKID_METADATA) { /* of the identity provider nothing is known yet */
            login.decision.status = 503;
        }
        login.decision.supplier = supplier;
    }
    return login.decision;
}

/* When a message was made, as it says; 0 if it does not. */
static apr_time_t made_at(const eckid_saml_message_t *message, apr_pool_t *pool)
{
    const char *text =
        eckid_xml_attribute(xmlDocGetRootElement(message->doc), "IssueInstant", pool);
    apr_time_t made;

    return text && eckid_time_parse(&made, text) ? made : 0;
}

static eckid_err_t *open_login(eckid_saml_opened_t *opened, login_t *login)
{
    ECKID_ERR(find_supplier(login));
    opened->made = login->message ? made_at(login->message, login->pool) : 0;
    if (!login->decision.supplier) {
        note_stranger(login);
        return NULL;
    }
    login->at = opened->made && opened->made < login->at ? opened->made : login->at;
    return verify(login);
}

eckid_err_t *eckid_saml_login_open(eckid_saml_opened_t *opened, const eckid_saml_setup_t *setup,
                                   const eckid_saml_post_t *post, const eckid_moment_t *moment,
                                   apr_pool_t *pool)
{
    login_t login = make_login(setup, post, moment, pool);

    *opened = (eckid_saml_opened_t){.made = 0};
    eckid_err_t *err = open_login(opened, &login);

    opened->decision = login.decision;
    opened->attributes = login.attributes;
    opened->encrypted = login.reader != NULL;
    return err;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An error is a code, a sentence and a cause, in the caller's pool; NULL means all is well. */
#ifndef ECKID_ERR_H
#define ECKID_ERR_H

#include <apr_pools.h>

/*
 * Every way in which something can go wrong: name, number, the short fact, the hint to the
 * operator. The number is stable: it stands in the log as ECK0214 and is what a search engine will
 * be asked for. Hundreds: 1 configuration, 2 the login response, 3 the LAS, 4 the student, 5 this
 * server.
 */
#define ECKID_CODES(X)                                                                             \
    X(FILE, 101, "a file cannot be read", "check the path and who may read it")                    \
    X(KEY, 102, "a key or certificate cannot be used",                                             \
      "PEM is expected: RSA of 2048 bits or more, EC P-256, or Ed25519 for the LAS")               \
    X(EXPRESSION, 103, "an expression cannot be used", "see pcre2pattern(3) for the syntax")       \
    X(METADATA, 104, "SAML metadata cannot be used",                                               \
      "fetch the metadata again; it must hold the entity that the configuration names")            \
    X(CONFIG, 105, "the configuration is not complete", "run apachectl configtest")                \
    X(JWKS, 106, "a JWK Set cannot be used",                                                       \
      "it must be JSON with a member keys; keys for signing need distinct kids")                   \
    X(EXPIRED, 107, "what is in use has ended", "replace it, or fetch it again")                   \
    X(EXPIRES, 108, "what is in use ends soon", "replace it in time, or fetch it again")           \
    X(CONTRACT, 110, "a contract with the LAS cannot be used",                                     \
      "conf/contracts/README.md tells what such a file means")                                     \
    X(SCHOOL_MAP, 111, "a map of schools cannot be used",                                          \
      "a line is: what the attribute makes, the type of the school, its value, perhaps a LAS")     \
    X(ADMIN_REQUEST, 112, "a request to the desk cannot be read", "use eckid-check or eckid-warm") \
    X(CODING, 201, "the page is in a coding that cannot be read",                                  \
      "let the identity provider answer in UTF-8, plain or gzip")                                  \
    X(PARTIAL, 202, "the answer is only a part of a page",                                         \
      "the identity provider answered 206 to a request without Range")                             \
    X(TRUNCATED, 203, "the page ended too early", "look in the identity provider's own log")       \
    X(FIELDS, 204, "the page does not hold exactly one login response",                            \
      "a page with one form and one SAMLResponse field can be rewritten, others cannot")           \
    X(TOO_LONG, 205, "a login page or the metadata is too long",                                   \
      "raise EckidPageLimit if what the identity provider sends really is this long")              \
    X(BINDING, 206, "the login response travels in a way that is not rewritten",                   \
      "let the identity provider use the HTTP-POST binding of SAML 2.0 for this supplier")         \
    X(XML, 210, "the login response is not the XML it should be",                                  \
      "look in the identity provider's own log; a repeated occurrence may be an attack")           \
    X(LIMIT, 211, "the login response is larger or deeper than allowed",                           \
      "release fewer attributes, or raise EckidResponseLimit")                                     \
    X(STRUCTURE, 212, "the login response is not built as SAML 2.0 prescribes",                    \
      "a repeated occurrence may be an attack; the identity provider's log knows more")            \
    X(UNSIGNED, 213, "the login response is not signed",                                           \
      "let the identity provider sign the Response or the Assertion")                              \
    X(SIGNATURE, 214, "the signature of the login response does not hold",                         \
      "a repeated occurrence may be an attack; was the page changed on its way here?")             \
    X(UNKNOWN_KEY, 215, "the login response is signed by an unknown key",                          \
      "has the identity provider a new key? replace the file that EckidIdpMetadata names")         \
    X(ALGORITHM, 216, "the signature uses an algorithm that is not accepted",                      \
      "let the identity provider sign with SHA-256; EckidAllowSha1 exists for the old ones")       \
    X(ISSUER, 217, "the login response was issued by somebody else",                               \
      "EckidIdpMetadata names the one identity provider that is believed here")                    \
    X(STATUS, 218, "the login response has an error status and an assertion at once",              \
      "look in the identity provider's own log")                                                   \
    X(TIME, 219, "the login response is not valid now",                                            \
      "compare the clocks of this server and the identity provider; see EckidClockSkew")           \
    X(MIXED, 220, "the login response names a supplier, but not that one alone",                   \
      "compare the supplier's metadata here with what the identity provider has")                  \
    X(ENCRYPTED, 221, "the login response is encrypted to the supplier and cannot be read",        \
      "switch assertion encryption off for this supplier at the identity provider")                \
    X(TOKEN, 231, "the token is not built as OpenID Connect prescribes",                           \
      "look in the provider's own log; a repeated occurrence may be an attack")                    \
    X(TOKEN_ALGORITHM, 232, "the token is signed by an algorithm that is not accepted",            \
      "let the provider sign with RS256, ES256 or PS256; HS256 needs secret= of EckidClient")      \
    X(TOKEN_KEY, 233, "the token is signed by an unknown key",                                     \
      "does the provider publish it at its jwks_uri? our own keys are never believed")             \
    X(TOKEN_SIGNATURE, 234, "the signature of the token does not hold",                            \
      "a repeated occurrence may be an attack; was the token changed on its way here?")            \
    X(TOKEN_ISSUER, 235, "the token was issued by somebody else",                                  \
      "EckidProvider names the one issuer that is believed here, letter for letter")               \
    X(TOKEN_TIME, 236, "the token is not valid now",                                               \
      "compare the clocks of this server and the provider; see EckidClockSkew")                    \
    X(TOKEN_CLIENT, 237, "the token is not for the client that gets it",                           \
      "a repeated occurrence may be an attack; compare client_id, aud and azp")                    \
    X(TOKEN_ENCRYPTED, 238, "the token is encrypted to the client and cannot be read",             \
      "let the provider only sign; encrypt= of EckidClient makes the gateway encrypt")             \
    X(TOKEN_SUBJECT, 239, "userinfo is about somebody else than the login was",                    \
      "a mix-up of identities, or an attack; the provider's log knows more")                       \
    X(TOKEN_UNKNOWN, 240, "the access token is not known here",                                    \
      "it was not handed out through this server; see EckidIntrospection, EckidUnknownToken")      \
    X(TOKEN_HASH, 241, "at_hash, c_hash or s_hash does not fit what comes with the token",         \
      "a repeated occurrence may be an attack, or the signing algorithms of both sides differ")    \
    X(RESPONSE_MODE, 242, "the token travels in a way that is not rewritten",                      \
      "let the client use response modes query, fragment or form_post")                            \
    X(PROVIDER, 243, "what the provider publishes about itself cannot be used",                    \
      "fetch the discovery document from the backend and compare it with EckidProvider")           \
    X(LOOP, 244, "the provider would be fetched through this very server",                         \
      "backend= of EckidProvider must be the provider itself")                                     \
    X(TOKEN_SEAL, 245, "the sealed token is not accepted",                                         \
      "do all servers have the same EckidSecretFile? a repeated occurrence may be an attack")      \
    X(TRANSPORT, 301, "the LAS cannot be reached", "check the URL and the firewall")               \
    X(TIMEOUT, 302, "the LAS did not answer in time", "ask the LAS; see timeout= of EckidLas")     \
    X(TLS, 303, "the LAS could not prove its identity",                                            \
      "compare its certificate with ca= of EckidLas, and its name with the URL there")             \
    X(LAS_REFUSED, 304, "the LAS refused or failed",                                               \
      "401 and 403: is our key known there, did the school give its consent? else ask the LAS")    \
    X(LAS_SHAPE, 305, "the answer of the LAS is not what the contract prescribes",                 \
      "check the base URL in EckidLas and which version of the contract the LAS speaks")           \
    X(LAS_OTHER, 306, "the LAS answered about another student",                                    \
      "report this to the LAS: it is a mix-up of identities")                                      \
    X(MALFORMED, 307, "the value from the LAS is not an ECK iD",                                   \
      "a value with /pilot/ needs EckidPilot on; anything else is the LAS's mistake")              \
    X(LAS_SIGNATURE, 308, "the answer of the LAS is not signed as it should be",                   \
      "compare the LAS's public key here, and the clocks; ask the LAS if it signs its answers")    \
    X(RESOLVE, 309, "the name of the LAS cannot be resolved", "check the URL and DNS")             \
    X(BUSY, 310, "too many calls to the LAS are under way",                                        \
      "is the LAS slow? otherwise raise calls= of EckidLas")                                       \
    X(BREAKER, 311, "the LAS has failed several times in a row and is left alone for a moment",    \
      "the lines before this one say how it failed")                                               \
    X(DIED, 312, "the LAS closed the connection without an answer", "look in the log of the LAS")  \
    X(LAS_TOKEN, 313, "the token endpoint of the LAS gave no access token",                        \
      "are client_id, key and scope of EckidLasToken registered there?")                           \
    X(NOT_STUDENT, 401, "the one who logs in is not a student", "see EckidStudentIf")              \
    X(NO_KEY, 402, "the login response holds no student key",                                      \
      "let the identity provider send the attribute that EckidStudentKey names")                   \
    X(TWO_KEYS, 403, "the login response holds more than one student key",                         \
      "EckidStudentKey needs an attribute with exactly one value")                                 \
    X(KEY_MISMATCH, 404, "the student key does not match its expression",                          \
      "compare the values at the identity provider with the expression of EckidStudentKey")        \
    X(UNKNOWN, 405, "the LAS does not know the student",                                           \
      "is the student registered, and does EckidStudentKey make the identifier the LAS uses?")     \
    X(NO_ECKID, 406, "the LAS knows the student but has no ECK iD",                                \
      "has the school switched on Nummervoorziening in the LAS?")                                  \
    X(NO_SCHOOL, 407, "the login does not tell which school it is from",                           \
      "compare what the identity provider sends with EckidSchoolMap and its file")                 \
    X(INTERNAL, 501, "a library failed", "is the server out of memory?")                           \
    X(RECORD, 502, "a record of the cache cannot be read", "nothing to do: it counts as a miss")   \
    X(STORE, 503, "the cache does not answer", "is redis running? lookups go to the LAS meanwhile")

typedef enum eckid_code_t {
    ECKID_OK = 0,
#define X(name, number, fact, hint) ECKID_##name = number,
    ECKID_CODES(X)
#undef X
} eckid_code_t;

typedef struct eckid_err_t {
    eckid_code_t code;
    /* What happened this time. It names checks, files, entity IDs and algorithms, never the value
     * of an attribute, an identifier of a person, a key or a token. May be "". */
    const char *detail;
    /* What lay beneath, or NULL. */
    const struct eckid_err_t *cause;
} eckid_err_t;

/* An error with a printf-style detail, allocated in pool. Never NULL. */
eckid_err_t *eckid_err_make(apr_pool_t *pool, eckid_code_t code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with what lay beneath. Cause must live as long as pool. */
eckid_err_t *eckid_err_wrap(apr_pool_t *pool, const eckid_err_t *cause, eckid_code_t code,
                            const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The error with all its causes, copied to another pool. */
eckid_err_t *eckid_err_copy(const eckid_err_t *err, apr_pool_t *pool);

/* The short fact of a code: a constant, without a full stop. */
const char *eckid_err_fact(eckid_code_t code);

/* What the operator can do about it: a constant. */
const char *eckid_err_hint(eckid_code_t code);

/* "fact: detail; fact: detail (hint)", outermost error first, the hint of the innermost. */
const char *eckid_err_text(const eckid_err_t *err, apr_pool_t *pool);

#define ECKID_ERR(expression)                                                                      \
    do {                                                                                           \
        eckid_err_t *eckid_err__ = (expression);                                                   \
        if (eckid_err__) {                                                                         \
            return eckid_err__;                                                                    \
        }                                                                                          \
    } while (0)

#endif

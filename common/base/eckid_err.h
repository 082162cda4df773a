/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An error: a code, a detail and possibly a cause, allocated in the caller's pool. NULL is
 * success. */
#ifndef ECKID_ERR_H
#define ECKID_ERR_H

#include <apr_pools.h>

/*
 * Every error: name, number, a short fact, and a hint for the operator. The number never changes,
 * because the log shows it, as in ECK0214, and people search for it. Hundreds: 1 configuration, 2
 * the login response, 3 the LAS, 4 the student, 5 this server, 6 what is pushed to it.
 */
#define ECKID_CODES(X)                                                                             \
    X(FILE, 101, "a file cannot be read", "check the path and the permissions")                    \
    X(KEY, 102, "a key or certificate cannot be used",                                             \
      "use RSA of 2048 bits or more, EC P-256, or Ed25519 for the LAS")                            \
    X(EXPRESSION, 103, "an expression cannot be used", "see pcre2pattern(3) for the syntax")       \
    X(METADATA, 104, "SAML metadata cannot be used",                                               \
      "fetch the metadata again; it must contain the configured entity")                           \
    X(CONFIG, 105, "the configuration cannot be used", "conf/eckid.conf explains each line")       \
    X(JWKS, 106, "a JWK Set cannot be used",                                                       \
      "it must be JSON with a member keys; signing keys need distinct kids")                       \
    X(EXPIRED, 107, "a certificate or metadata has expired", "replace it, or fetch it again")      \
    X(EXPIRES, 108, "a certificate or metadata expires soon",                                      \
      "replace it in time, or fetch it again")                                                     \
    X(UNLISTED, 109, "metadata of the identity provider passes unchanged",                         \
      "add the path to EckidMetadataPath, or suppliers that fetch it do not get our certificate")  \
    X(CONTRACT, 110, "the file of a LAS contract cannot be used",                                  \
      "conf/contracts/README.md describes the format")                                             \
    X(SCHOOL_MAP, 111, "the school map cannot be used",                                            \
      "a line is: the key made from the attribute, the school's type and value, optionally a LAS") \
    X(ADMIN_REQUEST, 112, "an admin request cannot be answered",                                   \
      "eckid-check(8), eckid-warm(8) and eckid-explain(8) say what they take; are they of this "   \
      "version?")                                                                                  \
    X(NO_LOGINS, 113, "no login has passed since httpd was started",                               \
      "do suppliers use this host name, and is EckidEngine in its virtual host? holidays do it "   \
      "too")                                                                                       \
    X(OTHER_METADATA, 114, "metadata at EckidMetadataPath are of another identity provider",       \
      "is ProxyPreserveHost on, and is EckidIdpMetadata of this one? suppliers that fetch them "   \
      "do not get our certificate")                                                                \
    X(MANY_REMARKS, 115, "too many different remarks of one kind today to tell more of them",      \
      "LogLevel eckid:info tells each; does somebody try names or paths?")                         \
    X(CODING, 201, "the page has an encoding that cannot be read",                                 \
      "configure the identity provider to send UTF-8, uncompressed or gzip")                       \
    X(PARTIAL, 202, "the response is only a part of a page",                                       \
      "the identity provider answered 206 to a request without Range")                             \
    X(TRUNCATED, 203, "the page ended too early", "see the identity provider's log")               \
    X(FIELDS, 204, "the page does not hold exactly one login response",                            \
      "only a page with one form and one SAMLResponse field can be rewritten")                     \
    X(TOO_LONG, 205, "a login page or the metadata is too long",                                   \
      "raise EckidPageLimit if the identity provider really sends that much")                      \
    X(BINDING, 206, "the login response uses a binding that is not rewritten",                     \
      "configure the identity provider to use the HTTP-POST binding of SAML 2.0 for this "         \
      "supplier")                                                                                  \
    X(XML, 210, "the login response is not acceptable XML",                                        \
      "see the identity provider's log; if it recurs it may be an attack")                         \
    X(LIMIT, 211, "the login response is larger or deeper than allowed",                           \
      "ordinary logins are far below that; if it recurs it may be an attack")                      \
    X(STRUCTURE, 212, "the login response is not built as SAML 2.0 prescribes",                    \
      "if it recurs it may be an attack; see the identity provider's log")                         \
    X(UNSIGNED, 213, "the login response is not signed",                                           \
      "configure the identity provider to sign the Response or the Assertion")                     \
    X(SIGNATURE, 214, "the signature of the login response is wrong",                              \
      "if it recurs it may be an attack; does anything change the page on its way here?")          \
    X(UNKNOWN_KEY, 215, "the login response is signed by an unknown key",                          \
      "does the identity provider have a new key? then renew the metadata of EckidIdpMetadata")    \
    X(ALGORITHM, 216, "the signature uses an algorithm that is not accepted",                      \
      "configure the identity provider to sign with RSA or ECDSA and SHA-256")                     \
    X(ISSUER, 217, "the login response has another issuer",                                        \
      "only the entityID in EckidIdpMetadata is trusted, letter for letter; is it another "        \
      "identity provider, or has it a new name? then fetch its metadata again")                    \
    X(STATUS, 218, "the login response has both an error status and an assertion",                 \
      "see the identity provider's log")                                                           \
    X(TIME, 219, "the login response is not valid now",                                            \
      "compare the clocks of this server and the identity provider; see EckidClockSkew")           \
    X(MIXED, 220, "the login response names a supplier and also somebody else",                    \
      "compare the supplier's block with its metadata at the identity provider")                   \
    X(ENCRYPTED, 221, "the login response is encrypted to the supplier and cannot be read",        \
      "see EckidDecryptionKey; or switch encryption off for it at the identity provider")          \
    X(DECRYPTION, 222, "the login response cannot be decrypted",                                   \
      "give the identity provider the metadata that eckid-metadata prints for this supplier")      \
    X(CIPHER, 223, "the login response is encrypted by an algorithm that is not accepted",         \
      "let the identity provider encrypt by AES-GCM or AES-CBC and RSA-OAEP")                      \
    X(NO_RECIPIENT, 224, "there is no key to encrypt the login response to",                       \
      "EckidSupplierMetadata must hold one; or write EckidEncryption off")                         \
    X(NO_SUPPLIER, 230, "no <EckidSupplier> has this service, so it gets everything",              \
      "if it is a supplier, compare its entity ID or client ID with the block, letter for letter") \
    X(TOKEN, 231, "the token is not built as OpenID Connect prescribes",                           \
      "see the provider's log; if it recurs it may be an attack")                                  \
    X(TOKEN_ALGORITHM, 232, "the token is signed by an algorithm that is not accepted",            \
      "configure the provider to sign with RS256, ES256 or PS256; HS256 needs EckidClient "        \
      "secret=")                                                                                   \
    X(TOKEN_KEY, 233, "the token is signed by an unknown key",                                     \
      "does the provider publish it at its jwks_uri? our own keys are never trusted")              \
    X(TOKEN_SIGNATURE, 234, "the signature of the token is wrong",                                 \
      "if it recurs it may be an attack; does anything change the token on its way here?")         \
    X(TOKEN_ISSUER, 235, "the token has another issuer",                                           \
      "only the issuer in EckidProvider is trusted, compared letter for letter")                   \
    X(TOKEN_TIME, 236, "the token is not valid now",                                               \
      "compare the clocks of this server and the provider; see EckidClockSkew")                    \
    X(TOKEN_CLIENT, 237, "the token is for another client than the one that receives it",          \
      "if it recurs it may be an attack; compare client_id, aud and azp")                          \
    X(TOKEN_ENCRYPTED, 238, "the token is encrypted to the client and cannot be read",             \
      "configure the provider to sign only; with EckidClient encrypt= the gateway encrypts")       \
    X(TOKEN_SUBJECT, 239, "userinfo and the login are about different people",                     \
      "this is a mix-up of identities or an attack; see the provider's log")                       \
    X(TOKEN_UNKNOWN, 240, "the access token is unknown",                                           \
      "suppliers' tokens are sealed; see access-token=as-is of EckidClient, EckidIntrospection")   \
    X(TOKEN_HASH, 241, "at_hash, c_hash or s_hash does not match the values beside the token",     \
      "if it recurs it may be an attack, or the provider computes the hash by another algorithm")  \
    X(RESPONSE_MODE, 242, "the token uses a response mode that is not rewritten",                  \
      "configure the client to use response mode query, fragment or form_post, or these with "     \
      ".jwt")                                                                                      \
    X(PROVIDER, 243, "the provider's metadata or keys cannot be used",                             \
      "fetch the discovery document from the backend and compare it with EckidProvider")           \
    X(LOOP, 244, "the provider's metadata would be fetched through this server itself",            \
      "backend= of EckidProvider must be the URL of the provider itself")                          \
    X(TOKEN_SEAL, 245, "the sealed token is not accepted",                                         \
      "do all servers have the same EckidSecretFile? if it recurs it may be an attack")            \
    X(REQUEST, 250, "the supplier's message cannot be read",                                       \
      "if it recurs see the log of the service that sent it: it must be an AuthnRequest, or a "    \
      "message of logout, of SAML 2.0 by HTTP-Redirect or HTTP-POST")                              \
    X(REQUEST_SUPPLIER, 251, "no <EckidSupplier> has the service that sent the message",           \
      "compare its entity ID with the block, letter for letter; each needs EckidSupplierMetadata") \
    X(REQUEST_UNSIGNED, 252, "the supplier's message is not signed",                               \
      "logouts must be signed, and logins where its metadata say AuthnRequestsSigned; let it "     \
      "sign, or fetch its metadata again")                                                         \
    X(REQUEST_SIGNATURE, 253, "the signature of the supplier's message does not hold",             \
      "has the supplier a new key? then renew its metadata; if it recurs it may be an attack")     \
    X(REQUEST_CONSUMER, 254,                                                                       \
      "the login request wants its answer at a place that is not in the metadata",                 \
      "has the supplier moved? then renew its metadata; if it recurs it may be an attack")         \
    X(REQUEST_DESTINATION, 255, "the supplier's message is for another identity provider",         \
      "the supplier must use the URLs of our metadata, letter for letter; see url= of EckidIdp")   \
    X(REQUEST_TIME, 256, "the supplier's message is too old, or of the future",                    \
      "compare the clocks of this server and the supplier; see EckidClockSkew")                    \
    X(REQUEST_REPLAYED, 257, "the supplier's request was answered before",                         \
      "the student used a link or a page a second time; begin at the supplier again")              \
    X(REQUEST_UNFIT, 258, "the supplier's request asks for what cannot be given",                  \
      "the detail names it; let the supplier ask for less, or see EckidNameId and "                \
      "EckidIdpAuthnContext")                                                                      \
    X(REQUEST_ENDED, 259, "the link of a login that was begun is too old or not ours",             \
      "the student waited too long, or httpd was restarted without an EckidSecretFile")            \
    X(NO_USER, 260, "the authentication module named no user",                                     \
      "the login location needs both an AuthType and a line such as Require valid-user")           \
    X(CLAIM, 261, "a value of the authentication module cannot be read",                           \
      "compare EckidIdpAttribute with what the module sets")                                       \
    X(NO_NAME_ID, 262, "the login has no value for the NameID",                                    \
      "EckidNameId needs an attribute with exactly one value of at most 256 bytes")                \
    X(NO_PASSIVE, 263, "nobody is logged in, and the supplier wants no login page",                \
      "no action is needed: the supplier asked and was told")                                      \
    X(LOGOUT_UNKNOWN, 264, "the supplier ends a session that this browser does not have",          \
      "no action is needed if the session was over; else the supplier must repeat NameID and "     \
      "SessionIndex as they were sent")                                                            \
    X(LOGOUT_PARTIAL, 265, "the logout has not ended every session",                               \
      "users must close the browser; logout needs a SingleLogoutService for HTTP-Redirect or "     \
      "HTTP-POST in the metadata of a supplier")                                                   \
    X(LOGOUT_ANSWER, 266, "the supplier answers a logout that is not under way",                   \
      "the student waited too long, or used a page a second time; if it recurs it may be an "      \
      "attack")                                                                                    \
    X(LOGOUT_ENDPOINT, 267, "the supplier cannot be told that the user is logged out",             \
      "its metadata need a SingleLogoutService for HTTP-Redirect or HTTP-POST")                    \
    X(TRANSPORT, 301, "the LAS cannot be reached", "check the URL and the firewall")               \
    X(TIMEOUT, 302, "the LAS did not answer in time",                                              \
      "ask the LAS's operator; see timeout= of EckidLas")                                          \
    X(TLS, 303, "the LAS could not prove its identity",                                            \
      "compare its certificate with ca= of EckidLas, and its name with the URL there")             \
    X(LAS_REFUSED, 304, "the LAS refused or failed",                                               \
      "ask the LAS's operator, with the time of this line: its own log says why")                  \
    X(LAS_SHAPE, 305, "the response of the LAS does not match the contract",                       \
      "check the URL in EckidLas and the contract version of the LAS")                             \
    X(LAS_OTHER, 306, "the LAS answered about another student",                                    \
      "this is a mix-up of identities: report it to the LAS's operator")                           \
    X(MALFORMED, 307, "the value from the LAS is not an ECK iD",                                   \
      "a value with /pilot/ needs EckidPilot on; anything else is an error of the LAS")            \
    X(LAS_SIGNATURE, 308, "the response of the LAS is not signed as required",                     \
      "check EckidLasAnswerKey and the clocks, and whether the LAS signs its responses")           \
    X(RESOLVE, 309, "the name of the LAS cannot be resolved", "check the URL and DNS")             \
    X(BUSY, 310, "too many calls to the LAS are under way",                                        \
      "is the LAS slow? otherwise raise calls= of EckidLas")                                       \
    X(BREAKER, 311, "the LAS failed several times in a row and is not called for a moment",        \
      "earlier log lines say how it failed")                                                       \
    X(DIED, 312, "the LAS closed the connection without a response", "see the LAS's log")          \
    X(LAS_TOKEN, 313, "the token endpoint of the LAS gave no access token",                        \
      "are client_id, key and scope of EckidLasToken as the LAS has them, and is its URL that of " \
      "the token endpoint?")                                                                       \
    X(NOT_STUDENT, 401, "the user is not a student",                                               \
      "if that is wrong, compare what the identity provider sends with EckidStudentIf, letter "    \
      "for letter")                                                                                \
    X(NO_KEY, 402, "the login response has no student key",                                        \
      "configure the identity provider to send the attribute of EckidStudentKey, or correct the "  \
      "name there")                                                                                \
    X(TWO_KEYS, 403, "the login response has more than one student key",                           \
      "EckidStudentKey needs an attribute with exactly one value")                                 \
    X(KEY_MISMATCH, 404, "the student key does not match its expression",                          \
      "compare the identity provider's values with the expression of EckidStudentKey")             \
    X(UNKNOWN, 405, "the LAS does not know the student",                                           \
      "is the student registered, and does EckidStudentKey make the LAS's identifier?")            \
    X(NO_ECKID, 406, "the LAS knows the student but has no ECK iD",                                \
      "did the school switch on Nummervoorziening in the LAS?")                                    \
    X(NO_SCHOOL, 407, "the login does not identify the school",                                    \
      "compare the identity provider's values with EckidSchoolMap and its file")                   \
    X(NO_STUDENT_SIGN, 408, "the attribute that tells students from others is not there",          \
      "let the identity provider send what EckidStudentIf names, or correct the name there")       \
    X(KEY_TAKEN, 409, "two people of one school have the same key",                                \
      "one of them must get another key where the records come from")                              \
    X(ECKID_TAKEN, 410, "two people of one school have the same ECK iD",                           \
      "this is a mix-up of identities: report it to the LAS's operator")                           \
    X(DIRECTORY_PERSON, 411, "a person cannot be kept in the directory",                           \
      "a kind and a key are needed, in UTF-8 and of reasonable length")                            \
    X(VERSION_CHANGED, 412, "the record has changed since it was read", "read it again")           \
    X(INTERNAL, 501, "a library failed", "is the server out of memory?")                           \
    X(RECORD, 502, "a record of the cache cannot be read",                                         \
      "no action is needed: it counts as a miss")                                                  \
    X(STORE, 503, "the cache does not answer",                                                     \
      "is redis running? until then lookups go to the LAS")                                        \
    X(DIRECTORY, 504, "the directory does not answer",                                             \
      "is its database running? eckid-directory status says more")                                 \
    X(DIRECTORY_SCHEMA, 505, "the database of the directory cannot be used",                       \
      "eckid-directory status says more")                                                          \
    X(SPOOL, 506, "what the LAS sent cannot be kept while it is read",                             \
      "is there room in the folder for temporary files? another one can be named by TMPDIR")       \
    X(AUDIT_LOST, 520, "lines of the audit log could not be written",                              \
      "does the program behind the pipe keep up? is the disk full? logins go on")                  \
    X(BULK, 640, "a file of people cannot be imported",                                            \
      "nothing was changed; correct the file, or let the LAS export it again")                     \
    X(SCIM_SYNTAX, 601, "the request is not SCIM",                                                 \
      "compare it with the schema at /Schemas; see EckidScimSchema")                               \
    X(SCIM_VALUE, 602, "a value is not acceptable", "ask the one who pushes to correct it")        \
    X(SCIM_PATH, 603, "the path of a PATCH is not usable",                                         \
      "name attributes by the schema at /Schemas; see EckidScimSchema")                            \
    X(SCIM_FILTER, 604, "the filter is not usable",                                                \
      "a filter may be: externalId eq \"...\" or userName eq \"...\"")                             \
    X(SCIM_TARGET, 605, "the PATCH says nothing of what it changes", "remove needs a path")        \
    X(SCIM_ABSENT, 606, "there is no such resource",                                               \
      "search for the person anew; it may have been removed")                                      \
    X(SCIM_DISCOVERY, 607, "what is offered cannot be filtered", "read it without a filter")       \
    X(SCIM_LARGE, 608, "the request is too large", "push one person in each request")              \
    X(SCIM_UNSUPPORTED, 609, "that part of SCIM is not offered",                                   \
      "see /ServiceProviderConfig: requests are for one person each")                              \
    X(SCIM_METHOD, 610, "the method is not offered here", "see RFC 7644 section 3.2")              \
    X(SCIM_MEDIA, 611, "the request is not in JSON", "push as application/scim+json")              \
    X(PUSH_TOKEN, 612, "the access token is not accepted",                                         \
      "compare the authorization server with EckidScimToken, letter for letter")                   \
    X(PUSH_SCOPE, 613, "the access token does not have the scope",                                 \
      "grant the client the scope= of EckidScimToken")                                             \
    X(PUSH_CLIENT, 614, "the client may not push here",                                            \
      "compare its client_id or certificate with EckidScimClient, letter for letter")              \
    X(PUSH_SCHOOL, 615, "the client may not push for this school",                                 \
      "see school= of EckidScimClient, and the URL that the client pushes to")                     \
    X(PUSH_ISSUER, 616, "the authorization server cannot be asked about access tokens",            \
      "check the URL, ca= and timeout= of EckidScimToken")                                         \
    X(SCIM_ENDPOINT, 617, "there is no such endpoint",                                             \
      "push to the one that is named; EckidScimSchema says which resource it is")

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
    /* What the operator can do about this case, if the hint of the code is too general; or NULL. */
    const char *hint;
    /* The kind of person it is about, in whose place fact and hint speak of a student; NULL for a
     * student, or nobody. */
    const char *whom;
    /* The SHA-256 fingerprint of the certificate that it is about, for comparing; or NULL. */
    const char *fingerprint;
} eckid_err_t;

/* What makes errors is cold: the compiler keeps the branches to it apart from the way of a login,
 * which then fills fewer lines of the cache. */

/* An error with a printf-style detail, allocated in pool. Never NULL. */
eckid_err_t *eckid_err_make(apr_pool_t *pool, eckid_code_t code, const char *format, ...)
    __attribute__((cold, format(printf, 3, 4)));

/* The same with what lay beneath. Cause must live as long as pool. */
eckid_err_t *eckid_err_wrap(apr_pool_t *pool, const eckid_err_t *cause, eckid_code_t code,
                            const char *format, ...) __attribute__((cold, format(printf, 4, 5)));

/* Gives the error a hint of its own, which must live as long as the error. Returns the error. */
eckid_err_t *eckid_err_advise(eckid_err_t *err, const char *hint) __attribute__((cold));

/* Says which kind of person the error is about, so that its text speaks of an employee and of
 * EckidPersonKey. Whom must live as long as the error; NULL changes nothing. Returns the error. */
eckid_err_t *eckid_err_about(eckid_err_t *err, const char *whom) __attribute__((cold));

/* The error with all its causes, copied to another pool. */
eckid_err_t *eckid_err_copy(const eckid_err_t *err, apr_pool_t *pool);

/* The short fact of a code: a constant, without a full stop. */
const char *eckid_err_fact(eckid_code_t code);

/* The same fact in terms of the kind of person that the error is about. */
const char *eckid_err_fact_of(const eckid_err_t *err, apr_pool_t *pool);

/* What the operator can do about it: a constant. */
const char *eckid_err_hint(eckid_code_t code);

/* "fact: detail; fact: detail (hint)", outermost error first. The hint is the outermost one that an
 * error was given, or else that of the innermost code. */
const char *eckid_err_text(const eckid_err_t *err, apr_pool_t *pool);

/* Returns the error of the expression from the calling function, if there is one. */
#define ECKID_ERR(expression)                                                                      \
    do {                                                                                           \
        eckid_err_t *eckid_err__ = (expression);                                                   \
        if (eckid_err__) {                                                                         \
            return eckid_err__;                                                                    \
        }                                                                                          \
    } while (0)

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The algorithms of RFC 7518, RFC 8037 and RFC 9864: their names, kinds of key and digests. */
#include "jose/eckid_jwa.h"

typedef struct algorithm_t {
    const char *name; /* NULL: JOSE does not define it */
    eckid_key_kind_t kind;
    eckid_digest_alg_t digest;
} algorithm_t;

static const algorithm_t algorithms[] = {
    [ECKID_RS1] = {NULL, ECKID_KEY_RSA, ECKID_SHA1},
    [ECKID_RS256] = {"RS256", ECKID_KEY_RSA, ECKID_SHA256},
    [ECKID_RS384] = {"RS384", ECKID_KEY_RSA, ECKID_SHA384},
    [ECKID_RS512] = {"RS512", ECKID_KEY_RSA, ECKID_SHA512},
    [ECKID_PS256] = {"PS256", ECKID_KEY_RSA, ECKID_SHA256},
    [ECKID_PS384] = {"PS384", ECKID_KEY_RSA, ECKID_SHA384},
    [ECKID_PS512] = {"PS512", ECKID_KEY_RSA, ECKID_SHA512},
    [ECKID_ES256] = {"ES256", ECKID_KEY_P256, ECKID_SHA256},
    [ECKID_ES384] = {"ES384", ECKID_KEY_P384, ECKID_SHA384},
    [ECKID_ES512] = {"ES512", ECKID_KEY_P521, ECKID_SHA512},
    [ECKID_EDDSA] = {"EdDSA", ECKID_KEY_ED25519, ECKID_SHA512},
    [ECKID_HS256] = {"HS256", ECKID_KEY_SECRET, ECKID_SHA256},
};

bool eckid_jwa_find(eckid_key_alg_t *alg, const char *name)
{
    if (strcmp(name, "Ed25519") == 0) { /* as newer providers call it */
        name = "EdDSA";
    }
    for (unsigned i = 0; i < sizeof(algorithms) / sizeof(*algorithms); i++) {
        if (algorithms[i].name && strcmp(algorithms[i].name, name) == 0) {
            *alg = (eckid_key_alg_t)i;
            return true;
        }
    }
    return false;
}

const char *eckid_jwa_name(eckid_key_alg_t alg)
{
    return algorithms[alg].name;
}

bool eckid_jwa_fits(eckid_key_alg_t alg, eckid_key_kind_t kind)
{
    return algorithms[alg].kind == kind;
}

eckid_digest_alg_t eckid_jwa_digest(eckid_key_alg_t alg)
{
    return algorithms[alg].digest;
}

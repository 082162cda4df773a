/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A gateway, with an identity provider, two suppliers and a LAS behind it. */
#ifndef GATEWAY_H
#define GATEWAY_H

#include "gateway/eckid_page.h"
#include "support/fakes.h"
#include "support/maker.h"

#define GATEWAY_CANTEEN "https://canteen.example/acs" /* a consumer of who is no supplier */

/* The LAS knows the student of maker_usual. */
typedef struct gateway_scene_t {
    eckid_gateway_t gateway;
    eckid_metadata_t *metadata;
    eckid_policy_t *policy;
    eckid_kind_t student;
    eckid_las_t las;
    fake_las_t fake;
    eckid_cache_t cache;
} gateway_scene_t;

gateway_scene_t *gateway_scene(void);

/* The same, where the identity provider and we sign by keys of that kind: numbers 0 and 1. */
gateway_scene_t *gateway_scene_of(test_kind_t kind);

/* One of our keys, perhaps shared with the identity provider. */
apr_array_header_t *gateway_signers(test_kind_t kind, int number, bool shared);

eckid_decision_t gateway_rewrite(const gateway_scene_t *scene, const char *page);

/* Of the page that sends it to its destination. */
eckid_decision_t gateway_rewrite_maker(const gateway_scene_t *scene, const maker_t *maker);

/* Insists that it is refused so. */
void gateway_refuses(eckid_decision_t decision, int status, eckid_code_t code);

/* The response in a page that was made by maker_page: its text, opened, verified. */
eckid_bytes_t gateway_xml_in(eckid_bytes_t page);
eckid_saml_message_t *gateway_response_in(eckid_bytes_t page);
eckid_verified_t *gateway_verified(eckid_bytes_t page, test_kind_t kind, int key);

/* The names of its attributes; if eckId is one, its value must be that of the LAS. */
const char *gateway_attributes_in(eckid_bytes_t page);

#endif

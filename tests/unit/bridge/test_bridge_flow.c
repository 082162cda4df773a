/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "bridge/eckid_bridge_flow.h"
#include "support/bridge.h"

/* Of which kind an error is decides what the student is told to do. */
static const struct {
    eckid_code_t code;
    int status;
} rows[] = {{ECKID_REQUEST, 400},     {ECKID_REQUEST_ENDED, 400}, {ECKID_METADATA, 503},
            {ECKID_NO_USER, 502},     {ECKID_CLAIM, 502},         {ECKID_NO_NAME_ID, 502},
            {ECKID_NO_RECIPIENT, 502}};

START_TEST(an_error_tells_what_can_be_done)
{
    const bridge_scene_t *scene = bridge_scene("");
    eckid_bridge_flow_t flow = eckid_bridge_flow(&scene->bridge, maker_moment(), pool);

    ok(eckid_bridge_flow_find(&flow, MAKER_SUPPLIER, false));
    const eckid_bridge_answer_t answer =
        eckid_bridge_flow_end(&flow, eckid_err_make(pool, rows[_i].code, "%s", ""));

    ck_assert_int_eq(answer.decision.status, rows[_i].status);
    ck_assert_ptr_eq(answer.decision.supplier, scene->supplier);
}
END_TEST

START_TEST(without_a_store_no_request_counts_as_answered)
{
    bridge_scene_t *scene = bridge_scene("");

    scene->bridge.answered = NULL;
    eckid_bridge_flow_t flow = eckid_bridge_flow(&scene->bridge, maker_moment(), pool);

    flow.pending->supplier = MAKER_SUPPLIER;
    flow.pending->request = "_request";
    eckid_bridge_flow_note_answered(&flow);
    ck_assert(!eckid_bridge_flow_is_answered(&flow));
}
END_TEST

START_TEST(an_id_belongs_to_who_sent_it)
{
    const bridge_scene_t *scene = bridge_scene("");
    eckid_bridge_flow_t flow = eckid_bridge_flow(&scene->bridge, maker_moment(), pool);

    flow.pending->supplier = MAKER_SUPPLIER;
    flow.pending->request = "_request";
    eckid_bridge_flow_note_answered(&flow);
    ck_assert(eckid_bridge_flow_is_answered(&flow));
    flow.pending->supplier = "https://other.example";
    ck_assert(!eckid_bridge_flow_is_answered(&flow));
}
END_TEST

UNIT_SUITE(bridge_flow)
{
    Suite *suite = suite_create("bridge_flow");
    TCase *tcase = unit_case(suite, "flow");

    tcase_add_loop_test(tcase, an_error_tells_what_can_be_done, 0, COUNT(rows));
    tcase_add_test(tcase, without_a_store_no_request_counts_as_answered);
    tcase_add_test(tcase, an_id_belongs_to_who_sent_it);
    return suite;
}

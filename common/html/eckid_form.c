/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds login fields in an auto-submitting HTML page, and replaces a value without changing any
 * other byte. */
#include "html/eckid_form.h"
#include "html/eckid_html.h"
#include "base/eckid_find.h"
#include "base/eckid_url.h"

#include <apr_hash.h>
#include <apr_lib.h>
#include <apr_strings.h>

#define WORD_MAX 12 /* the longest word that is searched for */

/* A form element. */
typedef struct owner_t {
    const char *id;
    const char *action;
    bool is_posted;
} owner_t;

/* A field. Which form it belongs to is known only when the page has ended. */
typedef struct entry_t {
    eckid_form_field_t field;
    const char *form_id;   /* its form attribute, or NULL */
    const owner_t *within; /* the form around it, or NULL */
} entry_t;

struct eckid_form_reader_t {
    eckid_html_t *html;
    eckid_form_t form;
    int owner_count;
    apr_hash_t *owners;          /* owner_t * by id, the first of each */
    apr_array_header_t *entries; /* entry_t */
    bool all;                    /* whether fields of other names are wanted too */
    bool seen;                   /* whether an entry by itself concerns a login */
    owner_t *open;               /* the form element pointer (HTML standard section 13.2.4.4) */
    char first[2];               /* the first bytes of the page */
    char tail[WORD_MAX];         /* the last bytes that were read */
    bool mentions;               /* whether the page contains the name of a login field anywhere */
    apr_pool_t *pool;
    apr_pool_t *scratch; /* cleared after each tag */
};

/* The decoded value of an attribute, valid until the next tag; NULL if it is absent. */
static const char *attr_text(const eckid_form_reader_t *reader, const eckid_html_tag_t *tag,
                             const char *name)
{
    const eckid_html_attr_t *attr = eckid_html_attr(tag, name);

    return attr ? eckid_codec_html_decode(attr->value, reader->scratch).data : NULL;
}

/* Whether a URL may have the parameter code or error, whose letters may be escaped. */
static bool may_have_answer(const eckid_form_reader_t *reader, const char *url)
{
    eckid_bytes_t text = eckid_bytes_str(url);

    return (strchr(url, '%') && !eckid_codec_form_decode(&text, text, reader->scratch)) ||
           strstr(text.data, "code=") || strstr(text.data, "error=");
}

static void add_link(eckid_form_reader_t *reader, const char *url)
{
    if (url &&
        (strstr(url, "SAMLResponse=") || strstr(url, "SAMLart=") || strstr(url, "wresult=") ||
         strstr(url, "id_token=") || (reader->all && may_have_answer(reader, url)))) {
        APR_ARRAY_PUSH(reader->form.links, const char *) = apr_pstrdup(reader->pool, url);
    }
}

static const char *add_action(eckid_form_reader_t *reader, const char *attr)
{
    eckid_bytes_t url = eckid_codec_trim(eckid_bytes_str(attr));
    const char *action = apr_pstrmemdup(reader->pool, url.data, url.len);

    APR_ARRAY_PUSH(reader->form.actions, const char *) = action;
    add_link(reader, action);
    return action;
}

static void on_form(eckid_form_reader_t *reader, const eckid_html_tag_t *tag)
{
    if (tag->is_end) {
        reader->open = NULL;
    }
    else if (!reader->open) { /* a nested form is ignored */
        const char *action = attr_text(reader, tag, "action");
        const char *id = attr_text(reader, tag, "id"), *method = attr_text(reader, tag, "method");

        reader->open = apr_pcalloc(reader->pool, sizeof(owner_t));
        reader->open->id = id ? apr_pstrdup(reader->pool, id) : NULL;
        reader->open->action = action ? add_action(reader, action) : NULL;
        reader->open->is_posted = method && strcasecmp(method, "post") == 0;
        reader->owner_count++;
        if (id && !apr_hash_get(reader->owners, id, APR_HASH_KEY_STRING)) {
            apr_hash_set(reader->owners, reader->open->id, APR_HASH_KEY_STRING, reader->open);
        }
    }
}

static bool find_kind(eckid_form_kind_t *kind, const char *name)
{
    static const char *const names[] = {
        [ECKID_FORM_RESPONSE] = "SAMLResponse",
        [ECKID_FORM_SIMPLESIGN] = "SigAlg",
        [ECKID_FORM_ARTIFACT] = "SAMLart",
        [ECKID_FORM_WRESULT] = "wresult",
        [ECKID_FORM_ID_TOKEN] = "id_token",
        [ECKID_FORM_JWT] = "response",
        [ECKID_FORM_ACCESS_TOKEN] = "access_token",
        [ECKID_FORM_CODE] = "code",
        [ECKID_FORM_STATE] = "state",
        [ECKID_FORM_ISS] = "iss",
    };

    for (unsigned i = 0; name && i < sizeof(names) / sizeof(*names); i++) {
        if (strcasecmp(names[i], name) == 0) {
            *kind = (eckid_form_kind_t)i;
            return true;
        }
    }
    return false;
}

static bool is_button(eckid_form_reader_t *reader, const eckid_html_tag_t *tag)
{
    static const char *const types[] = {"submit", "image", "button", "reset"};
    const char *type = attr_text(reader, tag, "type");
    bool is = strcmp(tag->name, "button") == 0;

    for (unsigned i = 0; !is && type && i < sizeof(types) / sizeof(*types); i++) {
        is = strcasecmp(types[i], type) == 0;
    }
    return is;
}

/* What only eckid_form_read_all tells of a field. */
static void add_details(eckid_form_reader_t *reader, eckid_form_field_t *field,
                        const eckid_html_tag_t *tag)
{
    const eckid_html_attr_t *name = eckid_html_attr(tag, "name");

    field->name = apr_pstrdup(reader->pool, attr_text(reader, tag, "name"));
    field->name_from = name->from;
    field->name_to = name->to;
    field->tag_from = tag->from;
    field->tag_to = eckid_html_offset(reader->html) + 1;
    field->is_button = is_button(reader, tag);
}

static void add_field(eckid_form_reader_t *reader, const eckid_html_tag_t *tag,
                      eckid_form_kind_t kind)
{
    const char *form_id = attr_text(reader, tag, "form");
    const eckid_html_attr_t *value = eckid_html_attr(tag, "value");
    entry_t entry = {.field = {.kind = kind, .is_input = strcmp(tag->name, "input") == 0},
                     .form_id = form_id ? apr_pstrdup(reader->pool, form_id) : NULL,
                     .within = reader->open};

    if (value) {
        entry.field.value = eckid_codec_html_decode(value->value, reader->pool);
        entry.field.from = value->from;
        entry.field.to = value->to;
    }
    if (reader->all) {
        add_details(reader, &entry.field, tag);
    }
    reader->seen = reader->seen || kind <= ECKID_FORM_ID_TOKEN;
    if (strcmp(tag->name, "textarea") == 0) {
        entry.field.area_from = eckid_html_offset(reader->html) + 1; /* behind the ">" */
    }
    APR_ARRAY_PUSH(reader->entries, entry_t) = entry;
}

/* An input, button, select or textarea. */
static void on_control(eckid_form_reader_t *reader, const eckid_html_tag_t *tag)
{
    const char *action = attr_text(reader, tag, "formaction");
    const char *name = attr_text(reader, tag, "name");
    eckid_form_kind_t kind = ECKID_FORM_OTHER;

    if (tag->is_end) {
        return;
    }
    if (action) {
        APR_ARRAY_PUSH(reader->form.formactions, const char *) = add_action(reader, action);
    }
    if (find_kind(&kind, name) || (reader->all && name && *name)) {
        add_field(reader, tag, kind);
    }
}

/* Handles links, frames, and meta elements with a refresh. */
static void on_link(eckid_form_reader_t *reader, const eckid_html_tag_t *tag)
{
    const char *content = attr_text(reader, tag, "content"), *href = attr_text(reader, tag, "href");

    if (strcmp(tag->name, "base") == 0) { /* the first counts: HTML standard section 4.2.3 */
        reader->form.base =
            reader->form.base || !href ? reader->form.base : apr_pstrdup(reader->pool, href);
        return;
    }
    add_link(reader, href);
    add_link(reader, attr_text(reader, tag, "src"));
    add_link(reader, content ? eckid_url_refresh(content) : NULL);
}

static bool is_control(const char *name)
{
    return strcmp(name, "input") == 0 || strcmp(name, "button") == 0 ||
           strcmp(name, "select") == 0 || strcmp(name, "textarea") == 0;
}

static eckid_err_t *on_tag(void *self, const eckid_html_tag_t *tag)
{
    eckid_form_reader_t *reader = self;

    if (strcmp(tag->name, "form") == 0) {
        on_form(reader, tag);
    }
    else if (is_control(tag->name)) {
        on_control(reader, tag);
    }
    else {
        on_link(reader, tag);
    }
    apr_pool_clear(reader->scratch);
    if (reader->owner_count > ECKID_FORM_MAX || reader->form.actions->nelts > ECKID_FORM_MAX ||
        reader->entries->nelts > ECKID_FORM_MAX || reader->form.links->nelts > ECKID_FORM_MAX) {
        return eckid_err_make(reader->pool, ECKID_FIELDS, "more than %d of a kind", ECKID_FORM_MAX);
    }
    return NULL;
}

/* Nothing yet. */
static eckid_form_t make_form(apr_pool_t *pool)
{
    return (eckid_form_t){.fields = apr_array_make(pool, 1, sizeof(eckid_form_field_t)),
                          .actions = apr_array_make(pool, 2, sizeof(const char *)),
                          .formactions = apr_array_make(pool, 1, sizeof(const char *)),
                          .links = apr_array_make(pool, 1, sizeof(const char *))};
}

eckid_form_reader_t *eckid_form_reader(apr_size_t tag_max, apr_pool_t *pool)
{
    static const char *const wanted[] = {"form", "input", "button", "select", "textarea", "a",
                                         "area", "meta",  "iframe", "frame",  "base",     NULL};
    eckid_form_reader_t *reader = apr_pcalloc(pool, sizeof(*reader));

    reader->html = eckid_html_make(wanted, tag_max, on_tag, reader, pool);
    reader->form = make_form(pool);
    reader->owners = apr_hash_make(pool);
    reader->entries = apr_array_make(pool, 2, sizeof(entry_t));
    reader->pool = pool;
    apr_pool_create(&reader->scratch, pool);
    return reader;
}

/* A byte order mark overrides the encoding in the head of the response. */
static eckid_err_t *check_byte_order(const char first[2], apr_pool_t *pool)
{
    return memcmp(first, "\xFE\xFF", 2) == 0 || memcmp(first, "\xFF\xFE", 2) == 0
               ? eckid_err_make(pool, ECKID_CODING, "the page is in UTF-16")
               : NULL;
}

static void note_first(eckid_form_reader_t *reader, eckid_bytes_t piece)
{
    apr_off_t offset = eckid_html_offset(reader->html);

    for (apr_size_t i = 0; i < piece.len && offset + (apr_off_t)i < 2; i++) {
        reader->first[offset + (apr_off_t)i] = piece.data[i];
    }
}

static bool has_word(eckid_bytes_t text)
{
    static const char *const words[] = {"SAMLResponse", "SAMLart", "wresult", "id_token"};

    for (unsigned i = 0; i < sizeof(words) / sizeof(*words); i++) {
        if (eckid_find(text, words[i])) {
            return true;
        }
    }
    return false;
}

/* Searches a piece, and the boundary between it and the previous piece. */
static void look_for_words(eckid_form_reader_t *reader, eckid_bytes_t piece)
{
    char joint[2 * WORD_MAX];
    apr_size_t len = piece.len < WORD_MAX ? piece.len : WORD_MAX;

    if (!len) {
        return;
    }
    memcpy(joint, reader->tail, WORD_MAX);
    memcpy(joint + WORD_MAX, piece.data, len);
    reader->mentions =
        reader->mentions || has_word(piece) || has_word(eckid_bytes(joint, WORD_MAX + len));
    memcpy(joint + WORD_MAX, piece.data + piece.len - len, len);
    memcpy(reader->tail, joint + len, WORD_MAX);
}

eckid_err_t *eckid_form_feed(eckid_form_reader_t *reader, eckid_bytes_t piece)
{
    note_first(reader, piece);
    ECKID_ERR(check_byte_order(reader->first, reader->pool));
    look_for_words(reader, piece);
    return eckid_html_feed(reader->html, piece);
}

apr_off_t eckid_form_settled(const eckid_form_reader_t *reader)
{
    return eckid_html_settled(reader->html);
}

bool eckid_form_seen(const eckid_form_reader_t *reader)
{
    return reader->seen || reader->form.links->nelts;
}

/* HTML standard section 4.10.17.3: the form attribute decides; without it, the form around the
 * field. */
static const owner_t *find_owner(const eckid_form_reader_t *reader, const entry_t *entry)
{
    return entry->form_id ? apr_hash_get(reader->owners, entry->form_id, APR_HASH_KEY_STRING)
                          : entry->within;
}

eckid_err_t *eckid_form_end(const eckid_form_t **form, eckid_form_reader_t *reader)
{
    if (eckid_html_within_tag(reader->html)) {
        return eckid_err_make(reader->pool, ECKID_TRUNCATED, "the page ends within a tag");
    }
    if (reader->mentions && eckid_html_within_text(reader->html)) {
        return eckid_err_make(reader->pool, ECKID_TRUNCATED,
                              "the page ends within a comment or script");
    }
    for (int i = 0; i < reader->entries->nelts; i++) {
        entry_t *entry = &APR_ARRAY_IDX(reader->entries, i, entry_t);
        const owner_t *owner = find_owner(reader, entry);

        entry->field.action = owner ? owner->action : NULL;
        entry->field.is_posted = owner && owner->is_posted;
        APR_ARRAY_PUSH(reader->form.fields, eckid_form_field_t) = entry->field;
    }
    *form = &reader->form;
    return NULL;
}

static bool begins(eckid_bytes_t text, const char *word)
{
    const apr_size_t len = strlen(word);

    return text.len >= len && memcmp(text.data, word, len) == 0;
}

/* Whether the sign stands anywhere before such a text. */
static bool has_behind(eckid_bytes_t page, char sign, bool is(eckid_bytes_t text))
{
    const char *at = page.data, *end = page.data + page.len;

    while ((at = memchr(at, sign, (apr_size_t)(end - at)))) {
        at++;
        if (is(eckid_bytes(at, (apr_size_t)(end - at)))) {
            return true;
        }
    }
    return false;
}

/* Whether a text behind a "&" may be a reference to a letter of a name: by its number, or to "_",
 * which is the only one with a name. */
static bool is_letter_reference(eckid_bytes_t text)
{
    return begins(text, "#") || begins(text, "lowbar;") || begins(text, "UnderBar;");
}

/* Whether the name of a field that by itself concerns a login, or might, can stand in a page. */
static bool may_have_fields(eckid_bytes_t page)
{
    static const char *const signs[] = {"response", "samlart", "wresult", "_token"};
    bool may = page.len && has_behind(page, '&', is_letter_reference);

    for (unsigned i = 0; !may && i < sizeof(signs) / sizeof(*signs); i++) {
        may = eckid_find_any_case(page, signs[i]);
    }
    return may;
}

static eckid_err_t *read_nothing(const eckid_form_t **form, eckid_bytes_t page, apr_pool_t *pool)
{
    eckid_form_t *empty = apr_palloc(pool, sizeof(*empty));

    *empty = make_form(pool);
    *form = empty;
    return page.len < 2 ? NULL : check_byte_order(page.data, pool);
}

eckid_err_t *eckid_form_read(const eckid_form_t **form, eckid_bytes_t page, apr_pool_t *pool)
{
    if (!may_have_fields(page)) {
        return read_nothing(form, page, pool);
    }
    eckid_form_reader_t *reader = eckid_form_reader(page.len, pool);

    ECKID_ERR(eckid_form_feed(reader, page));
    return eckid_form_end(form, reader);
}

/* Whether that part of a page may be the whole value of an attribute, or a parameter's name. */
static bool is_whole(eckid_bytes_t page, const char *from, const char *to)
{
    const char *end = page.data + page.len;

    return to < end && (*to == '=' || (strchr("\"' \t\r\n\f>/", *to) && from > page.data &&
                                       strchr("\"'= \t\r\n\f", from[-1])));
}

static bool may_name(eckid_bytes_t page, const char *word)
{
    const char *at = page.data, *end = page.data + page.len;
    const apr_size_t len = strlen(word);

    while ((at = eckid_find(eckid_bytes(at, (apr_size_t)(end - at)), word)) &&
           !is_whole(page, at, at + len)) {
        at += len;
    }
    return at != NULL;
}

/* Whether a text behind a "&" may be a reference to a letter of a name, to the "=" behind it, or to
 * a "%" in it. */
static bool is_reference(eckid_bytes_t text)
{
    return begins(text, "#") || begins(text, "equals;") || begins(text, "percnt;");
}

/* Whether a text behind a "%" is the code of a letter of "code" or "error". */
static bool is_escape(eckid_bytes_t text)
{
    return text.len > 1 && ((text.data[0] == '6' && strchr("345fF", text.data[1])) ||
                            (text.data[0] == '7' && text.data[1] == '2'));
}

bool eckid_form_may_answer(eckid_bytes_t page)
{
    return page.len && (has_behind(page, '&', is_reference) || has_behind(page, '%', is_escape) ||
                        may_name(page, "code") || may_name(page, "error"));
}

eckid_err_t *eckid_form_read_all(const eckid_form_t **form, eckid_bytes_t page, apr_pool_t *pool)
{
    eckid_form_reader_t *reader = eckid_form_reader(page.len, pool);

    reader->all = true;
    ECKID_ERR(eckid_form_feed(reader, page));
    return eckid_form_end(form, reader);
}

/* Changing */

static char *append(char *to, eckid_bytes_t bytes)
{
    if (bytes.len) {
        memcpy(to, bytes.data, bytes.len);
    }
    return to + bytes.len;
}

eckid_bytes_t eckid_form_edit(eckid_bytes_t page, const apr_array_header_t *edits, apr_pool_t *pool)
{
    apr_size_t len = page.len, from = 0;

    for (int i = 0; i < edits->nelts; i++) {
        len += APR_ARRAY_IDX(edits, i, eckid_form_edit_t).by.len;
    }
    char *edited = apr_palloc(pool, len + 1), *to = edited;

    for (int i = 0; i < edits->nelts; i++) {
        const eckid_form_edit_t *edit = &APR_ARRAY_IDX(edits, i, eckid_form_edit_t);

        to = append(to, eckid_bytes(page.data + from, (apr_size_t)edit->from - from));
        to = append(to, edit->by);
        from = (apr_size_t)edit->to;
    }
    to = append(to, eckid_bytes(page.data + from, page.len - from));
    *to = '\0';
    return eckid_bytes(edited, (apr_size_t)(to - edited));
}

eckid_form_edit_t eckid_form_set(const eckid_form_field_t *field, eckid_bytes_t value,
                                 apr_pool_t *pool)
{
    char *text = apr_palloc(pool, value.len + 3);

    *text = '"';
    strcpy(append(text + 1, value), "\"");
    return (eckid_form_edit_t){field->from, field->to, eckid_bytes(text, value.len + 2)};
}

eckid_bytes_t eckid_form_swap(eckid_bytes_t page, const eckid_form_field_t *field,
                              eckid_bytes_t value, apr_pool_t *pool)
{
    apr_array_header_t *edits = apr_array_make(pool, 1, sizeof(eckid_form_edit_t));

    APR_ARRAY_PUSH(edits, eckid_form_edit_t) = eckid_form_set(field, value, pool);
    return eckid_form_edit(page, edits, pool);
}

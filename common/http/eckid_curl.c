/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The transport over libcurl: HTTP/1.1 with a pool of persistent connections and hard limits. */
#include "http/eckid_curl.h"

#include <apr_strings.h>
#include <apr_thread_mutex.h>
#include <curl/curl.h>
#include <openssl/ssl.h>
#include <poll.h>

#define IDLE_MAX 32 /* idle handles, each with a connection */
#define IDLE_SECONDS                                                                               \
    20L /* older connections are not used: servers may have closed them unnoticed */
#define HEADERS_MAX 65536

struct eckid_curl_t {
    eckid_curl_options_t options;
    apr_thread_mutex_t *lock; /* guards idle and idle_count; never held over I/O */
    CURL *idle[IDLE_MAX];
    int idle_count;
};

/* One call; libcurl's callbacks write to it. */
typedef struct call_t {
    CURL *handle;
    curl_socket_t kept; /* the connection of the previous call, or -1 */
    eckid_http_response_t *answer;
    const eckid_http_sink_t *sink;
    eckid_err_t *sink_err;
    apr_size_t headers_len, body_len, body_room, body_max;
    bool too_large, sent, died, stale;
    char error[CURL_ERROR_SIZE];
    apr_pool_t *pool;
} call_t;

eckid_err_t *eckid_curl_make(eckid_curl_t **out, const eckid_curl_options_t *options,
                             apr_pool_t *pool)
{
    eckid_curl_t *curl = apr_pcalloc(pool, sizeof(*curl));

    curl->options = *options;
    if (apr_thread_mutex_create(&curl->lock, APR_THREAD_MUTEX_DEFAULT, pool) != APR_SUCCESS) {
        return eckid_err_make(pool, ECKID_INTERNAL, "no mutex for the connections to the LAS");
    }
    *out = curl;
    return NULL;
}

bool eckid_curl_has_key(const eckid_curl_t *curl)
{
    return curl->options.key.len > 0;
}

static apr_status_t close_all(void *self)
{
    eckid_curl_t *curl = self;

    while (curl->idle_count) {
        curl_easy_cleanup(curl->idle[--curl->idle_count]);
    }
    return APR_SUCCESS;
}

void eckid_curl_child(eckid_curl_t *curl, apr_pool_t *pool)
{
    apr_pool_cleanup_register(pool, curl, close_all, apr_pool_cleanup_null);
}

/* The handle that was used last, as its connection is the most likely to be open; or a new one. */
static CURL *take(eckid_curl_t *curl)
{
    CURL *handle = NULL;

    apr_thread_mutex_lock(curl->lock);
    if (curl->idle_count) {
        handle = curl->idle[--curl->idle_count];
    }
    apr_thread_mutex_unlock(curl->lock);
    return handle ? handle : curl_easy_init();
}

/* Only for a handle whose transfer ended cleanly. */
static void give_back(eckid_curl_t *curl, CURL *handle)
{
    apr_thread_mutex_lock(curl->lock);
    if (curl->idle_count < IDLE_MAX) {
        curl->idle[curl->idle_count++] = handle;
        handle = NULL;
    }
    apr_thread_mutex_unlock(curl->lock);
    curl_easy_cleanup(handle);
}

static void grow(call_t *call, apr_size_t needed)
{
    if (needed > call->body_room) {
        call->body_room = 2 * needed;
        char *larger = apr_palloc(call->pool, call->body_room);

        memcpy(larger, call->answer->body.data, call->answer->body.len);
        call->answer->body.data = larger;
    }
}

static void keep(call_t *call, const char *data, size_t len)
{
    eckid_bytes_t *body = &call->answer->body;

    grow(call, body->len + len + 1);
    memcpy((char *)body->data + body->len, data, len);
    body->len += len;
    ((char *)body->data)[body->len] = '\0';
}

static size_t on_body(char *data, size_t one, size_t len, void *self)
{
    call_t *call = self;

    (void)one;
    if (len > call->body_max - call->body_len) {
        call->too_large = true;
        return 0;
    }
    call->body_len += len;
    if (!call->sink) {
        keep(call, data, len);
        return len;
    }
    call->sink_err = call->sink->take(call->sink->self, eckid_bytes(data, len));
    return call->sink_err ? 0 : len;
}

static size_t on_header(char *data, size_t one, size_t len, void *self)
{
    call_t *call = self;
    const char *colon = memchr(data, ':', len);

    (void)one;
    call->headers_len += len;
    if (call->headers_len > HEADERS_MAX) {
        call->too_large = true;
        return 0;
    }
    if (len >= 5 && memcmp(data, "HTTP/", 5) == 0) {
        apr_table_clear(call->answer->headers); /* an interim response (1xx) came before this one */
    }
    else if (colon) {
        eckid_bytes_t value =
            eckid_codec_trim(eckid_bytes(colon + 1, len - (size_t)(colon + 1 - data)));

        apr_table_merge(call->answer->headers, apr_pstrmemdup(call->pool, data, colon - data),
                        apr_pstrmemdup(call->pool, value.data, value.len));
    }
    return len;
}

/* Whether the server closed an idle connection, or sent something that no request asked for.
 * libcurl 7.88 would read that as the response to the next request, which is about another
 * student. */
static bool is_stale(const call_t *call)
{
    struct pollfd waiting = {.fd = call->kept, .events = POLLIN};
    struct curl_tlssessioninfo *tls = NULL;
    long connects = 0;

    curl_easy_getinfo(call->handle, CURLINFO_NUM_CONNECTS, &connects);
    curl_easy_getinfo(call->handle, CURLINFO_TLS_SSL_PTR, &tls);
    if (connects) {
        return false;
    }
    return poll(&waiting, 1, 0) > 0 || (tls && tls->backend == CURLSSLBACKEND_OPENSSL &&
                                        tls->internals && SSL_pending(tls->internals) > 0);
}

/* Called before a request is sent over a connection. A second call means that the first connection
 * was dead and libcurl is about to send the same bytes again, with a nonce that the server may have
 * seen. */
static int on_request(void *self, char *ip, char *local_ip, int port, int local_port)
{
    call_t *call = self;

    (void)ip, (void)local_ip, (void)port, (void)local_port;
    call->died = call->sent;
    call->stale = !call->sent && is_stale(call);
    call->sent = !call->stale;
    return call->died || call->stale ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

typedef struct header_list_t {
    struct curl_slist *first;
    apr_pool_t *pool;
} header_list_t;

static int add_header(void *self, const char *name, const char *value)
{
    header_list_t *list = self;

    list->first = curl_slist_append(list->first, apr_pstrcat(list->pool, name, ": ", value, NULL));
    return 1;
}

static struct curl_slist *header_list(const eckid_http_request_t *request, apr_pool_t *pool)
{
    /* otherwise libcurl waits for "100 Continue" */
    header_list_t list = {curl_slist_append(NULL, "Expect:"), pool};

    apr_table_do(add_header, &list, request->headers, NULL);
    return list.first;
}

/* The remaining time; at least 1 ms, because 0 would mean no limit. */
static long time_left(const eckid_curl_options_t *options, apr_time_t deadline)
{
    apr_time_t left = deadline ? apr_time_as_msec(deadline - apr_time_now()) : options->total_ms;

    left = left < options->total_ms ? left : options->total_ms;
    return left > 1 ? (long)left : 1;
}

static struct curl_blob blob(eckid_bytes_t bytes)
{
    return (struct curl_blob){(void *)bytes.data, bytes.len, CURL_BLOB_NOCOPY};
}

static void set_trust(CURL *handle, const eckid_curl_options_t *options)
{
    if (options->ca.len) {
        struct curl_blob ca = blob(options->ca);

        curl_easy_setopt(handle, CURLOPT_CAINFO_BLOB, &ca);
        curl_easy_setopt(handle, CURLOPT_CAINFO, NULL);
        curl_easy_setopt(handle, CURLOPT_CAPATH, NULL);
    }
    if (options->key.len) {
        struct curl_blob certificate = blob(options->certificate), key = blob(options->key);

        curl_easy_setopt(handle, CURLOPT_SSLCERT_BLOB, &certificate);
        curl_easy_setopt(handle, CURLOPT_SSLKEY_BLOB, &key);
    }
}

static void set_limits(CURL *handle, const eckid_curl_options_t *options, apr_time_t deadline)
{
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, (long)options->connect_ms);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, time_left(options, deadline));
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, options->plain ? "http,https" : "https");
    curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(handle, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(handle, CURLOPT_MAXAGE_CONN, IDLE_SECONDS);
    curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(handle, CURLOPT_PROXY, ""); /* ignore proxies in the environment */
}

static void set_request(CURL *handle, const eckid_http_request_t *request,
                        struct curl_slist *headers)
{
    curl_easy_setopt(handle, CURLOPT_URL, request->url);
    curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
    if (request->body.data) {
        curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request->body.data);
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, (long)request->body.len);
    }
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request->method);
}

static void set_call(CURL *handle, call_t *call)
{
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, call->error);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, call);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, call);
    curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, on_request);
    curl_easy_setopt(handle, CURLOPT_PREREQDATA, call);
}

/* Whether what answered speaks no TLS at all, by the words of OpenSSL 3.0 and of 3.5. */
static bool is_plain(const call_t *call)
{
    return strstr(call->error, "wrong version number") ||
           strstr(call->error, "packet length too long");
}

static eckid_code_t code_of(const call_t *call, CURLcode status)
{
    switch (status) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return ECKID_RESOLVE;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
        return call->sent && !call->headers_len ? ECKID_DIED : ECKID_TRANSPORT;
    case CURLE_ABORTED_BY_CALLBACK:
        return call->died ? ECKID_DIED : ECKID_TRANSPORT;
    case CURLE_OPERATION_TIMEDOUT:
        return call->sent ? ECKID_TIMEOUT : ECKID_TRANSPORT;
    case CURLE_SSL_CONNECT_ERROR:
        return is_plain(call) ? ECKID_TRANSPORT : ECKID_TLS;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
        return ECKID_TLS;
    default:
        return ECKID_TRANSPORT;
    }
}

static eckid_err_t *error_of(const call_t *call, CURLcode status)
{
    if (call->too_large) {
        return eckid_err_make(call->pool, ECKID_LAS_SHAPE,
                              "the response is larger than %" APR_SIZE_T_FMT " bytes",
                              call->body_max);
    }
    if (call->sink_err) {
        return call->sink_err;
    }
    if (status != CURLE_OK) {
        return eckid_err_advise(
            eckid_err_make(call->pool, code_of(call, status), "%s",
                           *call->error ? call->error : curl_easy_strerror(status)),
            is_plain(call) ? "that port answers without TLS; is it the one of https?" : NULL);
    }
    return NULL;
}

static CURLcode perform(CURL *handle, const eckid_curl_t *curl, const eckid_http_request_t *request,
                        call_t *call)
{
    struct curl_slist *headers = header_list(request, call->pool);
    long status = 0;

    set_limits(handle, &curl->options, request->deadline);
    set_trust(handle, &curl->options);
    set_request(handle, request, headers);
    call->handle = handle;
    curl_easy_getinfo(handle, CURLINFO_ACTIVESOCKET, &call->kept);
    set_call(handle, call);
    CURLcode code = curl_easy_perform(handle);

    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    call->answer->status = (int)status;
    /* a handle in the pool must not point to anything of this call */
    curl_easy_reset(handle);
    curl_slist_free_all(headers);
    return code;
}

/* Uses a new connection; nothing of the request was sent over the old one. */
static CURLcode perform_again(CURL **handle, const eckid_curl_t *curl,
                              const eckid_http_request_t *request, call_t *call)
{
    curl_easy_cleanup(*handle);
    *handle = curl_easy_init();
    return *handle ? perform(*handle, curl, request, call) : CURLE_FAILED_INIT;
}

static eckid_err_t *send_request(void *self, eckid_http_response_t **answer,
                                 const eckid_http_request_t *request, apr_pool_t *pool)
{
    eckid_curl_t *curl = self;
    call_t call = {.pool = pool, .body_max = curl->options.body_max, .sink = request->sink};
    CURL *handle = take(curl);

    if (!handle) {
        return eckid_err_make(pool, ECKID_INTERNAL, "libcurl could not make a handle");
    }
    call.answer = apr_pcalloc(pool, sizeof(*call.answer));
    call.answer->headers = apr_table_make(pool, 16);
    call.answer->body = eckid_bytes("", 0);
    CURLcode status = perform(handle, curl, request, &call);

    if (call.stale) {
        status = perform_again(&handle, curl, request, &call);
    }
    if (status == CURLE_OK) {
        give_back(curl, handle);
    }
    else {
        curl_easy_cleanup(handle);
    }
    ECKID_ERR(error_of(&call, status));
    *answer = call.answer;
    return NULL;
}

eckid_transport_t eckid_curl_transport(eckid_curl_t *curl)
{
    return (eckid_transport_t){send_request, curl};
}

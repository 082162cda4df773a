/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One connection to redis. hiredis makes commands and reads replies; bytes are moved here, because
 * it limits the time of each read only, and in Debian 12 it speaks no TLS. */
#include "service/mod_eckid_redis_link.h"

#include <apr.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#define REPLY_MAX 4096 /* longer than any record */

struct mod_eckid_link_t {
    int fd;
    SSL *tls; /* NULL without TLS */
    redisReader *reader;
};

/* Waiting and moving bytes */

static bool wait_for(int fd, short events, apr_time_t until)
{
    struct pollfd wanted = {.fd = fd, .events = events};
    int ready;

    do {
        apr_interval_time_t left = until - apr_time_now();

        ready = left > 0 ? poll(&wanted, 1, (int)apr_time_as_msec(left + 999)) : 0;
    } while (ready < 0 && errno == EINTR);
    return ready > 0;
}

/* What TLS waits for after a call that returned that; 0 if it has failed. */
static short tls_wants(const SSL *tls, int returned)
{
    int error = SSL_get_error(tls, returned);

    return error == SSL_ERROR_WANT_READ ? POLLIN : error == SSL_ERROR_WANT_WRITE ? POLLOUT : 0;
}

/* One try: more than 0 for bytes that were moved, or 0 and what to wait for. */
static ssize_t try_send(const mod_eckid_link_t *link, const char *data, size_t len, short *wants)
{
    if (link->tls) {
        ERR_clear_error();
        int done = SSL_write(link->tls, data, (int)len);

        *wants = done > 0 ? 0 : tls_wants(link->tls, done);
        return done > 0 ? done : 0;
    }
    ssize_t sent = send(link->fd, data, len, MSG_NOSIGNAL);

    *wants = sent < 0 && (errno == EAGAIN || errno == EINTR) ? POLLOUT : 0;
    return sent > 0 ? sent : 0;
}

static ssize_t try_receive(const mod_eckid_link_t *link, char *data, size_t room, short *wants)
{
    if (link->tls) {
        ERR_clear_error();
        int done = SSL_read(link->tls, data, (int)room);

        *wants = done > 0 ? 0 : tls_wants(link->tls, done);
        return done > 0 ? done : 0;
    }
    ssize_t got = recv(link->fd, data, room, 0);

    *wants = got < 0 && (errno == EAGAIN || errno == EINTR) ? POLLIN : 0;
    return got > 0 ? got : 0;
}

static bool send_all(const mod_eckid_link_t *link, const char *data, size_t len, apr_time_t until)
{
    while (len) {
        short wants;
        ssize_t done = try_send(link, data, len, &wants);

        data += done;
        len -= (size_t)done;
        if (!done && (!wants || !wait_for(link->fd, wants, until))) {
            return false;
        }
    }
    return true;
}

/* More of a reply into the reader, and its length so far; false if none comes, or what is none. Our
 * commands have no arrays as replies, whose elements alone could take any memory and time. */
static bool receive(const mod_eckid_link_t *link, size_t *len, apr_time_t until)
{
    char data[1024];
    short wants;
    ssize_t got;

    while ((got = try_receive(link, data, sizeof(data), &wants)) == 0) {
        if (!wants || !wait_for(link->fd, wants, until)) {
            return false;
        }
    }
    bool fits = (*len > 0 || memchr("+-:$", data[0], 4)) && *len + (size_t)got <= REPLY_MAX;

    *len += (size_t)got;
    return fits && redisReaderFeed(link->reader, data, (size_t)got) == REDIS_OK;
}

/* Opening */

static const char *reason_for(int error)
{
    switch (error) {
    case ECONNREFUSED:
    case ENOENT:
        return "nothing listens there; is it running, and is this its port or socket?";
    case EACCES:
    case EPERM:
        return "the user of httpd may not connect to it";
    case EMFILE:
    case ENFILE:
        return "httpd may open no more files; see LimitNOFILE= of its service, or ulimit -n";
    case EINPROGRESS:
    case ETIMEDOUT:
    case EAGAIN:
        return "there was no connection in time; does a firewall drop it?";
    default:
        return "there is no way to that address";
    }
}

static int open_socket(const mod_eckid_link_target_t *target, apr_time_t until, const char **reason)
{
    int fd = socket(target->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    socklen_t size = sizeof(int);
    int failed = 0;

    if (fd < 0) {
        *reason = reason_for(errno);
        return -1;
    }
    if (connect(fd, (const struct sockaddr *)&target->address, target->address_len) == 0) {
        return fd;
    }
    failed = errno;
    if (failed == EINPROGRESS && wait_for(fd, POLLOUT, until) &&
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed, &size) == 0 && !failed) {
        return fd;
    }
    *reason = reason_for(failed);
    close(fd);
    return -1;
}

/* The certificate must name the host, as a name or as an address. */
static bool expect_host(SSL *tls, const char *host)
{
    struct in6_addr number;
    bool is_number =
        inet_pton(AF_INET, host, &number) == 1 || inet_pton(AF_INET6, host, &number) == 1;

    SSL_set_verify(tls, SSL_VERIFY_PEER, NULL);
    return is_number ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), host) == 1
                     : SSL_set1_host(tls, host) == 1 && SSL_set_tlsext_host_name(tls, host) == 1;
}

static bool shake_hands(mod_eckid_link_t *link, const mod_eckid_link_target_t *target,
                        apr_time_t until, const char **reason)
{
    int done = -1;
    short wants = 0;

    link->tls = SSL_new(target->tls);
    if (!link->tls || !expect_host(link->tls, target->host) ||
        SSL_set_fd(link->tls, link->fd) != 1) {
        return false;
    }
    do {
        ERR_clear_error();
        done = SSL_connect(link->tls);
        wants = done == 1 ? 0 : tls_wants(link->tls, done);
    } while (wants && wait_for(link->fd, wants, until));
    if (done != 1) {
        long wrong = SSL_get_verify_result(link->tls);

        *reason = wrong == X509_V_OK ? "there was no TLS handshake; see ca= and the port"
                                     : X509_verify_cert_error_string(wrong);
    }
    return done == 1;
}

mod_eckid_link_t *mod_eckid_link_open(const mod_eckid_link_target_t *target, apr_time_t until,
                                      const char **reason)
{
    int fd = open_socket(target, until, reason);
    mod_eckid_link_t *link = fd < 0 ? NULL : calloc(1, sizeof(*link));

    if (!link) {
        if (fd >= 0) {
            close(fd);
        }
        return NULL;
    }
    link->fd = fd;
    link->reader = redisReaderCreate();
    if (!link->reader || (target->tls && !shake_hands(link, target, until, reason))) {
        mod_eckid_link_close(link);
        return NULL;
    }
    return link;
}

void mod_eckid_link_close(mod_eckid_link_t *link)
{
    SSL_free(link->tls);
    if (link->reader) {
        redisReaderFree(link->reader);
    }
    close(link->fd);
    free(link);
}

/* Asking */

static bool send_words(const mod_eckid_link_t *link, const mod_eckid_link_words_t *words,
                       apr_time_t until)
{
    char *command = NULL;
    /* hiredis only reads the words; its prototype lacks a const */
    long long len =
        redisFormatCommandArgv(&command, words->count, (const char **)words->words, words->lens);
    bool sent = len > 0 && send_all(link, command, (size_t)len, until);

    redisFreeCommand(command);
    return sent;
}

/* The reply; NULL too if there is more than that one, which would pass for that to the next
 * command. */
redisReply *mod_eckid_link_ask(mod_eckid_link_t *link, const mod_eckid_link_words_t *words,
                               apr_time_t until)
{
    void *reply = NULL;
    size_t len = 0;

    if (!send_words(link, words, until)) {
        return NULL;
    }
    while (redisReaderGetReply(link->reader, &reply) == REDIS_OK && !reply) {
        if (!receive(link, &len, until)) {
            return NULL;
        }
    }
    if (reply && link->reader->pos < link->reader->len) {
        freeReplyObject(reply);
        return NULL;
    }
    return reply;
}

/*
 * What this is: TLS in front of the raw server, byte for byte, so that its faults can be met over
 * TLS as well. What nginx would repair or hide arrives as it was sent: a reset stays a reset.
 *
 *   raw_server_tls CERTIFICATE KEY UPSTREAM-PORT DELAY-MS RUDE WANTS
 *
 * Prints its port. DELAY-MS passes before the handshake; with RUDE 1 a connection ends without
 * close_notify; with WANTS 12 or 13 the client must have a certificate, under TLS 1.2 or 1.3 alone.
 * A thread a connection; ends when it is killed.
 */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static SSL_CTX *context;
static int upstream_port;
static long delay_ms;
static int rude;

static struct sockaddr_in loopback(int port)
{
    struct sockaddr_in address;

    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((unsigned short)port);
    return address;
}

/* RST instead of FIN. */
static void reset_on_close(int fd)
{
    struct linger linger = {1, 0};

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

static void pump(SSL *ssl, int client, int upstream)
{
    char bytes[16384];

    for (;;) {
        struct pollfd fds[2] = {{client, POLLIN, 0}, {upstream, POLLIN, 0}};

        if (SSL_pending(ssl) == 0 && poll(fds, 2, -1) < 0) {
            return;
        }
        if (SSL_pending(ssl) > 0 || fds[0].revents != 0) {
            int count = SSL_read(ssl, bytes, sizeof bytes);

            if (count <= 0 || write(upstream, bytes, (size_t)count) != count) {
                return;
            }
        }
        if (fds[1].revents != 0) {
            ssize_t count = read(upstream, bytes, sizeof bytes);

            if (count < 0) {
                reset_on_close(client);
                return;
            }
            if (count == 0) {
                if (!rude) {
                    SSL_shutdown(ssl);
                }
                return;
            }
            if (SSL_write(ssl, bytes, (int)count) <= 0) {
                return;
            }
        }
    }
}

/* So that an alert arrives: closed with bytes unread, a connection is reset, and the alert with it.
 */
static void drain(int client)
{
    char bytes[4096];
    struct pollfd fds = {client, POLLIN, 0};

    shutdown(client, SHUT_WR);
    while (poll(&fds, 1, 1000) > 0 && read(client, bytes, sizeof bytes) > 0) {
    }
}

static void *serve(void *argument)
{
    int client = *(int *)argument;
    int upstream = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = loopback(upstream_port);
    struct timespec delay = {delay_ms / 1000, delay_ms % 1000 * 1000000};
    SSL *ssl = SSL_new(context);

    free(argument);
    nanosleep(&delay, NULL);
    SSL_set_fd(ssl, client);
    if (SSL_accept(ssl) != 1) {
        drain(client);
    } else if (connect(upstream, (struct sockaddr *)&address, sizeof address) == 0) {
        pump(ssl, client, upstream);
    }
    SSL_free(ssl);
    close(client);
    close(upstream);
    return NULL;
}

int main(int count, char **arguments)
{
    struct sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    if (count != 7) {
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    upstream_port = atoi(arguments[3]);
    delay_ms = atol(arguments[4]);
    rude = atoi(arguments[5]);
    context = SSL_CTX_new(TLS_server_method());
    if (atoi(arguments[6]) != 0) {
        int version = atoi(arguments[6]) == 12 ? TLS1_2_VERSION : TLS1_3_VERSION;

        SSL_CTX_set_min_proto_version(context, version);
        SSL_CTX_set_max_proto_version(context, version);
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    }
    if (SSL_CTX_use_certificate_chain_file(context, arguments[1]) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, arguments[2], SSL_FILETYPE_PEM) != 1 ||
        bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listener, 64) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
        return 1;
    }
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
        int *client = malloc(sizeof *client);
        pthread_t thread;

        *client = accept(listener, NULL, NULL);
        if (*client < 0 || pthread_create(&thread, NULL, serve, client) != 0) {
            return 1;
        }
        pthread_detach(thread);
    }
}

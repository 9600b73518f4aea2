/*
 * What this is: the root header of both C modules: the export macro, the borrowed string, a
 * request as it goes from one to the other, the status codes.
 *
 * May include: the C standard library only.
 *
 * Ownership: a `struct ecsp_str` never owns its bytes; the function that returns one says how long
 * they live.
 */
#ifndef ECSP_ECSP_H
#define ECSP_ECSP_H

#include <stddef.h>
#include <stdint.h>

/* The one version constant of the C side; spec/repo holds it equal to the Lua one and the rockspec.
 */
#define ECSP_VERSION "0.1.0"

/*
 * Everything is hidden but the two luaopen_ functions. A `builtin` rockspec cannot pass
 * -fvisibility=hidden, so every header of ours opens with ECSP_HIDDEN_BEGIN after its includes
 * (system headers inside the pragma would hide libc) and closes with ECSP_HIDDEN_END.
 */
#if defined(__GNUC__) || defined(__clang__)
#define ECSP_EXPORT __attribute__((visibility("default")))
#define ECSP_HIDDEN_BEGIN _Pragma("GCC visibility push(hidden)")
#define ECSP_HIDDEN_END _Pragma("GCC visibility pop")
#define ECSP_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define ECSP_EXPORT
#define ECSP_HIDDEN_BEGIN
#define ECSP_HIDDEN_END
#define ECSP_PRINTF(text, first)
#endif

/* Borrowed bytes: a view into memory that another object owns, NUL bytes allowed. */
struct ecsp_str {
    const char *data;
    size_t len;
};

/* A header field of a request. */
struct ecsp_header {
    struct ecsp_str name; /* lower case */
    struct ecsp_str value;
};

/* A whole request. core.so hands it to curl.so as a userdata of this type, which begins with it;
 * the version keeps a module from reading what another version made. */
#define ECSP_OUTGOING_TYPE "ecs_pipeline.request " ECSP_VERSION
struct ecsp_outgoing {
    struct ecsp_str method; /* these three end with a NUL byte that is not counted */
    struct ecsp_str url;    /* empty: there is no request in it */
    struct ecsp_str body;
    const struct ecsp_header *headers;
    size_t header_count;
};

enum ecsp_status {
    ECSP_OK = 0,
    ECSP_ERR_MEMORY,  /* an allocation failed */
    ECSP_ERR_LIMIT,   /* a buffer would pass its maximum */
    ECSP_ERR_CRYPTO,  /* OpenSSL cannot sign */
    ECSP_ERR_INVALID, /* the caller's data cannot be written as asked */
};

/* A view of a string literal. Versions of clang-format disagree about braces in a macro. */
/* clang-format off */
#define ECSP_LITERAL(text) (struct ecsp_str){(text), sizeof(text) - 1}
/* clang-format on */

#endif

/* Makes one operation on the run database fail: the k-th, once or from then on, with any errno, short, or by kill -9.
 *
 * Loaded with LD_PRELOAD; compiled and steered by fault_harness.py. Only files whose path contains WATCHED count.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define WATCHED "runs.sqlite"
#define FILES 4096

enum { FAIL_ONCE, FAIL_FROM_THEN_ON, SHORT_WRITE, KILL };

static char watched[FILES];
static long counted, fail_at, failed;
static int fail_with, how;

/* Count from one again; at = 0 counts only. */
void fault_arm(long at, int error, int kind) { counted = failed = 0; fail_at = at; fail_with = error; how = kind; }
long fault_counted(void) { return counted; }
long fault_failed(void) { return failed; }

static int is_due(void) {
    long now = ++counted;
    if (!fail_at || now < fail_at || (now > fail_at && how != FAIL_FROM_THEN_ON)) return 0;
    failed++;
    if (how == KILL) raise(SIGKILL);
    errno = fail_with;
    return 1;
}

#define REAL(name) static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)
#define ON_FILE(file) ((file) >= 0 && (file) < FILES && watched[file])

static int is_watched(const char *path) { return path && strstr(path, WATCHED) != NULL; }
static int marked(int file, const char *path) {
    if (file >= 0 && file < FILES) watched[file] = (char)is_watched(path);
    return file;
}

#define OPENS(name) \
    int name(const char *path, int flags, ...) { \
        REAL(name); va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest); \
        if (is_watched(path) && is_due()) return -1; \
        return marked(real(path, flags, mode), path); \
    }
OPENS(open)
OPENS(open64)

int close(int file) { REAL(close); if (file >= 0 && file < FILES) watched[file] = 0; return real(file); }

#define WRITES(name, offset) \
    ssize_t name(int file, const void *from, size_t size, offset at) { \
        REAL(name); \
        if (!ON_FILE(file) || !is_due()) return real(file, from, size, at); \
        return how == SHORT_WRITE && size > 1 ? real(file, from, size / 2, at) : -1; \
    }
WRITES(pwrite, off_t)
WRITES(pwrite64, off64_t)

#define READS(name, offset) \
    ssize_t name(int file, void *into, size_t size, offset at) { \
        REAL(name); return ON_FILE(file) && is_due() ? -1 : real(file, into, size, at); \
    }
READS(pread, off_t)
READS(pread64, off64_t)

int fsync(int file) { REAL(fsync); return ON_FILE(file) && is_due() ? -1 : real(file); }
int fdatasync(int file) { REAL(fdatasync); return ON_FILE(file) && is_due() ? -1 : real(file); }
int ftruncate(int file, off_t size) { REAL(ftruncate); return ON_FILE(file) && is_due() ? -1 : real(file, size); }
int ftruncate64(int file, off64_t size) { REAL(ftruncate64); return ON_FILE(file) && is_due() ? -1 : real(file, size); }
int unlink(const char *path) { REAL(unlink); return is_watched(path) && is_due() ? -1 : real(path); }

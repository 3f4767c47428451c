/* Each fsync takes SLOW_DISK_S seconds longer. Loaded with LD_PRELOAD; compiled and steered by slow_disk.py. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static void wait_for_the_disk(void) {
    const char *seconds = getenv("SLOW_DISK_S");
    if (seconds) usleep((useconds_t)(atof(seconds) * 1e6));
}

#define SLOW(name) \
    int name(int file) { \
        static int (*real)(int); \
        if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, #name); \
        wait_for_the_disk(); \
        return real(file); \
    }
SLOW(fsync)
SLOW(fdatasync)

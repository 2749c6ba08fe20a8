/* Preloaded into a server: its clock, its fsync and its room on the disk do what a page of shared memory says.
 *
 * Compiled at run time by tests/faults/shim.py, which maps the same page. Without FIELDCHECK_FAULT_PAGE in the
 * environment nothing here does anything but call what it stands in front of.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define DOOMED 64
#define KEPT 512

struct page {
    int64_t skew_s;      /* added to the wall clock */
    int64_t fail_from;   /* the number of the first sync (from 1) that fails; 0: none does */
    int64_t fail_count;  /* how many fail from there */
    int64_t full;        /* 1: nothing can be written where `where` is part of the path */
    int64_t syncs;       /* told: syncs of matching files that were asked for */
    int64_t failed;      /* told: how many failed */
    int64_t refused;     /* told: writes that found no room */
    int64_t doomed;      /* told: how many of the following are filled */
    struct { uint64_t inode, from, to; } lost[DOOMED]; /* bytes of files that no sync has kept when one failed */
    char where[256];     /* part of the path; empty: every file */
    int64_t kept_next;
    struct { uint64_t inode, size; } kept[KEPT]; /* how much of a file was synced; the newest replace the oldest */
};

static struct page *mapped;

static struct page *page(void) {
    if (mapped) return mapped;
    const char *path = getenv("FIELDCHECK_FAULT_PAGE");
    if (!path || !*path) return NULL;
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) return NULL;
    void *found = mmap(NULL, sizeof(struct page), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (found == MAP_FAILED) return NULL;
    mapped = found;
    return mapped;
}

static int concerns(struct page *told, int file) {
    char link[64], path[512];
    if (!told->where[0]) return 1;
    char digits[16];
    int at = 0, number = file;
    do { digits[at++] = (char)('0' + number % 10); number /= 10; } while (number);
    strcpy(link, "/proc/self/fd/");
    size_t end = strlen(link);
    while (at) link[end++] = digits[--at];
    link[end] = 0;
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strstr(path, told->where) != NULL;
}

static uint64_t *kept_of(struct page *told, uint64_t inode) {
    for (int place = 0; place < KEPT; place++)
        if (told->kept[place].inode == inode) return &told->kept[place].size;
    return NULL;
}

static int synced(int file, int done) {
    struct page *told = page();
    struct stat found;
    if (done || !told || fstat(file, &found) || !S_ISREG(found.st_mode)) return done;
    uint64_t *size = kept_of(told, found.st_ino);
    if (!size) {
        int64_t place = __atomic_fetch_add(&told->kept_next, 1, __ATOMIC_SEQ_CST) % KEPT;
        told->kept[place].inode = found.st_ino;
        size = &told->kept[place].size;
    }
    *size = (uint64_t)found.st_size;
    return done;
}

static int fails(int file) {
    struct page *told = page();
    if (!told || (!told->fail_from && !told->where[0]) || !concerns(told, file)) return 0;
    int64_t number = __atomic_add_fetch(&told->syncs, 1, __ATOMIC_SEQ_CST);
    if (!told->fail_from || number < told->fail_from || number >= told->fail_from + told->fail_count) return 0;
    __atomic_add_fetch(&told->failed, 1, __ATOMIC_SEQ_CST);
    struct stat found;
    int64_t place = told->doomed;
    if (place < DOOMED && fstat(file, &found) == 0 && S_ISREG(found.st_mode)) {
        uint64_t *size = kept_of(told, found.st_ino);
        told->lost[place].inode = found.st_ino;
        told->lost[place].from = size ? *size : 0;
        told->lost[place].to = (uint64_t)found.st_size;
        __atomic_add_fetch(&told->doomed, 1, __ATOMIC_SEQ_CST);
    }
    errno = EIO;
    return 1;
}

int fsync(int file) { return fails(file) ? -1 : synced(file, (int)syscall(SYS_fsync, file)); }
int fdatasync(int file) { return fails(file) ? -1 : synced(file, (int)syscall(SYS_fdatasync, file)); }

static int full(int file) {
    struct page *told = page();
    if (!told || !told->full || !concerns(told, file)) return 0;
    __atomic_add_fetch(&told->refused, 1, __ATOMIC_SEQ_CST);
    errno = ENOSPC;
    return 1;
}

ssize_t write(int file, const void *bytes, size_t size) {
    return full(file) ? -1 : syscall(SYS_write, file, bytes, size);
}
ssize_t writev(int file, const struct iovec *pieces, int count) {
    return full(file) ? -1 : syscall(SYS_writev, file, pieces, count);
}
ssize_t pwrite(int file, const void *bytes, size_t size, off_t at) {
    return full(file) ? -1 : syscall(SYS_pwrite64, file, bytes, size, at);
}
ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t at) {
    return full(file) ? -1 : syscall(SYS_pwrite64, file, bytes, size, at);
}

int clock_gettime(clockid_t which, struct timespec *told) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int done = real(which, told);
    struct page *now = page();
    if (!done && now && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) told->tv_sec += now->skew_s;
    return done;
}

int gettimeofday(struct timeval *restrict told, void *restrict zone) {
    struct timespec now;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &now)) return -1;
    told->tv_sec = now.tv_sec;
    told->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *told) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (told) *told = now.tv_sec;
    return now.tv_sec;
}

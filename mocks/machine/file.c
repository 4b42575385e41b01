/* Opening a machine file: checked before a byte of it is believed. */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "machine.h"

static bool header_is_ours(const char *path, const struct machine *header, off_t size, struct failure *failure) {
  if (memcmp(header->magic, MACHINE_MAGIC, sizeof MACHINE_MAGIC) != 0)
    return refuse(failure, "MACHINE_INVALID", "%s: not a machine file: create one with `gpuwright simulate create`", path);
  if (header->format != MACHINE_FORMAT)
    return refuse(failure, "MACHINE_INVALID", "%s: a machine file of format %u, this version reads format %u: create it anew with `gpuwright simulate create --force`",
                  path, header->format, MACHINE_FORMAT);
  if (header->bytes != sizeof(struct machine))
    return refuse(failure, "MACHINE_INVALID",
                  "%s: made by another build of gpuwright (its layout has %llu bytes, this build's %zu): use that build, or create it anew with `gpuwright simulate create --force`", path,
                  (unsigned long long)header->bytes, sizeof(struct machine));
  if (header->lock_abi != machine_lock_abi())
    return refuse(failure, "MACHINE_INVALID", "%s: made with another C library, whose locks cannot be shared: create it anew with `gpuwright simulate create --force`", path);
  if (size != (off_t)sizeof(struct machine))
    return refuse(failure, "MACHINE_INVALID", "%s: %s (%lld of %zu bytes): create it anew with `gpuwright simulate create --force`", path,
                  size < (off_t)sizeof(struct machine) ? "truncated" : "longer than a machine", (long long)size, sizeof(struct machine));
  return true;
}

/* What stands before the lock; a file shorter than that is as good as one of zeros. On the heap: a machine is larger than the stacks
 * that some programs give to calls. */
static bool beginning_is_ours(const char *path, int fd, off_t size, struct failure *failure) {
  struct machine *header = calloc(1, sizeof *header);
  if (!header) return refuse(failure, "MACHINE_INVALID", "%s: no memory to look at it: end other programs", path);
  const ssize_t read = pread(fd, header, offsetof(struct machine, lock), 0);
  if (read < (ssize_t)offsetof(struct machine, lock)) memset(header, 0, sizeof header->magic);
  const bool ours = header_is_ours(path, header, size, failure);
  free(header);
  return ours;
}

/* flock has no timeout of its own. */
static bool lock_file(int fd) {
  for (int attempt = 0; attempt < 1000; attempt++) {
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) return true;
    if (errno != EWOULDBLOCK && errno != EINTR) return false;
    nanosleep(&(struct timespec){.tv_nsec = 10 * 1000 * 1000}, NULL);
  }
  return false;
}

/* A lock taken before the last boot of the real host, or copied with the file, has an owner that nobody will ever bury. */
static void renew_lock_after_reboot_or_copy(struct machine *machine, ino_t inode) {
  char boot_id[40];
  if (!host_boot_id(boot_id)) return;
  if (memcmp(boot_id, machine->host_boot_id, sizeof boot_id) == 0 && machine->host_inode == (uint64_t)inode) return;
  machine_lock_initialise(machine);
  machine_repair(machine);
  clients_forget_all(machine);
  memcpy(machine->host_boot_id, boot_id, sizeof boot_id);
  machine->host_inode = (uint64_t)inode;
}

struct machine *machine_open(const char *path, struct failure *failure) {
  struct stat status;
  struct machine *machine = NULL;
  int fd = open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) {
    if (errno == ENOENT)
      refuse(failure, "MACHINE_INVALID", "%s: no such machine file: create one with `gpuwright simulate create`", path);
    else
      refuse(failure, "MACHINE_INVALID", "%s: cannot be opened (%s): check the path and its permissions", path, strerror(errno));
    return NULL;
  }
  if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    refuse(failure, "MACHINE_INVALID", "%s: not a regular file: name a file made by `gpuwright simulate create`", path);
  } else if (beginning_is_ours(path, fd, status.st_size, failure)) {
    void *memory = mmap(NULL, sizeof(struct machine), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED) {
      refuse(failure, "MACHINE_INVALID", "%s: cannot be mapped (%s): check the memory limits", path, strerror(errno));
    } else if (!lock_file(fd)) {
      munmap(memory, sizeof(struct machine));
      refuse(failure, "TIMEOUT", "%s: another process keeps the file locked: end that process", path);
    } else {
      machine = memory;
      renew_lock_after_reboot_or_copy(machine, status.st_ino);
      flock(fd, LOCK_UN);
    }
  }
  close(fd);
  return machine;
}

void machine_close(struct machine *machine) { munmap(machine, sizeof *machine); }

bool machine_is_current(const struct machine *machine, const char *path) {
  struct stat status;
  return stat(path, &status) == 0 && (uint64_t)status.st_ino == machine->host_inode;
}

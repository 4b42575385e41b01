#include "create.h"
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "attributes.h"
#include "commands.h"
#include "profile-text.h"

/* A profile describes a host that runs: what a boot begins anew is as described again after the first one. */
static bool power_on(struct machine *machine, struct failure *failure) {
  memcpy(machine->magic, MACHINE_MAGIC, sizeof MACHINE_MAGIC);
  machine->format = MACHINE_FORMAT;
  machine->lock_abi = machine_lock_abi();
  machine->bytes = sizeof(struct machine);
  host_boot_id(machine->host_boot_id);
  machine_lock_initialise(machine);
  topics_made(machine);
  struct machine *described = machine_copy(machine, failure);
  if (!described) return false;
  machine_reboot(machine);
  attributes_copy(machine, described);
  machine_free_copy(described);
  return true;
}

/* Beside the libraries, where its first fabricmanager.cfg names it too. */
static void place_state_file(struct machine *machine, const char *path) {
  char here[PATH_MAX] = "";
  char *name = machine->fabric_manager.config.state_file;
  if (*path != '/' && !getcwd(here, sizeof here)) return;
  const int length = snprintf(name, FM_PATH_BYTES, "%s%s%s.lib/fabricmanager.state", here, *here ? "/" : "", path);
  if (length < 0 || length >= FM_PATH_BYTES) *name = 0;
}

static bool write_whole(int fd, const void *data, size_t size) {
  const char *at = data;
  while (size > 0) {
    ssize_t written = write(fd, at, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    at += written;
    size -= (size_t)written;
  }
  return true;
}

static bool sync_directory_of(const char *path) {
  char copy[PATH_MAX];
  snprintf(copy, sizeof copy, "%s", path);
  int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return false;
  bool synced = fsync(fd) == 0 || errno == EINVAL; /* some file systems cannot */
  close(fd);
  return synced;
}

/* Overwriting is for machines only: --force must not eat somebody's document. */
static bool may_replace(const char *path, struct failure *failure) {
  char magic[sizeof MACHINE_MAGIC] = "";
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    if (errno == ENOENT) return true;
    return refuse(failure, "MACHINE_INVALID", "%s: exists and cannot be read (%s): choose another path", path, strerror(errno));
  }
  ssize_t got = read(fd, magic, sizeof magic);
  close(fd);
  if (got == 0 || (got == (ssize_t)sizeof magic && memcmp(magic, MACHINE_MAGIC, sizeof magic) == 0)) return true;
  return refuse(failure, "MACHINE_INVALID", "%s: exists and is not a machine file, so it is not replaced: choose another path or delete it yourself", path);
}

static bool put_in_place(const char *temporary, const char *path, bool force, struct failure *failure) {
  if (force) {
    if (!may_replace(path, failure)) return false;
    if (rename(temporary, path) == 0) return true;
  } else {
    if (link(temporary, path) == 0) {
      unlink(temporary);
      return true;
    }
    if (errno == EEXIST) return refuse(failure, "MACHINE_EXISTS", "%s: exists already: choose another path, or replace it with --force", path);
  }
  return refuse(failure, "MACHINE_INVALID", "%s: cannot be created (%s): check the folder", path, strerror(errno));
}

bool machine_create(const char *path, FILE *profile, bool force, struct failure *failure) {
  char temporary[PATH_MAX];
  struct stat status;
  bool created = false;
  if (!force && lstat(path, &status) == 0)
    return refuse(failure, "MACHINE_EXISTS", "%s: exists already: choose another path, or replace it with --force", path);
  if ((size_t)snprintf(temporary, sizeof temporary, "%s.new-XXXXXX", path) >= sizeof temporary)
    return refuse(failure, "INVALID_INPUT", "%s: the path is too long: choose a shorter one", path);
  struct machine *machine = calloc(1, sizeof *machine);
  if (!machine) return refuse(failure, "INVALID_INPUT", "%s: no memory for the machine: free some", path);
  place_state_file(machine, path);
  if (profile_read(profile, machine, failure) && power_on(machine, failure)) {
    int fd = mkstemp(temporary); /* mode 0600 */
    if (fd < 0) {
      refuse(failure, "MACHINE_INVALID", "%s: cannot be created (%s): check the folder", path, strerror(errno));
    } else {
      bool written = fstat(fd, &status) == 0;
      machine->host_inode = (uint64_t)status.st_ino;
      written = written && write_whole(fd, machine, sizeof *machine) && fsync(fd) == 0;
      if (!written) refuse(failure, "MACHINE_INVALID", "%s: cannot be written (%s): make room on the disk", path, strerror(errno));
      close(fd);
      created = written && put_in_place(temporary, path, force, failure);
      if (created && !sync_directory_of(path)) created = refuse(failure, "MACHINE_INVALID", "%s: its folder cannot be synced (%s): check the disk", path, strerror(errno));
      if (!created) unlink(temporary);
    }
  }
  free(machine);
  return created;
}

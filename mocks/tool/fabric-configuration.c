/* fabricmanager.cfg as the daemon reads it when it starts: KEY=VALUE, blanks around either stripped, unknown keys passed over. */
#include "fabric-configuration.h"
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct number_key {
  const char *key;
  unsigned long least, most;
  size_t offset;
};
struct text_key {
  const char *key;
  bool is_path;
  size_t offset, size;
};
#define NUMBER(words, from, to, field) {words, from, to, offsetof(struct fm_configuration, field)}
#define TEXT(words, path, field) {words, path, offsetof(struct fm_configuration, field), sizeof(((struct fm_configuration *)0)->field)}

static const struct number_key NUMBERS[] = {
    NUMBER("FABRIC_MODE", 0, 2, mode),
    NUMBER("FABRIC_MODE_RESTART", 0, 1, restart),
    NUMBER("FM_CMD_PORT_NUMBER", 0, 65535, port),
    NUMBER("ACCESS_LINK_FAILURE_MODE", 0, 1, access_mode),
    NUMBER("TRUNK_LINK_FAILURE_MODE", 0, 1, trunk_mode),
    NUMBER("NVSWITCH_FAILURE_MODE", 0, 1, switch_mode),
    NUMBER("FM_STAY_RESIDENT_ON_FAILURES", 0, 1, stay_resident),
};
static const struct text_key TEXTS[] = {
    TEXT("FM_CMD_BIND_INTERFACE", false, interface),
    TEXT("FM_CMD_UNIX_SOCKET_PATH", true, socket),
    TEXT("STATE_FILE_NAME", true, state_file),
};

static char *stripped(char *text) {
  while (isspace((unsigned char)*text)) text++;
  for (char *end = text + strlen(text); end > text && isspace((unsigned char)end[-1]);) *--end = 0;
  return text;
}

static bool wrong(char *why, size_t size, const char *key, const char *value) {
  snprintf(why, size, "fabricmanager.cfg: %s is \"%.40s\"", key, value);
  return false;
}

static bool take_number(const struct number_key *known, const char *value, struct fm_configuration *out, char *why, size_t size) {
  char *end;
  errno = 0;
  const unsigned long number = strtoul(value, &end, 10);
  if (!isdigit((unsigned char)*value) || *end != 0 || errno != 0 || number < known->least || number > known->most) return wrong(why, size, known->key, value);
  *(uint32_t *)(void *)((char *)out + known->offset) = (uint32_t)number;
  return true;
}

/* A path that is not absolute is beside the file. */
static bool take_text(const char *folder, const struct text_key *known, const char *value, struct fm_configuration *out, char *why, size_t size) {
  char *place = (char *)out + known->offset;
  const bool beside = known->is_path && *value && *value != '/';
  const int length = snprintf(place, known->size, "%s%s%s", beside ? folder : "", beside ? "/" : "", value);
  return (length >= 0 && (size_t)length < known->size) || wrong(why, size, known->key, value);
}

static bool take_line(const char *folder, char *line, struct fm_configuration *out, char *why, size_t size) {
  char *value = strchr(line, '=');
  if (*stripped(line) == '#' || !value) return true;
  *value++ = 0;
  const char *key = stripped(line);
  value = stripped(value);
  for (size_t i = 0; i < sizeof NUMBERS / sizeof *NUMBERS; i++)
    if (strcmp(NUMBERS[i].key, key) == 0) return take_number(&NUMBERS[i], value, out, why, size);
  for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
    if (strcmp(TEXTS[i].key, key) == 0) return take_text(folder, &TEXTS[i], value, out, why, size);
  return true;
}

bool fabric_configuration_read(const char *path, struct fm_configuration *out, char *why, size_t size) {
  char folder[PATH_MAX + 8], name[PATH_MAX + 32], line[1024], absolute[PATH_MAX];
  if (!realpath(path, absolute)) absolute[0] = 0;
  snprintf(folder, sizeof folder, "%s.lib", absolute);
  snprintf(name, sizeof name, "%s/fabricmanager.cfg", folder);
  *out = (struct fm_configuration){.port = 6666, .interface = "127.0.0.1"};
  snprintf(out->state_file, sizeof out->state_file, "/tmp/fabricmanager.state");
  FILE *file = fopen(name, "re");
  if (!file) {
    snprintf(why, size, "fabricmanager.cfg: cannot be read");
    return false;
  }
  bool fine = true;
  while (fine && fgets(line, sizeof line, file)) fine = take_line(folder, line, out, why, size);
  fclose(file);
  return fine;
}

#include "address.h"
#include <arpa/inet.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As atoi reads it: what follows the digits is passed over. */
static bool read_port(const char *text, unsigned *port) {
  const long number = strtol(text, NULL, 10);
  /* Another colon: an IPv6 address, which the library does not know. */
  if (strchr(text, ':') || number < 1 || number > 65535) return false;
  *port = (unsigned)number;
  return true;
}

bool address_read(const fmConnectParams_v1 *params, enum nvFmApiAddrTypes type, struct address *out) {
  *out = (struct address){.type = type, .port = FM_CMD_PORT_NUMBER};
  memcpy(out->text, params->addressInfo, sizeof params->addressInfo);
  if (type != NV_FM_API_ADDR_TYPE_INET) return true;
  char *colon = strchr(out->text, ':');
  if (!colon) return true;
  if (!read_port(colon + 1, &out->port)) return false;
  *colon = 0;
  return true;
}

/* A simulated host knows no other name than its own. */
static bool resolve(const char *host, struct in_addr *out) {
  if (*host == ' ') return false;
  return inet_aton(strcmp(host, "localhost") == 0 ? "127.0.0.1" : host, out) != 0;
}

static bool is_interface(const char *host, const char *bound) {
  struct in_addr to, at;
  if (!resolve(host, &to) || !resolve(bound, &at)) return false;
  if (at.s_addr == htonl(INADDR_ANY)) return true;
  /* To connect to 0.0.0.0 is to connect to oneself. */
  if (to.s_addr == htonl(INADDR_ANY)) to.s_addr = htonl(INADDR_LOOPBACK);
  return to.s_addr == at.s_addr;
}

static bool is_path(const char *path, const char *bound) {
  char here[PATH_MAX], absolute[2 * PATH_MAX];
  if (*path == 0) return false;
  if (*path == '/') return strcmp(path, bound) == 0;
  while (strncmp(path, "./", 2) == 0) path += 2;
  return getcwd(here, sizeof here) && (size_t)snprintf(absolute, sizeof absolute, "%s/%s", here, path) < sizeof absolute && strcmp(absolute, bound) == 0;
}

bool address_is_daemons(const struct address *address, const struct fabric_manager *manager) {
  const struct fm_configuration *config = &manager->config;
  switch (address->type) {
    case NV_FM_API_ADDR_TYPE_VSOCK:
      return manager->vsock[0] && strcmp(address->text, manager->vsock) == 0;
    case NV_FM_API_ADDR_TYPE_UNIX:
      return config->socket[0] && is_path(address->text, config->socket);
    default:
      return !config->socket[0] && address->text[0] && address->port == config->port && is_interface(address->text, config->interface);
  }
}

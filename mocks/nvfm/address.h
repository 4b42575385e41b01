/* Where a client wants to find the daemon, and whether it listens there. */
#ifndef GPUWRIGHT_NVFM_ADDRESS_H
#define GPUWRIGHT_NVFM_ADDRESS_H

#include "session.h"

struct address {
  enum nvFmApiAddrTypes type;
  char text[FM_MAX_STR_LENGTH + 1]; /* the host, the path, or `cid:port` */
  unsigned port;
};

/* False: the library refuses it at once. */
bool address_read(const fmConnectParams_v1 *params, enum nvFmApiAddrTypes type, struct address *out);
/* Expects the machine's lock. */
bool address_is_daemons(const struct address *address, const struct fabric_manager *manager);

#endif

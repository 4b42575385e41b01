/* Texts as the library of 440.44 was observed to give them, which knew codes up to 20. It asks no driver and needs no init. */
#include "api.h"

const char *nvmlErrorString(nvmlReturn_t result) {
  static const char *const TEXTS[] = {
      "Success",
      "Uninitialized",
      "Invalid Argument",
      "Not Supported",
      "Insufficient Permissions",
      "Already Initialized",
      "Not Found",
      "Insufficient Size",
      "Insufficient External Power",
      "Driver Not Loaded",
      "Timeout",
      "Interrupt Request Issue",
      "NVML Shared Library Not Found",
      "Function Not Found",
      "Corrupted infoROM",
      "GPU is lost",
      "GPU requires reset",
      "GPU access blocked by the operating system",
      "Driver/library version mismatch",
      "In use by another client",
      "Insufficient Memory",
  };
  const unsigned code = (unsigned)result;
  return code < sizeof TEXTS / sizeof *TEXTS ? TEXTS[code] : "Unknown Error";
}
